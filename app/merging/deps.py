"""Two tickets at once: held in the order of their ids, whichever is named first, so that nobody waits in a circle."""

from typing import Annotated, NamedTuple

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.deps import ViewerDep
from app.core.errors import NotFound
from app.merging import queries
from app.merging.errors import NothingMerged
from app.merging.forms import LinkForm, MergeForm, MoveForm
from app.tickets import linking_queries, merging_queries
from app.tickets import queries as ticket_queries
from app.tickets.errors import ChangedSince
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.models import Ticket
from app.web.deps import RowId, SessionDep


class Pair(NamedTuple):
    """The ticket of the path, and the other."""

    ticket: Ticket
    other: Ticket


class TakenBack(NamedTuple):
    merge: Merge
    source: Ticket
    into: Ticket


async def _seen(number: RowId, session: SessionDep, viewer: ViewerDep) -> None:
    """Asked before the body is looked at: what one may not see does not exist, whatever one sends there (G2)."""
    if not await linking_queries.list_visible_ids(session, [number], viewer.audience_ids):
        raise NotFound(number=number)


SEEN = Depends(_seen)


async def _pair(session: AsyncSession, number: int, other: int, viewer: Viewer) -> Pair:
    """Raises NotFound for what the viewer may not see, TicketMerged for what is elsewhere."""
    await ticket_queries.hold_tickets(session, {number, other})
    ticket = await ticket_queries.get_ticket(session, number, viewer=viewer)
    return Pair(ticket, await ticket_queries.get_ticket(session, other, viewer=viewer))


async def _merging(number: RowId, form: MergeForm, session: SessionDep, viewer: ViewerDep) -> Pair:
    return await _pair(session, number, form.into, viewer)


async def _moving(number: RowId, form: MoveForm, session: SessionDep, viewer: ViewerDep) -> Pair:
    return await _pair(session, number, form.into, viewer)


async def _linking(number: RowId, form: LinkForm, session: SessionDep, viewer: ViewerDep) -> Pair:
    return await _pair(session, number, form.to, viewer)


async def _linked(number: RowId, other: RowId, session: SessionDep, viewer: ViewerDep) -> Pair:
    return await _pair(session, number, other, viewer)


async def _merged(number: RowId, session: SessionDep, viewer: ViewerDep) -> Pair:
    """A merged ticket, which no other dependency gives, and the one that it is in."""
    end = await merging_queries.find_end(session, number)
    await ticket_queries.hold_tickets(session, {number, end})
    ticket, into = await ticket_queries.find_ticket(session, number), await ticket_queries.find_ticket(session, end)
    if ticket is None or into is None or not {ticket.audience_id, into.audience_id} <= {*viewer.audience_ids}:
        raise NotFound(number=number)
    if await merging_queries.find_end(session, number) != end:
        raise ChangedSince
    if ticket is into:
        raise NothingMerged
    return Pair(ticket, into)


async def find_taken_back(
    session: AsyncSession, kind: MergeKind, number: int, *, into: int | None, viewer: Viewer
) -> TakenBack:
    """The newest split of a ticket, or the newest move from it. Raises NothingMerged."""
    found = await queries.find_merge(session, kind, number, into_id=into)
    if found is None:
        raise NothingMerged
    pair = await _pair(session, number, found.into_id, viewer)
    again = await queries.find_merge(session, kind, number, into_id=into)
    if again is not found:
        raise ChangedSince
    return TakenBack(found, pair.ticket, pair.other)


MergingDep = Annotated[Pair, Depends(_merging)]
MovingDep = Annotated[Pair, Depends(_moving)]
LinkingDep = Annotated[Pair, Depends(_linking)]
LinkedDep = Annotated[Pair, Depends(_linked)]
MergedDep = Annotated[Pair, Depends(_merged)]
