from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, intersect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Audience
from app.core.rows import AnyRow, fetch
from app.search.documents import GENERATIONS, IDS_OF_A_TICKET
from app.search.models import SearchDoc
from app.search.queries import is_doc_of
from app.tickets.message_models import Message
from app.tickets.models import Ticket

COLUMNS = {
    "text": SearchDoc.text,
    "subject": SearchDoc.subject,
    "senders": SearchDoc.senders,
    "recipients": SearchDoc.recipients,
}
SHOWN_LENGTH = 20_000
"""Characters of a message in which the words are marked."""


def is_among_all(ticket_ids: Sequence[Select[int]]) -> ColumnElement[bool]:
    """One set: of several PostgreSQL would compare each id with each, since it thinks that there are few."""
    return Ticket.id.in_(intersect(*ticket_ids) if len(ticket_ids) > 1 else ticket_ids[0])


def has_doc(condition: ColumnElement[bool], generation: int) -> ColumnElement[bool]:
    """Whether a document of the ticket is so. Without the offset PostgreSQL compares all documents with all tickets."""
    return select(SearchDoc.id).where(_is_of_ticket(generation), condition).correlate(Ticket).offset(0).exists()


async def count_audiences_and_tickets(session: AsyncSession) -> tuple[int, int]:
    """The tickets by the newest number, which costs nothing."""
    audiences = select(func.count()).select_from(Audience).scalar_subquery()
    tickets = select(func.max(Ticket.id)).scalar_subquery()
    [row] = await fetch(session, select(audiences.label("audiences"), tickets.label("tickets")))
    return row.audiences, row.tickets or 0


async def list_matching(
    session: AsyncSession, ticket_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> set[int]:
    """Those of the tickets that fulfil all conditions."""
    statement = select(Ticket.id).where(Ticket.id.in_(ticket_ids), *conditions)
    return {row.id for row in await fetch(session, statement)}


async def list_newest_texts(
    session: AsyncSession, ticket_ids: Sequence[int], any_of: Sequence[ColumnElement[bool]], generation: int
) -> Sequence[AnyRow]:
    """Of each ticket the text of its newest message in which one of the words is."""
    ticket_id = (SearchDoc.id // IDS_OF_A_TICKET).label("ticket_id")
    newest = (
        select(ticket_id, func.max(SearchDoc.message_id).label("message_id"))
        .where(is_doc_of(ticket_ids, generation), SearchDoc.message_id.is_not(None), or_(*any_of))
        .group_by(ticket_id)
        .subquery()
    )
    text = func.substr(Message.text, 1, SHOWN_LENGTH).label("text")
    return await fetch(session, select(newest.c.ticket_id, text).join(newest, newest.c.message_id == Message.id))


def _is_of_ticket(generation: int) -> ColumnElement[bool]:
    first = Ticket.id * IDS_OF_A_TICKET
    return and_(
        SearchDoc.id >= first,
        SearchDoc.id < first + IDS_OF_A_TICKET,
        SearchDoc.id % GENERATIONS == generation % GENERATIONS,
    )
