"""A chat as its visitor sees it, as plain JSON: the newest of what was said, and how things stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.chats import ChatSettings, read_chat
from app.channels.models import Channel
from app.chat import queries
from app.chat.waiting import Presence, is_there
from app.conversations import sign_queries, visitor_queries
from app.conversations.signs import READ, TYPING
from app.conversations.visitor_models import Visitor
from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.core.rows import AnyRow
from app.tickets.attachments import SHOWN_TYPES, signed_url
from app.tickets.message_models import MessageKind

NEWEST = 50
TYPING_SHOWN = timedelta(seconds=16)
"""A little longer than until it is told again."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """What a chat is drawn with."""

    channel: Channel
    settings: ChatSettings
    box: SecretBox

    @classmethod
    def of(cls, channel: Channel, box: SecretBox) -> "Room":
        return cls(channel, read_chat(channel), box)


@dataclass(frozen=True, slots=True)
class Sync:
    """All of it; `marks` are what each message is known unchanged by: its addresses of files are not part of that."""

    messages: Sequence[Json]
    marks: Mapping[int, tuple[object, ...]]
    has_more: bool
    state: Json

    def document(self) -> Json:
        return {"messages": list(self.messages), "has_more": self.has_more, "state": self.state}


async def read_sync(session: AsyncSession, visitor: Visitor, room: Room, presence: Presence | None = None) -> Sync:
    conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
    there = presence or await is_there(session, room.channel, now())
    if conversation is None:
        return Sync((), {}, False, _state(visitor, there, {}, (), room))
    found = await queries.list_said(session, conversation.id, limit=NEWEST + 1)
    shown = found[:NEWEST]
    signs = await sign_queries.map_signs(session, [conversation.id])
    messages = await _documents(session, shown, visitor, room)
    return Sync(
        messages,
        {each.id: _mark(each, visitor) for each in shown},
        len(found) > NEWEST,
        _state(visitor, there, {kind: at for (_, kind), at in signs.items()}, shown, room),
    )


async def read_older(session: AsyncSession, visitor: Visitor, room: Room, *, before: int) -> Json:
    conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
    if conversation is None:
        return {"messages": [], "has_more": False}
    found = await queries.list_said(session, conversation.id, limit=NEWEST + 1, before=before)
    messages = await _documents(session, found[:NEWEST], visitor, room)
    return {"messages": list(messages), "has_more": len(found) > NEWEST}


async def _documents(session: AsyncSession, found: Sequence[AnyRow], visitor: Visitor, room: Room) -> Sequence[Json]:
    """Oldest first."""
    files: dict[int, list[Json]] = {}
    for row in await queries.list_files(session, [each.id for each in found]):
        files.setdefault(row.message_id, []).append(_file(row, room.box))
    made = [_document(each, files.get(each.id, []), visitor, room) for each in found]
    return sorted(made, key=lambda each: (each["at"], each["id"]))


def _document(row: AnyRow, files: Sequence[Json], visitor: Visitor, room: Room) -> Json:
    is_unsent = row.hidden_at is not None
    return {
        "id": row.id,
        "client_id": (row.extras or {}).get("client_id"),
        "from": _speaker(row),
        "name": _name(row, room, visitor) if row.kind is MessageKind.OUTBOUND else "",
        "text": "" if is_unsent else row.text,
        "at": rfc3339(_at(row)),
        "is_unsent": is_unsent,
        "files": [] if is_unsent else list(files),
        "by_mail": _is_mailed(row, visitor),
    }


def _speaker(row: AnyRow) -> str:
    if row.kind is MessageKind.INBOUND:
        return "visitor"
    return "desk" if row.is_automatic else "agent"


def _name(row: AnyRow, room: Room, visitor: Visitor) -> str:
    """Of the writer, where those are named; else what the chat is called to the visitor."""
    own = row.agent_name if room.settings.shows_agent_name else None
    return own or room.settings.words(visitor.language[:2]).title or room.channel.name


def _typing(typed_at: datetime | None, found: Sequence[AnyRow], room: Room) -> Json | None:
    """Over with the answer. Of whoever answered last; without a name where names are not said, or before that."""
    newest = next((each for each in found if each.agent_name), None)
    if typed_at is None or typed_at + TYPING_SHOWN <= now() or (newest and typed_at <= newest.sent_at):
        return None
    name = newest.agent_name if newest and room.settings.shows_agent_name else ""
    return {"name": name, "until": rfc3339(typed_at + TYPING_SHOWN)}


def _at(row: AnyRow) -> datetime:
    at: datetime = row.sent_at if row.kind is MessageKind.OUTBOUND else row.created_at
    return at


def _is_mailed(row: AnyRow, visitor: Visitor) -> bool:
    return row.kind is MessageKind.OUTBOUND and visitor.mailed_at is not None and row.sent_at <= visitor.mailed_at


def _mark(row: AnyRow, visitor: Visitor) -> tuple[object, ...]:
    return row.text, row.sent_at, row.hidden_at, row.agent_name, _is_mailed(row, visitor)


def _file(row: AnyRow, box: SecretBox) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "type": row.content_type,
        "size": row.size,
        "url": signed_url(box, row.id, row.name, now()),
        "is_picture": row.content_type in SHOWN_TYPES,
    }


def _state(
    visitor: Visitor, there: Presence, signs: Mapping[str, datetime], shown: Sequence[AnyRow], room: Room
) -> Json:
    return {
        "typing": _typing(signs.get(TYPING), shown, room),
        "seen_at": rfc3339(signs.get(READ)),
        "is_there": there.is_there,
        "is_open": there.is_open,
        "opens_at": rfc3339(there.opens_at),
        "has_ended": visitor.ended_at is not None,
    }
