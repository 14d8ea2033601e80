"""The reports for people. Everything that a page shows is in its address."""

from typing import Any

from fastapi import Response

from app.core.errors import Elsewhere
from app.reports import options
from app.reports.overview import read_overview
from app.reports.page_deps import Reader, ReaderDep
from app.reports.page_texts import DEFINITIONS
from app.reports.values import ReportName
from app.reports.views import HEAT_MAP, Asking, ReportPage, read_heat_map, read_report
from app.reports.wording import period_words
from app.trends.marker_queries import list_markers
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/reports")
SHAPES = {HEAT_MAP: {"measure"}, ReportName.TRENDS.value: {"by"}}
"""What can be chosen where not everything can: these are over the whole period."""


@router.get("")
async def show_overview(reader: ReaderDep) -> Response:
    """For whoever leads; an agent's own work is the report of work."""
    if not reader.sees_everybody:
        raise Elsewhere("/reports/work")
    overview = await read_overview(await reader.asking(ReportName.VOLUME))
    return await _answer(reader, "overview", "reports/overview.html", overview=overview)


@router.get("/volume")
async def show_volume(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.VOLUME)


@router.get("/speed")
async def show_speed(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.SPEED)


@router.get("/backlog")
async def show_backlog(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.BACKLOG)


@router.get("/work")
async def show_work(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.WORK)


@router.get("/trends")
async def show_trends(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.TRENDS)


@router.get("/escalations")
async def show_escalations(reader: ReaderDep) -> Response:
    return await _show(reader, ReportName.ESCALATIONS)


@router.get("/heatmap")
async def show_heat_map(reader: ReaderDep) -> Response:
    asking = await reader.asking(ReportName.VOLUME)
    return await _report(reader, HEAT_MAP, asking, await read_heat_map(asking))


@router.get("/definitions")
async def show_definitions(reader: ReaderDep) -> Response:
    return await _answer(reader, "definitions", "reports/definitions.html", definitions=DEFINITIONS)


async def _show(reader: Reader, report: ReportName) -> Response:
    asking = await reader.asking(report)
    period = asking.asked.period
    markers = await list_markers(reader.session, period.first, period.last)
    marks = [(each.name, each.first_day, each.last_day) for each in markers]
    return await _report(reader, report.value, asking, await read_report(asking, marks))


async def _report(reader: Reader, key: str, asking: Asking, page: ReportPage) -> Response:
    asked = asking.asked
    is_heat_map = key == HEAT_MAP
    shapes = options.shapes(asked, page.report, page.axes, page.axis, page.measure.key)
    shapes = [each for each in shapes if each.name in SHAPES.get(key, {each.name})]
    conditions = options.conditions(asked, reader.sight, reader.choices, has_people=reader.sees_everybody)
    return await _answer(
        reader,
        key,
        "reports/report.html",
        page=page,
        asked=asked,
        presets=options.presets(asked),
        shapes=shapes,
        conditions=conditions,
        hidden=options.hidden(asked, conditions),
        days=period_words(asked.period),
        other_days=period_words(asked.other) if asked.other else "",
        download=_download(asking, page, is_heat_map=is_heat_map),
        sees_everybody=reader.sees_everybody,
    )


def _download(asking: Asking, page: ReportPage, *, is_heat_map: bool) -> str:
    """The address of the same numbers for programs; the format is put behind it."""
    asked = asking.asked
    if is_heat_map:
        return f"/api/v1/reports/volume?by=weekday_hour&{asked.for_programs(has_interval=False)}"
    has_interval = page.report is not ReportName.TRENDS
    return f"/api/v1/reports/{page.report.value}?{asked.for_programs(has_interval=has_interval)}"


async def _answer(reader: Reader, key: str, template: str, **context: Any) -> Response:
    """The whole page, or what changes of it where a script asks."""
    places = options.places_for(reader.sight.viewer.agent)
    values = {**await reader.frame(), "places": places, "here": key, "is_part": reader.is_part, **context}
    part = template.replace("reports/", "reports/_")
    response = render(reader.request, part if reader.is_part else template, values)
    response.headers["Vary"] = "HX-Request"
    return response
