"""Tickets put together and taken apart, and those that belong together (B9)."""

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.deps import ViewerDep
from app.merging import moving, service
from app.merging.deps import SEEN, LinkedDep, LinkingDep, MergedDep, MergingDep, MovingDep, find_taken_back
from app.merging.forms import LinkForm, MergeForm, MoveForm, SplitForm
from app.tickets import linking, linking_queries
from app.tickets.deps import Documents, DocumentsDep, TicketDep
from app.tickets.history_models import Actor
from app.tickets.merging_models import MergeKind
from app.tickets.models import Ticket
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

IntoQuery = Annotated[int | None, Query(ge=1, lt=2**63)]

router = unit_of_work_router(prefix="/tickets/{number}", tags=["tickets"], dependencies=[SEEN])


@router.post("/merge")
async def merge(
    form: MergeForm, session: SessionDep, pair: MergingDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Everything of this ticket goes to `into`, which is answered; this number leads there from now on."""
    await service.merge(session, pair.ticket, pair.other, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, pair.other.id)


@router.delete("/merge")
async def unmerge(session: SessionDep, pair: MergedDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    """A merged ticket is one of its own again, with what it brought and what came in to its thread since."""
    await service.unmerge(session, pair.ticket, pair.other, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, pair.ticket.id)


@router.post("/split", status_code=201)
async def split(
    form: SplitForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """A new ticket with these messages of this one; at least one stays."""
    made = await moving.split(session, ticket, form.message_ids, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, made.id)


@router.delete("/split")
async def unsplit(
    number: RowId, session: SessionDep, viewer: ViewerDep, documents: DocumentsDep, into: IntoQuery = None
) -> dict[str, Any]:
    """Takes back what was split off last, or into this ticket; unless there is more on it by now."""
    return await _take_back(session, MergeKind.SPLIT, number, into, viewer, documents)


@router.post("/move")
async def move(
    form: MoveForm, session: SessionDep, pair: MovingDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """These messages go to another ticket, which is answered; at least one stays."""
    await moving.move(session, pair.ticket, pair.other, form.message_ids, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, pair.other.id)


@router.delete("/move")
async def unmove(
    number: RowId, session: SessionDep, viewer: ViewerDep, documents: DocumentsDep, into: IntoQuery = None
) -> dict[str, Any]:
    """Takes back what was moved from this ticket last, or to that one."""
    return await _take_back(session, MergeKind.MOVE, number, into, viewer, documents)


@router.get("/links")
async def links(session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    """Those that the asker may see."""
    return await _links(session, ticket, viewer, documents)


@router.post("/links")
async def link(
    form: LinkForm, session: SessionDep, pair: LinkingDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Each of the two tells of the other; again: nothing happens."""
    await linking.link(session, pair.ticket, pair.other, by=Actor.agent(viewer.agent))
    await session.flush()
    return await _links(session, pair.ticket, viewer, documents)


@router.delete("/links/{other}")
async def unlink(session: SessionDep, pair: LinkedDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    await linking.unlink(session, pair.ticket, pair.other, by=Actor.agent(viewer.agent))
    await session.flush()
    return await _links(session, pair.ticket, viewer, documents)


async def _take_back(
    session: AsyncSession, kind: MergeKind, number: int, into: int | None, viewer: Viewer, documents: Documents
) -> dict[str, Any]:
    back = await find_taken_back(session, kind, number, into=into, viewer=viewer)
    await moving.take_back(session, back.merge, back.source, back.into, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, back.source.id)


async def _links(session: AsyncSession, ticket: Ticket, viewer: Viewer, documents: Documents) -> dict[str, Any]:
    linked = await linking_queries.list_linked_ids(session, ticket.id)
    seen = await linking_queries.list_visible_ids(session, linked, viewer.audience_ids)
    return {"items": [await documents.ticket(session, ticket_id) for ticket_id in sorted(seen)]}
