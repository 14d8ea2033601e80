"""A kept report as it is now, in the rights of who looks at it."""

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from app.boards.models import BoardTile
from app.core.errors import AppError
from app.core.i18n import gettext
from app.reports.grids import Section
from app.reports.page_deps import Reader
from app.reports.values import ReportName
from app.reports.views import HEAT_MAP, Figure, read_heat_map, read_report
from app.reports.wording import period_words


@dataclass(frozen=True, slots=True)
class Tile:
    """`trouble` says why it shows nothing: what it names is gone, or is not for who looks."""

    id: int
    title: str
    path: str
    days: str = ""
    figures: tuple[Figure, ...] = ()
    section: Section | None = None
    trouble: str = ""


async def read_tile(reader: Reader, tile: BoardTile) -> Tile:
    path = f"/reports/{tile.report}?{tile.query}" if tile.query else f"/reports/{tile.report}"
    try:
        return Tile(tile.id, tile.title, path, **await _read(reader, tile, path))
    except AppError as error:
        return Tile(tile.id, tile.title, path, trouble=gettext(error.message, **error.params))


async def _read(reader: Reader, tile: BoardTile, path: str) -> dict[str, Any]:
    is_heat_map = tile.report == HEAT_MAP
    report = ReportName.VOLUME if is_heat_map else ReportName(tile.report)
    asking = await reader.asking(report, params=QueryParams(tile.query), page=path)
    page = await (read_heat_map(asking) if is_heat_map else read_report(asking, ()))
    section = page.sections[0] if page.sections else None
    return {"days": period_words(asking.asked.period), "figures": page.figures[:1], "section": section}
