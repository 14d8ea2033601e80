"""What a message of a talk has beside words and files, and what happened between messages, as values to show."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import CHAT
from app.conversations.keys import message_key
from app.conversations.models import ConversationKind, ConversationState, HappeningKind
from app.conversations.naming import name_of
from app.core.i18n import gettext, mark
from app.core.rows import AnyRow
from app.inbox import talk_queries
from app.inbox.values import AttachmentView
from app.tickets.message_models import MessageKind

QUOTE_LENGTH = 80
SHORT = 6
MAP = "https://www.google.com/maps/search/"
NAMELESS = mark("Member {short}")
SOMEBODY = mark("Somebody")
MAX_DETAIL = 200
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class StickerView:
    sticker_id: str
    words: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """`url` leads to a map; empty where nobody said where on earth it is."""

    title: str
    address: str
    latitude: float | None
    longitude: float | None
    url: str


@dataclass(frozen=True, slots=True)
class PendingView:
    """A file that the platform has and we do not yet; given up with a reason where it is not asked for any more."""

    id: int
    name: str
    error: str
    is_given_up: bool


@dataclass(frozen=True, slots=True)
class QuoteView:
    """What a message answers; without id where we do not know it."""

    message_id: int | None
    ticket_number: int | None
    author: str
    words: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of the words; `kind` is empty, `mention` or `emoji`."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """Of a website, where something was written; `url` is empty where it is no web address."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class TalkView:
    conversation_id: int
    kind: ConversationKind
    has_picture: bool
    speaker: str
    """Of a group the member; nobody of ours."""
    unsent_at: datetime | None
    parts: tuple[TextPart, ...]
    sticker: StickerView | None
    place: PlaceView | None
    quote: QuoteView | None
    set_id: str
    media: str
    words: str
    """What it is, where it has none of its own."""
    is_unknown: bool
    is_postback: bool
    pending: tuple[PendingView, ...]
    is_chat: bool = False
    """On a website."""
    form: tuple[tuple[str, str], ...] = ()
    """What a visitor filled in before: label and value."""
    page: PageView | None = None
    gathered: tuple[AttachmentView, ...] = ()
    """Of the first picture of a set all that have come, for they were sent as one."""
    is_gathered: bool = False
    """It is shown with the first of its set."""


@dataclass(frozen=True, slots=True)
class HappeningView:
    kind: HappeningKind
    words: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """How somebody stands to us on a platform: 「友だち」, 「ブロック中」, or a group."""

    conversation_id: int
    kind: ConversationKind
    state: ConversationState
    has_picture: bool


@dataclass(frozen=True, slots=True)
class TalkParts:
    """What belongs to some messages: pending files by message, quoted ones by their key and id, talks by id."""

    pending: Mapping[int, Sequence[AnyRow]]
    quoted: Mapping[str | int, AnyRow]
    conversations: Mapping[int, AnyRow]
    names: Mapping[tuple[int, str], str]


async def read_talk_parts(session: AsyncSession, results: Iterable[AnyRow]) -> TalkParts:
    said = [result for result in results if result.conversation_id is not None]
    ids = {result.conversation_id for result in said}
    conversations = {row.id: row for row in await talk_queries.list_conversations(session, ids)}
    pending: dict[int, list[AnyRow]] = {}
    for row in await talk_queries.list_pending(session, [result.id for result in said]):
        pending.setdefault(row.message_id, []).append(row)
    return TalkParts(
        pending=pending,
        quoted=await _read_quoted(session, said, conversations),
        conversations=conversations,
        names=await _read_names(session, ids),
    )


async def _read_quoted(
    session: AsyncSession, said: Sequence[AnyRow], conversations: Mapping[int, AnyRow]
) -> dict[str | int, AnyRow]:
    """A customer quotes by the platform's id, we by ours."""
    wanted = {_quoted_key(each.extras, conversations[each.conversation_id]) for each in said if each.extras}
    keys = {each for each in wanted if isinstance(each, str)}
    ids = {each for each in wanted if isinstance(each, int)}
    by_key: dict[str | int, AnyRow] = {row.id_hash: row for row in await talk_queries.list_quoted_by_key(session, keys)}
    return by_key | {row.id: row for row in await talk_queries.list_quoted(session, ids)}


async def _read_names(session: AsyncSession, conversation_ids: Collection[int]) -> dict[tuple[int, str], str]:
    rows = await talk_queries.list_members(session, conversation_ids)
    return {(row.conversation_id, row.address): row.name for row in rows}


def make_talk(result: AnyRow, recipients: Sequence[AnyRow], parts: TalkParts) -> TalkView | None:
    """None for what is no part of a talk."""
    conversation = parts.conversations.get(result.conversation_id)
    if conversation is None:
        return None
    is_hidden = result.hidden_at is not None
    extras: Mapping[str, Any] = {} if is_hidden or not result.extras else result.extras
    return TalkView(
        conversation_id=conversation.id,
        kind=conversation.kind,
        has_picture=conversation.picture is not None,
        speaker=_speaker(result, conversation, recipients, parts),
        unsent_at=result.hidden_at,
        parts=() if is_hidden else cut(result.text, extras),
        sticker=_sticker(extras),
        place=_place(extras),
        quote=_quote(_quoted_key(extras, conversation), parts),
        set_id=str(extras.get("set", {}).get("id", "")),
        media=str(extras.get("media", "")),
        words="" if is_hidden else name_of(extras),
        is_unknown="unknown" in extras,
        is_postback="postback" in extras,
        pending=() if is_hidden else tuple(map(_pending, parts.pending.get(result.id, ()))),
        is_chat=conversation.channel_kind == CHAT,
        form=tuple((each["label"], each["value"]) for each in extras.get("form", ())),
        page=_page(extras),
    )


