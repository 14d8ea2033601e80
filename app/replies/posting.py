"""A letter becomes a message of its ticket and an entry of the outbox; the status follows when it is time."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.outbox import service as outbox
from app.outbox.addresses import new_mail_id
from app.outbox.service import Terms
from app.replies import talks
from app.replies.composing import Letter
from app.replies.forms import LetterForm
from app.replies.forwarding import carry_along
from app.replies.pictures import place_pictures
from app.replies.preparing import folded
from app.tickets import assignment, message_queries
from app.tickets.attachments import MAX_BYTES, FileTooLarge
from app.tickets.closing import require_allowed, set_status, status_by_key
from app.tickets.fields import set_fields
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind, RecipientRole
from app.tickets.models import Status, Ticket
from app.tickets.outgoing import add_scheduled
from app.tickets.service import add_outbound


async def post(
    session: AsyncSession, ticket: Ticket, letter: Letter, form: LetterForm, *, base_version: int, by: Agent
) -> Message:
    """At once, held for a while, or scheduled. Scheduled, the status waits for the departure (MODEL 20)."""
    at = now()
    not_before = _not_before(form, letter, at)
    next_status = await _next_status(session, ticket, form, by=Actor.agent(by))
    before_status_id, is_scheduled = ticket.status_id, form.send_at is not None
    add = add_scheduled if is_scheduled else add_outbound
    message = await add(session, ticket, await _message(letter, at=at, by=by), by=by)
    await _address(session, message, letter)
    await _attach(session, ticket, message, letter, by=by)
    if letter.talk is not None:
        talks.note_said(ticket, message, letter.talk)
    if next_status is not None and not is_scheduled:
        await set_status(session, ticket, next_status, by=Actor.agent(by), hold_reason=form.hold_reason)
    terms = Terms(base_version, before_status_id, _id_of(next_status), not_before, is_scheduled)
    await outbox.enqueue(session, ticket, message, terms)
    return message


async def _next_status(session: AsyncSession, ticket: Ticket, form: LetterForm, *, by: Actor) -> Status | None:
    """Asked before anything is accepted: a letter that closes has the category and the fields that closing needs."""
    if form.category_id is not None:
        assignment.categorise(session, ticket, as_=await assignment.category_by_id(session, form.category_id), by=by)
    await set_fields(session, ticket, form.fields_, by=by)
    if form.next_status is None:
        return None
    status = await status_by_key(session, form.next_status, field="next_status")
    if status.needs_reason and form.send_at is not None:
        raise Invalid("next_status", mark("What is sent later cannot hold the ticket: its reason is not known then."))
    await require_allowed(session, ticket, status, hold_reason=form.hold_reason, field="next_status")
    return status


def _not_before(form: LetterForm, letter: Letter, at: datetime) -> datetime:
    if form.send_at is None:
        seconds = letter.channel.hold_seconds if form.hold_seconds == "mailbox" else form.hold_seconds
        return at + timedelta(seconds=seconds)
    if form.send_at <= at:
        raise Invalid("send_at", mark("This is in the past."))
    return form.send_at


async def _message(letter: Letter, *, at: datetime, by: Agent) -> Message:
    mail_id = "" if letter.talk else new_mail_id(letter.channel.address)
    quote_start, signature_start = await folded(letter.channel.kind, letter.text)
    return Message(
        kind=MessageKind.OUTBOUND,
        channel_id=letter.channel.id,
        author_agent_id=by.id,
        subject="" if letter.talk else letter.subject,
        text=letter.text,
        html=letter.html,
        quote_start=quote_start,
        signature_start=_signature_start(letter, quote_start, otherwise=signature_start),
        mail_id=mail_id,
        mail_id_hash=message_queries.hash_ref(mail_id) if mail_id else None,
        charset=letter.charset,
        forwards_id=letter.forwarded.id if letter.forwarded else None,
        conversation_id=letter.talk.conversation.id if letter.talk else None,
        extras=letter.talk.extras or None if letter.talk else None,
        created_at=at,
    )


def _signature_start(letter: Letter, quote_start: int | None, *, otherwise: int | None) -> int | None:
    """The writer's own signature needs no mark to be told from what they say."""
    said = letter.text[:quote_start].rstrip()
    signature = letter.signature.strip()
    return len(said) - len(signature) if signature and said.endswith(signature) else otherwise


async def _address(session: AsyncSession, message: Message, letter: Letter) -> None:
    """Everybody on the envelope, us too, and the id by which an answer finds its way back."""
    envelope = {
        RecipientRole.FROM: [letter.sender],
        RecipientRole.TO: letter.to,
        RecipientRole.CC: letter.cc,
        RecipientRole.BCC: letter.bcc,
    }
    rows = [
        message_queries.recipient_row(message.id, role, name=each.name, address=each.address)
        for role, recipients in envelope.items()
        for each in recipients
    ]
    await message_queries.add_recipients(session, rows)
    if message.mail_id:
        await message_queries.add_own_ref(session, message.mail_id, ticket_id=message.ticket_id)


async def _attach(session: AsyncSession, ticket: Ticket, message: Message, letter: Letter, *, by: Agent) -> None:
    wanted = set(letter.attachment_ids)
    if not wanted:
        return
    carried = await carry_along(session, letter.forwarded, wanted, to=message, by=by) if letter.forwarded else set()
    rest = sorted(wanted - carried)
    claimed = await message_queries.claim_uploads(session, rest, uploader_id=by.id, message_id=message.id)
    if claimed != set(rest):
        raise Invalid("attachment_ids", mark("One of these files is not there any more. Attach it again."))
    attachments = await message_queries.list_attachments(session, message.id)
    if sum(attachment.size for attachment in attachments) > MAX_BYTES:
        raise FileTooLarge("attachment_ids")
    if letter.talk is None:
        place_pictures(message, attachments)
    ticket.has_attachment = True


def _id_of(status: Status | None) -> int | None:
    return status.id if status else None
