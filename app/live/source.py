"""What the hub asks of the packages above it, which know how a ticket is drawn and counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer


@dataclass(frozen=True, slots=True)
class TicketNews:
    """A ticket as it is now. `audiences_ever` says who may have it on their page; `rows` is drawn once per language."""

    number: int
    audience_id: int
    audiences_ever: frozenset[int]
    is_listed: bool
    phase: str
    assignee_id: int | None
    channel_ids: tuple[int, ...]
    facts: Mapping[str, object]
    """What the conditions of a tab ask for, by their names."""

    created_at: datetime
    updated_at: datetime
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeskNews:
    """Counts for one viewer."""

    tabs: Mapping[str, int]
    mailboxes: Mapping[int, int]
    fresh: int
    """New tickets that wait for this viewer."""

    unread_notices: int
    newest_notice: int
    handovers: int
    """Notes of the shift before that nobody has marked as done."""

    not_sent: int
    """Failed and uncertain answers that wait for this viewer's decision."""


class LiveSource(Protocol):
    async def tickets(
        self, session: AsyncSession, ids: Sequence[int], locales: Collection[str]
    ) -> Sequence[TicketNews]: ...

    async def desks(self, session: AsyncSession, viewers: Sequence[Viewer]) -> Mapping[int, DeskNews]:
        """By agent id."""
        ...