def _speaker(result: AnyRow, conversation: AnyRow, recipients: Sequence[AnyRow], parts: TalkParts) -> str:
    if result.kind is not MessageKind.INBOUND:
        return ""
    written = next((each for each in recipients if each.role == "from"), None)
    if conversation.kind is ConversationKind.PERSON:
        return str(conversation.name or result.customer_name or "")
    return _name(conversation.id, written.address, parts.names) if written else gettext(SOMEBODY)


def _name(conversation_id: int, address: str, names: Mapping[tuple[int, str], str]) -> str:
    return names.get((conversation_id, address)) or gettext(NAMELESS, short=address[-SHORT:])


def cut(text: str, extras: Mapping[str, Any]) -> tuple[TextPart, ...]:
    """Words with the mentions and emojis in them marked; marks that overlap are none."""
    marks = [(mark_, kind) for kind in ("mention", "emoji") for mark_ in extras.get(f"{kind}s", ())]
    parts: list[TextPart] = []
    end = 0
    for each, kind in sorted(marks, key=lambda pair: int(pair[0]["index"])):
        start, length = each["index"], each["length"]
        if start >= end:
            parts += [TextPart(text[end:start]), TextPart(text[start : start + length], kind)]
            end = start + length
    parts.append(TextPart(text[end:]))
    return tuple(part for part in parts if part.text)


def _sticker(extras: Mapping[str, Any]) -> StickerView | None:
    sticker = extras.get("sticker")
    if not sticker:
        return None
    sticker_id = str(sticker.get("sticker_id", ""))
    return StickerView(sticker_id if sticker_id.isdecimal() else "", name_of(extras))


def _place(extras: Mapping[str, Any]) -> PlaceView | None:
    place = extras.get("place")
    if not place:
        return None
    latitude, longitude = place.get("latitude"), place.get("longitude")
    where = f"{latitude},{longitude}" if latitude is not None and longitude is not None else place.get("address", "")
    url = f"{MAP}?{urlencode({'api': 1, 'query': where})}" if where else ""
    return PlaceView(place.get("title", ""), place.get("address", ""), latitude, longitude, url)


def _page(extras: Mapping[str, Any]) -> PageView | None:
    page = extras.get("page")
    return PageView(web_address(page.get("url", "")), page.get("title", "")) if page else None


def web_address(url: str) -> str:
    """As it is, or '' for what no link may lead to."""
    return url if url.lower().startswith(WEB) else ""


def _quoted_key(extras: Mapping[str, Any], conversation: AnyRow) -> str | int | None:
    if extras.get("quoted_id"):
        return message_key(conversation.channel_kind, extras["quoted_id"])
    quoted: int | None = extras.get("quote_of")
    return quoted


def _quote(key: str | int | None, parts: TalkParts) -> QuoteView | None:
    if key is None:
        return None
    found = parts.quoted.get(key)
    if found is None or found.hidden_at is not None:
        return QuoteView(None, None, "", "")
    words = " ".join(found.text[: QUOTE_LENGTH * 2].split())[:QUOTE_LENGTH] or name_of(found.extras)
    return QuoteView(found.id, found.ticket_id, found.speaker or "", words)


def _pending(row: AnyRow) -> PendingView:
    return PendingView(row.id, row.name, row.error, row.next_at is None)


async def read_happenings(session: AsyncSession, events: Iterable[AnyRow]) -> dict[int, HappeningView]:
    """By their ids, those that a ticket's history tells of."""
    ids = {event.changes["happening_id"] for event in events if "happening_id" in event.changes}
    rows = await talk_queries.list_happenings(session, ids)
    names = await _read_names(session, {row.conversation_id for row in rows if row.conversation_id is not None})
    return {row.id: HappeningView(row.kind, _words(row, names)) for row in rows}


def _words(row: AnyRow, names: Mapping[tuple[int, str], str]) -> str:
    """Names of members, the question that somebody read the answer to, or what it says in detail."""
    detail = row.detail
    if "question" in detail:
        return str(detail["question"])[:MAX_DETAIL]
    if "members" in detail:
        return "、".join(_name(row.conversation_id, address, names) for address in detail["members"])
    return " ".join(str(value) for value in detail.values() if isinstance(value, (str, int)))[:MAX_DETAIL]


async def read_standings(session: AsyncSession, identity_ids: Collection[int]) -> tuple[StandingView, ...]:
    rows = await talk_queries.list_states(session, identity_ids)
    return tuple(StandingView(row.id, row.kind, row.state, row.picture is not None) for row in rows)
