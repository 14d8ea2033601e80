"""What the routes of letters ask for."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.deps import ViewerDep
from app.channels import queries as channel_queries
from app.channels.models import EMAIL, Channel
from app.core.errors import NotFound
from app.customers import queries as customer_queries
from app.customers.service import Contact
from app.letters import service
from app.letters.models import LetterTemplate
from app.letters.scenes import Scene, scene_at, scene_of
from app.tickets import queries as ticket_queries
from app.web.deps import RowId, SessionDep

MAX_ADDRESS_LENGTH = 1000
RowQuery = Annotated[int | None, Query(ge=1, lt=2**63)]
Words = Annotated[str, Query(max_length=MAX_ADDRESS_LENGTH)]


@dataclass(frozen=True, slots=True)
class Writing:
    """What is being written: an answer to a ticket, a new mail, or nothing yet."""

    scene: Scene | None = None
    category_id: int | None = None
    channel: Channel | None = None
    """Of a new mail."""


async def writing_about(session: AsyncSession, viewer: Viewer, number: int) -> Writing:
    ticket = await ticket_queries.get_ticket(session, number, viewer=viewer)
    return Writing(scene_of(ticket, viewer.agent), ticket.category_id)


async def _writing(
    session: SessionDep,
    viewer: ViewerDep,
    ticket: RowQuery = None,
    channel: RowQuery = None,
    to: Words = "",
    name: Words = "",
) -> Writing:
    if ticket is not None:
        return await writing_about(session, viewer, ticket)
    return await _new_mail(session, viewer, channel, Contact(EMAIL, to, name)) if channel else Writing()


async def _new_mail(session: AsyncSession, viewer: Viewer, channel_id: int, to: Contact) -> Writing:
    """Raises NotFound for a mailbox that the viewer does not see; a customer of whom they see nothing is nobody."""
    for channel in await channel_queries.list_visible(session, viewer):
        if channel.id == channel_id:
            customer_id = await _customer_id(session, viewer, to) if to.address else None
            scene = scene_at(channel, viewer.agent, customer_id=customer_id, name=to.name)
            return Writing(scene, channel=channel)
    raise NotFound(channel_id=channel_id)


async def _customer_id(session: AsyncSession, viewer: Viewer, to: Contact) -> int | None:
    known = await customer_queries.list_by_hash(session, [to.key_hash])
    is_seen = bool(known) and await ticket_queries.has_customer(session, known[0].customer_id, viewer=viewer)
    return known[0].customer_id if is_seen else None


async def _template(session: SessionDep, viewer: ViewerDep, template_id: RowId) -> LetterTemplate:
    return await service.get_template(session, template_id, viewer)


async def _kept(session: SessionDep, viewer: ViewerDep, template_id: RowId) -> LetterTemplate:
    return await service.get_kept(session, template_id, viewer)


WritingDep = Annotated[Writing, Depends(_writing)]
TemplateDep = Annotated[LetterTemplate, Depends(_template)]
KeptTemplateDep = Annotated[LetterTemplate, Depends(_kept)]
