"""The rows that hang on a message: who is on it, what is attached, where it came in."""

from typing import Any

from app.ingest.known import Arrival
from app.tickets.message_models import Message, RecipientRole
from app.tickets.message_queries import recipient_row
from connectors.contracts import Address

Row = dict[str, Any]


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
