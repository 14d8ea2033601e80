"""Tabs that somebody made: which tickets they hold, how many, and what is the matter with them (B3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import gettext
from app.core.rows import AnyRow, row_id
from app.inbox.choices import Choices
from app.inbox.count_queries import count_selections
from app.inbox.desk import Sight
from app.inbox.list_queries import Selection
from app.inbox.values import Sort
from app.tabs import queries, service
from app.tabs.forms import Conditions, Scope
from app.tickets.models import Phase

NOBODY = 0


@dataclass(frozen=True, slots=True)
class OwnTab:
    """`trouble` says in words what it names that is no longer there; empty when all is well."""

    key: str
    name: str
    scope: Scope
    team_id: int | None
    conditions: Mapping[str, Any]
    may_change: bool
    count: int
    trouble: str


async def read_own_tabs(session: AsyncSession, sight: Sight, choices: Choices | None) -> tuple[OwnTab, ...]:
    """Two statements, however many tabs; one where there are none. Trouble is told where there are choices."""
    rows = [row for row in await queries.list_tabs(session, sight.viewer.agent.id) if _is_seen(row, sight.viewer)]
    selections = [selection_of(row.conditions, sight) for row in rows]
    counts = await count_selections(session, selections)
    return tuple(_make(row, sight, choices, counts[selection]) for row, selection in zip(rows, selections, strict=True))


async def count_own_tabs(session: AsyncSession, sights: Sequence[Sight]) -> dict[int, dict[str, int]]:
    """By agent id and key, for all viewers at once: the same list is counted once."""
    rows = await queries.list_tabs_of_many(session, [sight.viewer.agent.id for sight in sights])
    wanted = {
        (sight.viewer.agent.id, service.key_of(row.id)): selection_of(row.conditions, sight)
        for sight in sights
        for row in rows
        if _is_seen(row, sight.viewer)
    }
    counts = await count_selections(session, set(wanted.values()))
    found: dict[int, dict[str, int]] = {sight.viewer.agent.id: {} for sight in sights}
    for (agent_id, key), selection in wanted.items():
        found[agent_id][key] = counts[selection]
    return found


async def selection_of_key(session: AsyncSession, key: str, sight: Sight) -> Selection:
    """Raises NotFound for a tab that is another's or was removed."""
    tab = await service.get(session, key, viewer=sight.viewer)
    if tab.archived_at is not None:
        raise NotFound(tab=key)
    return selection_of(tab.conditions, sight)


def is_own(key: str) -> bool:
    return key.startswith("t") and row_id(key[1:]) is not None


def selection_of(stored: Mapping[str, Any], sight: Sight) -> Selection:
    """A mailbox that the viewer does not see has nothing for them; what is archived still marks its tickets."""
    asked = Conditions.model_validate(stored)
    phases = asked.phase or tuple(Phase)
    words = {"me": sight.viewer.agent.id, "none": NOBODY}
    return Selection(
        audience_ids=sight.audience_ids(asked.channel),
        phases=phases,
        sort=_sort(asked),
        status_key=asked.status,
        assignee_id=words.get(asked.assignee) if isinstance(asked.assignee, str) else asked.assignee,
        team_id=asked.team,
        category_id=asked.category,
        label_id=asked.label,
        priority=asked.priority,
        is_complaint=asked.complaint,
        is_waiting=asked.waiting,
        is_escalated=asked.escalated,
        due_before=now() if asked.overdue else None,
    )


def _sort(asked: Conditions) -> Sort:
    if asked.overdue:
        return Sort.DUE
    return Sort.OLDEST if asked.phase == (Phase.NEW,) else Sort.LATEST


def _is_seen(row: AnyRow, viewer: Viewer) -> bool:
    return service.is_seen(row.owner_id, row.team_id, viewer)


def _make(row: AnyRow, sight: Sight, choices: Choices | None, count: int) -> OwnTab:
    troubles = _troubles(row.conditions, sight, choices) if choices else ()
    return OwnTab(
        key=service.key_of(row.id),
        name=row.name,
        scope=Scope.MINE if row.owner_id else Scope.TEAM if row.team_id else Scope.EVERYONE,
        team_id=row.team_id,
        conditions=row.conditions,
        may_change=service.may_change(row.owner_id, sight.viewer),
        count=count,
        trouble=" ".join(troubles),
    )


def _troubles(conditions: Mapping[str, Any], sight: Sight, choices: Choices) -> Iterator[str]:
    channel = conditions.get("channel")
    if channel is not None and not sight.sees(channel):
        yield gettext("It names a mailbox that you do not see.")
    active = {
        "assignee": ("agent", {each.id for each in choices.agents}),
        "team": ("team", {each.id for each in choices.teams}),
        "category": ("category", {each.id for each in choices.categories}),
        "label": ("label", {each.id for each in choices.labels}),
    }
    for field, (what, ids) in active.items():
        value = conditions.get(field)
        if isinstance(value, int) and value not in ids:
            yield gettext("“{name}” can no longer be chosen.", name=choices.names[what].get(value, "?"))
    status = conditions.get("status")
    if status is not None and all(each.key != status for each in choices.statuses):
        names = {each.key: each.name for each in choices.all_statuses}
        yield gettext("“{name}” can no longer be chosen.", name=names.get(status, "?"))
