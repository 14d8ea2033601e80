"""What a sender is given: the message with its files and the thread that it answers in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import UTF_8, Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.outbox import answers, lending, message_queries
from app.outbox.parting import abilities_for
from app.tickets import message_queries as ticket_messages
from app.tickets.message_models import Attachment, Message, MessageKind, MessageRecipient, RecipientRole
from app.tickets.models import Nature
from connectors import contracts
from connectors.contracts import Address, DeliveryError, OutboundMessage


@dataclass(frozen=True, slots=True)
class Errand:
    channel: Channel
    message: OutboundMessage


class Departure(Protocol):
    """Which message leaves by which channel."""

    @property
    def message_id(self) -> int: ...
    @property
    def channel_id(self) -> int: ...


async def load(database: Database, blobs: BlobStore, claim: Departure) -> Errand:
    """In a unit of work that is closed again. Raises DeliveryError when a file is gone."""
    async with database.reading() as session:
        channel = await channel_queries.get_channel(session, claim.channel_id)
        message = await ticket_messages.get_message(session, claim.message_id)
        recipients = await ticket_messages.list_recipients(session, message.id)
        attachments = await ticket_messages.list_attachments(session, message.id)
        thread = await _thread(session, message)
        answer = await answers.find_answer(session, message, channel)
    if answer is not None and abilities_for(channel.kind).is_ours:
        return Errand(channel, replace(_outbound(message, recipients, (), ()), answer=answer))
    if answer is not None and abilities_for(channel.kind).fetches_files:
        answer, attachments = replace(answer, media=await lending.lend_all(blobs, channel, attachments)), ()
    files = tuple([await _read(blobs, attachment) for attachment in attachments])
    return Errand(channel, replace(_outbound(message, recipients, thread, files), answer=answer))


async def _thread(session: AsyncSession, message: Message) -> Sequence[Message]:
    """What was mailed before, between the same people."""
    if message.is_aside:
        return ()
    return [each for each in await message_queries.list_thread_before(session, message) if not each.is_aside]


def _outbound(
    message: Message,
    recipients: Sequence[MessageRecipient],
    thread: Sequence[Message],
    files: tuple[contracts.Attachment, ...],
) -> OutboundMessage:
    [sender] = _addresses(recipients, RecipientRole.FROM)
    return OutboundMessage(
        message_id=message.mail_id,
        sender=sender,
        to=_addresses(recipients, RecipientRole.TO),
        cc=_addresses(recipients, RecipientRole.CC),
        bcc=_addresses(recipients, RecipientRole.BCC),
        subject=message.subject,
        text=lending.with_link(message),
        html=message.html,
        sent_at=message.sent_at or now(),
        attachments=files,
        charset=message.charset or UTF_8,
        is_automatic=message.is_of_machine,
        is_auto_reply=message.nature is Nature.AUTO_REPLY,
        in_reply_to=_answered_id(thread),
        references=tuple(dict.fromkeys(earlier.mail_id for earlier in thread)),
    )


def _addresses(recipients: Sequence[MessageRecipient], role: RecipientRole) -> tuple[Address, ...]:
    return tuple(Address(each.name, each.address) for each in recipients if each.role is role)


def _answered_id(thread: Sequence[Message]) -> str:
    """The customer's newest words, else our own."""
    answered = [earlier for earlier in thread if earlier.kind is MessageKind.INBOUND and not earlier.is_automatic]
    return next((earlier.mail_id for earlier in reversed(answered or thread)), "")


async def _read(blobs: BlobStore, attachment: Attachment) -> contracts.Attachment:
    try:
        data = await blobs.get(attachment.sha256)
    except FileNotFoundError as error:
        raise DeliveryError(f"the attachment {attachment.name} is not in the store", is_permanent=True) from error
    return contracts.Attachment(
        filename=attachment.name,
        content_type=attachment.content_type,
        data=data,
        content_id=attachment.content_id,
        is_inline=attachment.is_inline,
    )
