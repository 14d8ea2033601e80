"""A kept report as it is now, in the rights of who looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import QueryParams

from app.boards.models import BoardTile
from app.core.errors import AppError
from app.core.i18n import gettext
from app.reports.grids import Section
from app.reports.page_deps import Reader
from app.reports.splitting import SPLIT
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
    sections: tuple[Section, ...] = ()
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
    sections = _shown(page.sections, is_split=asking.asked.by is not None)
    return {"days": period_words(asking.asked.period), "figures": page.figures[:1], "sections": sections}


def _shown(sections: Sequence[Section], *, is_split: bool) -> tuple[Section, ...]:
    """The first, or what it is split by: as one drawing where that adds up, else as a table below it."""
    split = next((each for each in sections if each.key == SPLIT), None)
    if is_split and split is not None:
        return (replace(split, about=sections[0].about),)
    return tuple(sections[: 2 if is_split else 1])
