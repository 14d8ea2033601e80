"""What can be chosen at the desk: agents, teams, statuses, categories and labels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import current_locale
from app.core.rows import AnyRow
from app.inbox import choice_queries
from app.inbox.categories import category_tree
from app.inbox.values import CategoryView, LabelView, Named, StatusView
from app.inbox.words import status_name
from app.tickets.models import Phase

KEYED = ("status", "channel")
"""What is known to programs by a key too."""

Names = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen now, and the names of everything that ever could."""

    agents: tuple[Named, ...]
    teams: tuple[Named, ...]
    statuses: tuple[StatusView, ...]
    categories: tuple[CategoryView, ...]
    absent_ids: frozenset[int]
    labels: tuple[LabelView, ...]
    all_statuses: tuple[StatusView, ...]
    names: Names


NO_CHOICES = Choices((), (), (), (), frozenset(), (), (), {})


async def read_choices(session: AsyncSession) -> Choices:
    rows = tuple(await choice_queries.list_choices(session))
    absent_ids = frozenset(each.id for each in rows if each.what == "agent" and _is_absent(each))
    return _choices(rows, absent_ids, current_locale())


@lru_cache(maxsize=8)
def _choices(rows: tuple[AnyRow, ...], absent_ids: frozenset[int], locale: str) -> Choices:
    """Asked for by every page, and seldom another than before. The names of statuses are in the language."""
    names: defaultdict[str, dict[int, str]] = defaultdict(dict)
    statuses: list[StatusView] = []
    active: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for result in rows:
        names[result.what][result.id] = _name(result)
        if result.what in KEYED:
            names[f"{result.what}_key"][result.id] = result.key or ""
        if result.what == "status":
            statuses.append(_status(result))
        if result.is_active:
            active[result.what].append(result)
    return Choices(
        agents=_named(active["agent"]),
        teams=_named(active["team"]),
        statuses=tuple(map(_status, active["status"])),
        categories=category_tree(active["category"], names["category"]),
        absent_ids=absent_ids,
        labels=tuple(LabelView(each.id, each.name, each.key) for each in active["label"]),
        all_statuses=tuple(statuses),
        names=names,
    )


def _is_absent(result: AnyRow) -> bool:
    is_over = result.absent_until is not None and result.absent_until <= now()
    return result.is_active and result.absent_since is not None and not is_over


def _name(result: AnyRow) -> str:
    return status_name(result.key, result.name) if result.what == "status" else result.name


def _status(result: AnyRow) -> StatusView:
    return StatusView(result.id, result.key, Phase(result.phase), _name(result), result.owner_id, result.asks)


def _named(results: Iterable[AnyRow]) -> tuple[Named, ...]:
    return tuple(Named(result.id, result.name) for result in results)
