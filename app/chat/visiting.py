"""Who a visitor is, from one page of the site to the next, and what their browser tells beside words."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.chats import identity_secret
from app.channels.models import Channel
from app.chat import queries, transcripts
from app.chat.errors import VisitorBlocked
from app.chat.forms import MAX_ATTRIBUTES, ContactForm, MarksForm, PageForm, VisitForm
from app.chat.identity import SiteUser, read_identity
from app.conversations import visitor_queries, visitors
from app.conversations.keys import talk_key
from app.conversations.models import ConversationKind
from app.conversations.visitor_models import Visitor
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token, new_token
from app.core.errors import Invalid
from app.core.i18n import mark
from app.live.signals import signal
from app.outbox.addresses import is_deliverable
from app.tickets import queries as ticket_queries

ANONYMOUS, OF_SITE = "v-", "u-"
ADDRESS_BYTES = 12
ID_LENGTH = 32
VISIT = timedelta(minutes=30)
"""Who comes again after so long comes for another visit."""
TYPING_LASTS = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Visit:
    visitor: Visitor
    token: str


async def is_known(session: AsyncSession, channel: Channel, token: str | None) -> bool:
    """Whether a visit by this token makes nobody new."""
    return await _known(session, channel, token) is not None


async def visit(session: AsyncSession, channel: Channel, form: VisitForm, box: SecretBox, *, browser: str) -> Visit:
    """Begins, or goes on. Raises BadIdentity and VisitorBlocked.

    A browser in which somebody was logged in and is not any more is somebody else's: its token ends.
    """
    user = read_identity(form.identity, identity_secret(channel, box), now()) if form.identity else None
    known = await _known(session, channel, form.token)
    if known is not None and user is None and known.is_identified:
        await visitor_queries.forget_token(session, hash_token(form.token or ""))
        known = None
    visitor = await _visitor(session, channel, known, user)
    if visitor.blocked_at is not None:
        raise VisitorBlocked
    _learn(visitor, user, form)
    note_page(visitor, form.page, browser=browser)
    token = form.token if known is not None and known.id == visitor.id else None
    if token is None:
        token = new_token()
        await visitor_queries.add_token(session, hash_token(token), visitor.id)
    await _show(session, visitor)
    return Visit(visitor, token)


def require_mail(field: str, address: str) -> None:
    """Raises Invalid."""
    if not is_deliverable(address):
        raise Invalid(field, mark("This is not a mail address."))


async def leave_contact(session: AsyncSession, visitor_id: int, form: ContactForm, *, is_there: bool) -> Visitor:
    """The way to answer them by mail. What a site vouches for stays. Raises Invalid."""
    require_mail("mail", form.mail)
    visitor = await visitor_queries.hold_visitor(session, visitor_id)
    if not visitor.is_identified:
        visitor.name, visitor.mail = form.name or visitor.name, form.mail
    visitor.wants_mail = visitor.wants_mail or not is_there
    return visitor


async def end(session: AsyncSession, known: Visitor, *, wants_transcript: bool) -> Visitor:
    """Until they write again; with what was said by mail, where that can go. The ticket's row first (MODEL 1)."""
    conversation = await visitor_queries.find_conversation(session, known.key_hash)
    ticket = await ticket_queries.find_remaining(session, conversation.ticket_id if conversation else None)
    visitor = await visitor_queries.hold_visitor(session, known.id)
    visitor.ended_at, visitor.typing_until = visitor.ended_at or now(), None
    if conversation is not None:
        await visitors.tell(session, conversation.id)
    if ticket is not None and conversation is not None and wants_transcript:
        await transcripts.send(session, ticket, conversation)
    return visitor


async def note_marks(session: AsyncSession, visitor_id: int, form: MarksForm) -> None:
    """What we sent reached them up to there, and was on their screen; never backwards."""
    visitor = await visitor_queries.hold_visitor(session, visitor_id)
    conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
    if conversation is None:
        return
    wanted = {each for each in (form.heard, form.read) if each is not None}
    times = await queries.map_sent(session, conversation.id, wanted)
    heard = [times[each] for each in wanted if each in times]
    read = [times[form.read]] if form.read in times else []
    before = (visitor.heard_at, visitor.read_at)
    visitor.heard_at = max([*heard, *([visitor.heard_at] if visitor.heard_at else [])], default=None)
    visitor.read_at = max([*read, *([visitor.read_at] if visitor.read_at else [])], default=None)
    if (visitor.heard_at, visitor.read_at) != before and conversation.ticket_id is not None:
        await signal(session, conversation.ticket_id)


def is_typing(visitor: Visitor) -> bool:
    """As far as it is known, for a good while yet."""
    return visitor.typing_until is not None and visitor.typing_until - now() > TYPING_LASTS / 2


async def note_typing(session: AsyncSession, visitor_id: int) -> None:
    visitor = await visitor_queries.hold_visitor(session, visitor_id)
    visitor.typing_until = now() + TYPING_LASTS
    await _show(session, visitor)


def note_page(visitor: Visitor, page: PageForm, *, browser: str = "") -> None:
    at = now()
    if at - visitor.seen_at > VISIT:
        visitor.visits += 1
        visitor.referrer = page.referrer
    visitor.seen_at = at
    visitor.page_url, visitor.page_title = page.url or visitor.page_url, page.title or visitor.page_title
    visitor.referrer = visitor.referrer or page.referrer
    visitor.browser = browser or visitor.browser


async def _known(session: AsyncSession, channel: Channel, token: str | None) -> Visitor | None:
    found = await visitor_queries.find_by_token(session, hash_token(token)) if token else None
    return found if found is not None and found.channel_id == channel.id else None


async def _visitor(session: AsyncSession, channel: Channel, known: Visitor | None, user: SiteUser | None) -> Visitor:
    """Held until the end of the unit of work."""
    if user is None and known is not None:
        return await visitor_queries.hold_visitor(session, known.id)
    address = _address_of(user) if user else ANONYMOUS + secrets.token_urlsafe(ADDRESS_BYTES)
    key = talk_key(channel.id, ConversationKind.PERSON, address)
    visitor = Visitor(channel_id=channel.id, address=address, key_hash=key, is_identified=user is not None)
    return await visitor_queries.add_visitor(session, visitor)


def _address_of(user: SiteUser) -> str:
    """The same on every browser; what the site calls them may be anything."""
    return OF_SITE + hashlib.sha256(user.id.encode("utf-8", "replace")).hexdigest()[:ID_LENGTH]


def _learn(visitor: Visitor, user: SiteUser | None, form: VisitForm) -> None:
    visitor.language = form.language or visitor.language
    visitor.attributes = _newest(visitor.attributes, form.attributes)
    if user is not None:
        visitor.name, visitor.mail = user.name or visitor.name, user.mail or visitor.mail
        visitor.attributes = _newest(visitor.attributes, {"id": user.id})


def _newest(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Who tells of something else each time fills nothing up."""
    older = {name: value for name, value in known.items() if name not in told}
    return dict([*older.items(), *told.items()][-MAX_ATTRIBUTES:])


async def _show(session: AsyncSession, visitor: Visitor) -> None:
    """To whoever has their ticket open."""
    conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
    if conversation is not None and conversation.ticket_id is not None:
        await signal(session, conversation.ticket_id)
