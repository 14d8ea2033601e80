"""A customer whom we know shows that they are the one on another channel: by sending a code there that they got here.

The code is kept as a hash, is good once and for a week. Whoever sends it is that customer: it went to nobody else.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.channels import queries as channel_queries
from app.channels.models import LINE, Channel
from app.conversations import answer_queries, join_queries
from app.conversations.errors import NoAccountToJoin
from app.conversations.models import Conversation, ConversationKind, JoinCode
from app.core.clock import now
from app.core.i18n import gettext, mark
from app.customers import queries as customer_queries
from app.tickets import uniting, uniting_queries
from app.tickets.errors import SameCustomer
from app.tickets.history_models import Actor, ActorKind, EventKind, TicketEvent
from app.tickets.models import Origin, Ticket
from app.tickets.uniting import How

LIFE = timedelta(days=7)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is taken for something else."""
LENGTHS = (5, 5, 5)
"""15 of 30 characters: 73 bits."""
SHAPE = re.compile("-".join(f"[{ALPHABET}]{{{length}}}" for length in LENGTHS))
WORDS = mark("My code: {code}")
OPENING_URL = "https://line.me/R/oaMessage/{basic_id}/?{text}"
LONGEST_TEXT = 500
"""Nobody sends a code in a long letter."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of a code shows; `url` opens LINE with the words to send."""

    code: str
    account: str
    words: str
    url: str


async def make_code(session: AsyncSession, ticket: Ticket, *, viewer: Viewer) -> tuple[str, datetime]:
    """For the ticket's customer; it is told once. Raises NoAccountToJoin."""
    channels = await channel_queries.list_visible(session, viewer)
    channel = next((each for each in channels if is_joinable(each)), None)
    if channel is None:
        raise NoAccountToJoin
    code, expires_at = new_code(), now() + LIFE
    row = JoinCode(
        code_hash=hash_code(code),
        customer_id=ticket.customer_id,
        channel_id=channel.id,
        agent_id=viewer.agent.id,
        expires_at=expires_at,
    )
    session.add(row)
    await session.flush()
    return code, expires_at


def is_joinable(channel: Channel) -> bool:
    return channel.kind == LINE and bool(channel.address) and not channel.is_paused


async def look_at(session: AsyncSession, code: str) -> Offer | None:
    """None for one that is over, was used, or never was: which of them is nobody's business."""
    found = await join_queries.find_open(session, hash_code(code), at=now())
    channel = await channel_queries.get_channel(session, found.channel_id) if found else None
    if channel is None or not is_joinable(channel):
        return None
    words = gettext(WORDS, code=plain(code))
    url = OPENING_URL.format(basic_id=quote(channel.address, safe=""), text=quote(words, safe=""))
    return Offer(plain(code), channel.name, words, url)


async def hear(session: AsyncSession, event: TicketEvent) -> None:
    """One event of the log: a person's words in a talk may have a code in them."""
    is_said = event.kind is EventKind.RECEIVED and event.actor_kind is ActorKind.CUSTOMER
    if not is_said or event.origin is not Origin.LIVE:
        return
    said = await join_queries.find_said(session, event.changes.get("message_id"))
    if said is not None and find_code(said.text):
        await redeem(session, await answer_queries.get_conversation(session, said.conversation_id), said.text)


async def redeem(session: AsyncSession, conversation: Conversation, text: str) -> bool:
    """Whether who said this is now one with the customer who got the code."""
    code = find_code(text)
    if not code or conversation.kind is not ConversationKind.PERSON:
        return False
    found = await join_queries.claim(session, hash_code(code), channel_id=conversation.channel_id, at=now())
    if found is None:
        return False
    identity = await join_queries.get_identity(session, conversation.identity_id)
    into = await customer_queries.get_customer(session, await uniting_queries.find_end(session, found.customer_id))
    source = await customer_queries.get_customer(session, identity.customer_id)
    try:
        await uniting.unite(session, source, into, by=Actor.customer(identity.id), how=How.LINK)
    except SameCustomer:
        return source.id == into.id
    return True


def new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(length)) for length in LENGTHS)


def find_code(text: str) -> str:
    """Whatever width and case it is typed in; '' where there is none."""
    found = SHAPE.search(plain(text)) if len(text) <= LONGEST_TEXT else None
    return found[0] if found else ""


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def hash_code(code: str) -> str:
    return hashlib.sha256(plain(code).encode("utf-8", "replace")).hexdigest()
