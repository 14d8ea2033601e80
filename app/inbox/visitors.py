"""Who is at a website's chat, as their browser and the site tell it, and how far our words have come to them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from babel import Locale, UnknownLocaleError
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.chats import MAIL_AFTER
from app.core.clock import now, rfc3339
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.rows import AnyRow
from app.inbox import visitor_queries
from app.inbox.browsers import browser_words
from app.inbox.talks import TalkView, web_address

MAX_ATTRIBUTES = 30
MAX_VALUE = 200


class Reach(StrEnum):
    """How far one message of ours has come."""

    WAITING = "waiting"
    HEARD = "heard"
    READ = "read"
    MAILED = "mailed"


@dataclass(frozen=True, slots=True)
class VisitorView:
    """`page_url` and `referrer` are empty where they are no web addresses; a name that is not identified is only
    claimed. `mail_minutes` is how long what they have not heard waits before it goes by mail, where it can."""

    conversation_id: int
    channel_id: int
    name: str
    mail: str
    is_identified: bool
    attributes: tuple[tuple[str, str], ...]
    page_url: str
    page_title: str
    referrer: str
    browser: str
    language: str
    visits: int
    seen_at: datetime
    online_until: datetime | None
    typing_until: datetime | None
    heard_at: datetime | None
    read_at: datetime | None
    mailed_at: datetime | None
    wants_mail: bool
    blocked_at: datetime | None
    ended_at: datetime | None
    mail_minutes: int
    has_mailbox: bool

    @property
    def is_online(self) -> bool:
        return self.online_until is not None and self.online_until > now()

    @property
    def is_typing(self) -> bool:
        return self.typing_until is not None and self.typing_until > now()

    @property
    def can_be_mailed(self) -> bool:
        return bool(self.mail) and self.has_mailbox

    def reach(self, sent_at: datetime | None) -> Reach | None:
        """None for what has not left."""
        if sent_at is None:
            return None
        marks = ((Reach.READ, self.read_at), (Reach.HEARD, self.heard_at), (Reach.MAILED, self.mailed_at))
        return next((reach for reach, up_to in marks if up_to is not None and up_to >= sent_at), Reach.WAITING)


async def read_visitor(session: AsyncSession, talks: Sequence[TalkView]) -> VisitorView | None:
    """Of the newest words of a ticket that a visitor is behind."""
    ids = list(dict.fromkeys(talk.conversation_id for talk in reversed(talks) if talk.is_chat))
    found = {row.conversation_id: row for row in await visitor_queries.list_visitors(session, ids)}
    return next((make_visitor(found[each]) for each in ids if each in found), None)


async def get_visitor(session: AsyncSession, ticket_id: int) -> VisitorView:
    """Raises NotFound for a ticket that no visitor is on."""
    conversation_id = await visitor_queries.find_conversation_id(session, ticket_id)
    rows = await visitor_queries.list_visitors(session, [conversation_id]) if conversation_id else []
    if not rows:
        raise NotFound(number=ticket_id)
    return make_visitor(rows[0])


def visitor_document(visitor: VisitorView) -> dict[str, Any]:
    instants = ("seen_at", "heard_at", "read_at", "mailed_at", "ended_at", "blocked_at")
    return {
        "conversation_id": visitor.conversation_id,
        "name": visitor.name or None,
        "mail": visitor.mail or None,
        "is_identified": visitor.is_identified,
        "is_online": visitor.is_online,
        "is_typing": visitor.is_typing,
        "page": {"url": visitor.page_url, "title": visitor.page_title},
        "referrer": visitor.referrer or None,
        "browser": visitor.browser or None,
        "language": visitor.language or None,
        "visits": visitor.visits,
        "attributes": dict(visitor.attributes),
        **{name: rfc3339(getattr(visitor, name)) for name in instants},
    }


def make_visitor(row: AnyRow) -> VisitorView:
    settings: Mapping[str, Any] = row.settings
    return VisitorView(
        conversation_id=row.conversation_id,
        channel_id=row.channel_id,
        name=row.name,
        mail=row.mail,
        is_identified=row.is_identified,
        attributes=attribute_words(row.attributes),
        page_url=web_address(row.page_url),
        page_title=row.page_title,
        referrer=web_address(row.referrer),
        browser=browser_words(row.browser),
        language=language_name(row.language),
        visits=row.visits,
        seen_at=row.seen_at,
        online_until=row.online_until,
        typing_until=row.typing_until,
        heard_at=row.heard_at,
        read_at=row.read_at,
        mailed_at=row.mailed_at,
        wants_mail=row.wants_mail,
        blocked_at=row.blocked_at,
        ended_at=row.ended_at,
        mail_minutes=int(settings.get("mail_after", MAIL_AFTER)),
        has_mailbox=bool(settings.get("mail_channel_id")),
    )


def attribute_words(attributes: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the site tells: whatever it is, as text."""
    return tuple((str(name)[:MAX_VALUE], _words(value)) for name, value in [*attributes.items()][:MAX_ATTRIBUTES])


def _words(value: Any) -> str:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:MAX_VALUE]


def language_name(tag: str) -> str:
    """In the reader's language; of an unknown one its tag."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(current_locale()) or tag
    except (ValueError, TypeError, UnknownLocaleError):
        return tag
