from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent, LeadDep, ViewerDep
from app.outbox.deps import EntryDep
from app.outbox.documents import entry_document
from app.replies import drafts, locks, service, takeover_service, talks, withdrawal
from app.replies.characters import find_lost, texts_of
from app.replies.deps import LetterRoute
from app.replies.documents import Document, characters_document, draft_document, lock_document, parts_document
from app.replies.errors import TicketChanged
from app.replies.forms import DraftForm, LockForm, MailForm, PartsForm, ReasonForm, ReplyForm, WritingForm
from app.tickets.deps import Documents, DocumentsDep, TicketDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["replies"])
letters = APIRouter(route_class=LetterRoute, tags=["replies"])


@router.put("/tickets/{number}/lock")
async def take_lock(
    session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: LockForm | None = None
) -> Document:
    """Takes the reply lock, or renews one's own; 423 while another holds it. With its `token` it is only renewed."""
    if form is not None and form.token is not None:
        return lock_document(await locks.renew(session, ticket, form.token, holder=agent))
    return lock_document(await locks.take(session, ticket, agent))


@router.delete("/tickets/{number}/lock", status_code=204)
async def release_lock(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> None:
    await locks.release(session, ticket, holder=agent)


@router.post("/tickets/{number}/lock/takeover")
async def take_over_lock(session: SessionDep, ticket: TicketDep, lead: LeadDep, form: ReasonForm) -> Document:
    """For leads and admins; the holder's token is dead from this moment."""
    return lock_document(await takeover_service.take_over(session, ticket, by=lead, reason=form.reason))


@router.post("/tickets/{number}/lock/release", status_code=204)
async def set_lock_free(session: SessionDep, ticket: TicketDep, lead: LeadDep, form: ReasonForm) -> None:
    """For leads and admins: nobody holds it then, and the holder's token is dead from this moment."""
    await takeover_service.set_free(session, ticket, by=lead, reason=form.reason)


@router.put("/tickets/{number}/draft")
async def save_draft(session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: DraftForm) -> Document:
    return draft_document(await drafts.save(session, ticket, form, by=agent))


@router.get("/tickets/{number}/draft")
async def draft(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> Document:
    return draft_document(await drafts.get(session, ticket, by=agent))


@router.delete("/tickets/{number}/draft", status_code=204)
async def discard_draft(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> None:
    await drafts.discard(session, ticket, by=agent)


@letters.post("/tickets/{number}/replies", status_code=201)
async def send_reply(
    session: SessionDep, ticket: TicketDep, agent: CurrentAgent, documents: DocumentsDep, form: ReplyForm
) -> Document:
    """Accepts a reply for sending; the outbox hands it over."""
    try:
        message = await service.send(session, ticket, form, by=agent)
    except TicketChanged as changed:
        await _show_newer(session, changed, documents)
        raise
    return await documents.message(session, message.id)


@letters.post("/messages", status_code=201)
async def send_mail(session: SessionDep, viewer: ViewerDep, documents: DocumentsDep, form: MailForm) -> Document:
    """A new mail out; answers with the ticket that it opened."""
    ticket = await service.start(session, form, viewer=viewer)
    return await documents.ticket(session, ticket.id)


@router.post("/messages/characters")
async def check_characters(session: SessionDep, viewer: ViewerDep, form: WritingForm) -> Document:
    """What the mailbox's charset would lose of a letter, with what looks alike; nothing is sent or kept."""
    channel = await service.find_channel(session, form.channel_id, viewer)
    return characters_document(channel.charset, await find_lost(channel.charset, texts_of(form)))


@router.post("/messages/parts")
async def show_parts(session: SessionDep, viewer: ViewerDep, form: PartsForm) -> Document:
    """The messages that a text becomes in a talk beside its files and sticker; nothing is sent or kept."""
    channel = await service.find_channel(session, form.channel_id, viewer)
    contents = await talks.contents_of(session, form.attachment_ids, by=viewer.agent, has_sticker=form.has_sticker)
    return parts_document(channel.kind, form.text, contents)


@router.post("/outbox/{entry_id}/cancel")
async def cancel_sending(session: SessionDep, found: EntryDep, agent: CurrentAgent) -> Document:
    """While it is held or scheduled: nothing leaves, the text is a draft again."""
    await withdrawal.cancel(session, found.ticket, found.entry, by=agent)
    return entry_document(found.entry, subject=found.ticket.subject, channel=found.ticket.home_channel)


async def _show_newer(session: AsyncSession, changed: TicketChanged, documents: Documents) -> None:
    changed.show([await documents.message(session, message.id) for message in changed.newer])


router.include_router(letters)
