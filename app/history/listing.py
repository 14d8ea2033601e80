"""「対応履歴」: each ticket in one line of eight columns, by the conditions of the list of tickets (F7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.cursors import Cursor
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.history import queries
from app.inbox import list_queries, searching, selecting
from app.inbox.choices import Choices, read_choices
from app.inbox.desk import read_sight
from app.inbox.forms import TicketFilterForm
from app.inbox.list_queries import Selection
from app.inbox.wishes import Asked

TITLES = (
    mark("Status"),
    mark("Category"),
    mark("Date of inquiry"),
    mark("Customer ID"),
    mark("Assignee"),
    mark("Inquiry"),
    mark("Our answer"),
    mark("Updated at"),
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`question` are the customer's first words, `answer` ours that left last; without quotes and signatures."""

    number: int
    subject: str
    status: str
    category: str
    asked_at: datetime
    customer_id: int
    assignee: str
    question: str
    answer: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """Which tickets, read with the rights of the moment."""

    selection: Selection
    asked: Asked | None
    choices: Choices


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: Sequence[HistoryLine]
    next: Cursor | None


async def read_wish(session: AsyncSession, viewer: Viewer, form: TicketFilterForm, zone: ZoneInfo) -> Wish:
    """Raises Invalid at the condition that names nothing the viewer knows."""
    sight = await read_sight(session, viewer)
    selection = await selecting.of_filters(session, form, sight=sight, zone=zone)
    asked = await selecting.of_search(session, form.q, sight=sight, zone=zone)
    return Wish(selection, asked, await read_choices(session))


async def read_page(session: AsyncSession, wish: Wish, *, after: Cursor | None, limit: int) -> HistoryPage:
    found = await list_ids(session, wish, after=after, limit=limit + 1)
    shown = found[:limit]
    lines = await _read_lines(session, wish, [ticket_id for ticket_id, _ in shown])
    is_more = len(found) > limit
    return HistoryPage(lines, Cursor.after(shown[-1][1], shown[-1][0]) if is_more else None)


async def list_ids(
    session: AsyncSession, wish: Wish, *, after: Cursor | None, limit: int
) -> list[tuple[int, datetime]]:
    """Those too that are put off for a while."""
    if wish.asked is not None:
        return await searching.list_ids(session, wish.selection, wish.asked, after=after, limit=limit)
    return await list_queries.list_ticket_ids(session, wish.selection, after=after, limit=limit, sought=())


async def _read_lines(session: AsyncSession, wish: Wish, ticket_ids: Sequence[int]) -> list[HistoryLine]:
    if not ticket_ids:
        return []
    rows = await queries.list_tickets(session, ticket_ids, wish.selection.audience_ids)
    tickets = {row.id: row for row in rows}
    questions = {row.ticket_id: _own_words(row) for row in await queries.list_questions(session, ticket_ids)}
    answers = {row.ticket_id: _own_words(row) for row in await queries.list_answers(session, ticket_ids)}
    seen = [tickets[ticket_id] for ticket_id in ticket_ids if ticket_id in tickets]
    return [_line(row, wish.choices, questions.get(row.id, ""), answers.get(row.id, "")) for row in seen]


def _line(row: AnyRow, choices: Choices, question: str, answer: str) -> HistoryLine:
    names = choices.names
    return HistoryLine(
        number=row.id,
        subject=row.subject,
        status=names["status"].get(row.status_id, ""),
        category=names.get("category", {}).get(row.category_id, ""),
        asked_at=row.created_at,
        customer_id=row.customer_id,
        assignee=names["agent"].get(row.assignee_id, ""),
        question=question or row.subject,
        answer=answer,
        updated_at=row.last_activity_at,
    )


def _own_words(row: AnyRow) -> str:
    """All of it where nothing but a quote was sent."""
    ends = [place for place in (row.quote_start, row.signature_start) if place is not None]
    own: str = row.text[: min(ends)] if ends else row.text
    return own.strip() or str(row.text).strip()
