"""Puts a prepared message into the store: where it was known, joined, or opened a ticket."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.blobs import register
from app.core.i18n import gettext, mark
from app.customers import service as customer_service
from app.customers.models import Customer, Identity
from app.ingest import threading
from app.ingest.models import RawMessage
from app.ingest.preparing import Prepared
from app.tickets import message_queries, queries, service
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind, Problem, RecipientRole
from app.tickets.models import Ticket
from connectors.contracts import Address, InboundMessage

UNKNOWN_SENDER = mark("Unknown sender")


async def store(session: AsyncSession, raw: RawMessage, prepared: Prepared, shas: Sequence[str]) -> Message:
    channel = await channel_queries.get_channel(session, raw.channel_id)
    thread = await threading.hold(session, prepared)
    known = await threading.find_known(session, prepared)
    if known is not None:
        await _note_copy(session, known, raw, channel)
        return known
    identity, customer = await _recognise(session, channel, prepared.inbound)
    by = Actor.customer(identity.id if identity else None)
    ticket = await threading.find_ticket(session, thread, prepared.inbound)
    if ticket is None:
        opening = service.Opening(subject=prepared.inbound.subject, at=raw.received_at, origin=raw.origin)
        ticket = await service.open_ticket(session, channel=channel, customer=customer, opening=opening, by=by)
    else:
        await service.link_channel(session, ticket, channel)
    message = await service.receive(session, ticket, _message(raw, prepared, channel, identity), by=by)
    await _add_parts(session, ticket, message, prepared, shas)
    await message_queries.add_source(session, message.id, raw_id=raw.id, channel_id=channel.id)
    await message_queries.lead_refs(session, thread.refs, to_ticket=ticket.id)
    return message


async def _note_copy(session: AsyncSession, known: Message, raw: RawMessage, channel: Channel) -> None:
    """One mail to two of our mailboxes is one message; both mailboxes see it."""
    await message_queries.add_source(session, known.id, raw_id=raw.id, channel_id=channel.id)
    ticket = await queries.find_ticket(session, known.ticket_id)
    if ticket is not None and known.kind is MessageKind.INBOUND:
        await service.link_channel(session, ticket, channel)


async def _recognise(
    session: AsyncSession, channel: Channel, inbound: InboundMessage
) -> tuple[Identity | None, Customer]:
    """By the sender's address. Whoever gives none is nobody whom one could know again."""
    if inbound.sender is None or not inbound.sender.address:
        customer = Customer(name=gettext(UNKNOWN_SENDER))
        session.add(customer)
        await session.flush()
        return None, customer
    identity = await customer_service.recognise(
        session, kind=channel.kind, address=inbound.sender.address, name=inbound.sender.name
    )
    return identity, identity.customer


def _message(raw: RawMessage, prepared: Prepared, channel: Channel, identity: Identity | None) -> Message:
    inbound = prepared.inbound
    return Message(
        kind=MessageKind.INBOUND,
        channel_id=channel.id,
        author_identity_id=identity.id if identity else None,
        subject=inbound.subject,
        text=prepared.text,
        html=prepared.html,
        quote_start=prepared.quote_start,
        signature_start=prepared.signature_start,
        mail_id=inbound.message_id,
        mail_id_hash=message_queries.hash_ref(inbound.message_id) if inbound.message_id else None,
        identity_hash=prepared.identity_hash,
        problem=Problem(inbound.problem),
        is_automatic=inbound.is_automatic,
        created_at=raw.received_at,
        sent_at=inbound.sent_at,
    )


async def _add_parts(
    session: AsyncSession, ticket: Ticket, message: Message, prepared: Prepared, shas: Sequence[str]
) -> None:
    inbound = prepared.inbound
    await message_queries.add_recipients(session, _recipients(message, inbound))
    if not inbound.attachments:
        return
    for attachment, sha in zip(inbound.attachments, shas, strict=True):
        await register(session, sha, len(attachment.data))
    await message_queries.add_attachments(session, _attachments(message, inbound, shas))
    ticket.has_attachment = ticket.has_attachment or any(not part.is_inline for part in inbound.attachments)


def _attachments(message: Message, inbound: InboundMessage, shas: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "message_id": message.id,
            "sha256": sha,
            "name": attachment.filename,
            "content_type": attachment.content_type,
            "size": len(attachment.data),
            "content_id": attachment.content_id,
            "is_inline": attachment.is_inline,
        }
        for attachment, sha in zip(inbound.attachments, shas, strict=True)
    ]


def _recipients(message: Message, inbound: InboundMessage) -> list[dict[str, Any]]:
    roles: list[tuple[RecipientRole, tuple[Address, ...]]] = [
        (RecipientRole.FROM, (inbound.sender,) if inbound.sender else ()),
        (RecipientRole.REPLY_TO, inbound.reply_to),
        (RecipientRole.TO, inbound.to),
        (RecipientRole.CC, inbound.cc),
    ]
    return [
        message_queries.recipient_row(message.id, role, name=entry.name, address=entry.address)
        for role, entries in roles
        for entry in entries
    ]
