"""Templates as the API tells them, and openings as the composer asks for them."""

from typing import Any

from app.channels.models import Channel
from app.letters.fields import FIELDS, NUMBER, Values
from app.letters.frames import Opening
from app.letters.service import Filled, Offer

Document = dict[str, Any]


def offer_document(offer: Offer, filled: Filled | None = None) -> Document:
    """`filled` is there when a ticket was named; `missing` are the fields that stayed."""
    template = offer.template
    named = {} if filled is None else {"filled": _filled_document(filled)}
    return {
        "id": template.id,
        "name": template.name,
        "reading": template.reading,
        "subject": template.subject,
        "text": template.text,
        "audience": "own" if template.owner_id else "team" if template.team_id else "everyone",
        "team": {"id": template.team_id, "name": offer.team} if template.team_id else None,
        "category": {"id": template.category_id, "name": offer.category} if template.category_id else None,
        "used_count": template.used_count,
        **named,
    }


def opening_document(opening: Opening, *, is_new: bool = False) -> Document:
    """`values` by every name that a field has; a new mail gets its number only when it is sent."""
    return {
        "greeting": opening.greeting,
        "signature": opening.signature,
        "values": named_values(opening.values),
        "later": [name for name, key in _names() if key == NUMBER] if is_new else [],
    }


def mailbox_document(channel: Channel) -> Document:
    """Under which addresses a new mail from there may leave, and what it is written in."""
    senders = [{"name": each.name, "address": each.address} for each in channel.own_addresses]
    return {"channel_id": channel.id, "senders": senders, "sender": channel.address, "charset": channel.charset}


def named_values(values: Values) -> dict[str, str]:
    """Of the fields that are known."""
    return {name: values[key] for name, key in _names() if values.get(key)}


def _names() -> list[tuple[str, str]]:
    return [(name, field.key) for field in FIELDS for name in (field.key, field.alias)]


def _filled_document(filled: Filled) -> Document:
    return {"subject": filled.subject.text, "text": filled.text.text, "missing": filled.missing}
