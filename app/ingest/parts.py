"""A message and the rows that hang on it: who is on it, what is attached, where it came in."""

from dataclasses import asdict
from typing import Any

from app.channels.models import Channel
from app.core.clock import rfc3339
from app.customers.models import Identity
from app.ingest.checking import check_sender
from app.ingest.known import Arrival
from app.tickets.message_models import Message, MessageKind, Problem, RecipientRole, SignedWith
from app.tickets.message_queries import recipient_row
from app.tickets.models import Nature
from connectors.contracts import Address
from connectors.findings import Invitation

Row = dict[str, Any]


def make_message(arrival: Arrival, identity: Identity | None, channel: Channel) -> Message:
    prepared, inbound, raw = arrival.prepared, arrival.prepared.inbound, arrival.raw
    checked = check_sender(inbound, server=str(channel.settings.get("authserv_id", "")))
    return Message(
        kind=MessageKind.INBOUND,
        channel_id=raw.channel_id,
        author_identity_id=identity.id if identity else None,
        subject=inbound.subject,
        text=prepared.text,
        html=prepared.html,
        quote_start=prepared.quote_start,
        signature_start=prepared.signature_start,
        mail_id=inbound.message_id,
        mail_id_hash=arrival.own_ref if inbound.message_id else None,
        identity_hash=prepared.identity_hash,
        problem=Problem(inbound.problem),
        is_automatic=inbound.is_automatic,
        nature=Nature(inbound.kind),
        can_auto_reply=inbound.can_auto_reply,
        signed_with=SignedWith(inbound.signature),
        invitation=_invitation(inbound.invitation),
        sender_check=checked.result,
        sender_check_detail=checked.detail,
        created_at=raw.received_at,
        sent_at=inbound.sent_at,
        extras=dict(inbound.said.extras) or None if inbound.said else None,
    )


def _invitation(invitation: Invitation | None) -> Row | None:
    """As it is kept: instants as text."""
    if invitation is None:
        return None
    starts_at, ends_at = rfc3339(invitation.starts_at), rfc3339(invitation.ends_at)
    return {**asdict(invitation), "starts_at": starts_at, "ends_at": ends_at}


def recipient_rows(arrival: Arrival, message: Message) -> list[Row]:
    inbound = arrival.prepared.inbound
    roles: list[tuple[RecipientRole, tuple[Address, ...]]] = [
        (RecipientRole.FROM, (inbound.sender,) if inbound.sender else ()),
        (RecipientRole.REPLY_TO, inbound.reply_to),
        (RecipientRole.TO, inbound.to),
        (RecipientRole.CC, inbound.cc),
    ]
    return [
        recipient_row(message.id, role, name=entry.name, address=entry.address)
        for role, entries in roles
        for entry in entries
    ]


def attachment_rows(arrival: Arrival, message: Message) -> list[Row]:
    return [
        {
            "message_id": message.id,
            "sha256": sha,
            "name": attachment.filename,
            "content_type": attachment.content_type,
            "size": arrival.sizes[sha],
            "content_id": attachment.content_id,
            "is_inline": attachment.is_inline,
        }
        for attachment, sha in zip(arrival.prepared.inbound.attachments, arrival.blobs, strict=True)
    ]


def source_row(arrival: Arrival, message: Message) -> Row:
    return {"message_id": message.id, "raw_id": arrival.raw.id, "channel_id": arrival.raw.channel_id}
