"""Changes of a ticket by agents, as `app.tickets.assignment` and `app.tickets.closing` leave them."""

from datetime import datetime
from typing import Any

from app.demo.office import Page
from app.demo.stories import Changed
from app.tickets.history_models import EventKind, FactKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase

TOUCHING = ("team_id", "assignee_id")
"""What counts as activity."""


def change(page: Page, act: Changed) -> None:
    """In the order of `app.tickets.changing`."""
    cast = page.office.cast
    wanted = (
        ("team_id", EventKind.TEAM_CHANGED, cast.teams[act.team].id if act.team else None),
        ("assignee_id", EventKind.ASSIGNED, cast.agents[act.assignee].id if act.assignee else None),
        ("category_id", EventKind.CATEGORY_CHANGED, cast.categories[act.category].id if act.category else None),
        ("priority", EventKind.PRIORITY_CHANGED, act.priority),
        ("is_complaint", EventKind.COMPLAINT_CHANGED, act.is_complaint),
    )
    for name, kind, value in wanted:
        if value is not None:
            put(page, act.by, act.at, name, kind, value)
    if act.status:
        move_to(page, act.by, act.at, Phase(act.status))


def put(page: Page, by: str, at: datetime, name: str, kind: EventKind, value: Any) -> None:
    entry = page.entry
    before = entry.ticket[name]
    if before == value:
        return
    entry.ticket[name] = value
    if name in TOUCHING:
        entry.touch(at)
    entry.record(at, kind, page.office.agent(by), **{name: [before, value]})


def move_to(page: Page, by: str, at: datetime, phase: Phase) -> None:
    entry, after = page.entry, BUILT_IN_STATUS_IDS[phase]
    before, was_done, done_at = entry.ticket["status_id"], entry.is_done, entry.ticket["done_at"]
    if before == after:
        return
    entry.move_to(phase, at)
    entry.record(at, EventKind.STATUS_CHANGED, page.office.agent(by), status_id=[before, after])
    if entry.is_done:
        note(page, by, at, FactKind.RESOLUTION, since=entry.ticket["created_at"])
    elif was_done:
        note(page, by, at, FactKind.REOPENING, since=done_at)


def note(page: Page, by: str, at: datetime, kind: FactKind, **values: Any) -> None:
    """A fact of an agent's, in the team that they act in."""
    page.entry.note(at, kind, by=page.office.agent(by), team_ids=page.office.teams[by], **values)
