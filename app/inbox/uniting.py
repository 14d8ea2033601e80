"""Customers side by side, so that somebody sees whether they are one person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.channels.kinds import KIND_NAMES, view_kind
from app.channels.models import LINE
from app.core.i18n import gettext
from app.inbox import customer_queries
from app.inbox.talks import StandingView, read_standings
from app.inbox.values import Named
from app.tickets import uniting_queries
from app.tickets.models import Ticket

MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What a platform calls somebody says nothing to people: then only its kind is shown."""

    kind: str
    address: str

    @property
    def name(self) -> str:
        """For the icon."""
        return gettext(KIND_NAMES[self.kind]) if self.kind in KIND_NAMES else view_kind(self.kind).name

    @property
    def is_readable(self) -> bool:
        return self.kind != LINE


@dataclass(frozen=True, slots=True)
class CustomerCard:
    id: int
    name: str
    company: str
    addresses: tuple[KnownAddress, ...]
    ticket_count: int
    last_activity_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """How a customer stands to us on LINE, and whether they could be joined there by a link.

    `joined` are records of the same person, as far as the reader sees what they brought.
    """

    standings: tuple[StandingView, ...]
    joined: tuple[Named, ...]
    line_to_join: bool


async def read_card(session: AsyncSession, ticket: Ticket, *, viewer: Viewer) -> CustomerCard | None:
    """Of a ticket in the trash there may be none."""
    return next(iter(await _cards(session, [ticket.customer_id], viewer=viewer)), None)


async def find_candidates(session: AsyncSession, ticket: Ticket, q: str, *, viewer: Viewer) -> list[CustomerCard]:
    """By the beginning of a name or an address, or by a ticket's number; without words those of the same name."""
    ids = await _find_ids(session, ticket, q.strip(), viewer)
    cards = {card.id: card for card in await _cards(session, ids, viewer=viewer)}
    return [cards[each] for each in ids if each in cards]


async def read_beside(session: AsyncSession, customer_id: int, *, viewer: Viewer) -> Beside:
    """To be joined on LINE only where they are not known there, and where an account is that a link can lead to."""
    rows = await customer_queries.list_beside(session, customer_id)
    on_line = [row.id for row in rows if row.what == "identity" and row.kind == LINE]
    joined = [Named(row.id, row.name) for row in rows if row.what == "joined"]
    has_account = any(row.what == "account" for row in rows)
    return Beside(
        standings=await read_standings(session, on_line),
        joined=tuple([each for each in joined if await _can_be_parted(session, each.id, customer_id, viewer)]),
        line_to_join=has_account and not on_line,
    )


async def _can_be_parted(session: AsyncSession, joined_id: int, customer_id: int, viewer: Viewer) -> bool:
    origins = await uniting_queries.list_joined_ids(session, joined_id)
    returning = await uniting_queries.list_returning_ids(session, at=customer_id, origins=origins)
    return await uniting_queries.has_any_seen(session, returning, viewer=viewer)


async def _find_ids(session: AsyncSession, ticket: Ticket, q: str, viewer: Viewer) -> list[int]:
    seen, own = viewer.audience_ids, ticket.customer_id
    if not q:
        limit = MAX_CANDIDATES
        return list(await customer_queries.list_namesakes(session, own, audience_ids=seen, limit=limit))
    rows = await customer_queries.list_customers(
        session, audience_ids=seen, beginning=q, after=None, limit=MAX_CANDIDATES + 1
    )
    found = [row.id for row in rows]
    number = q.lstrip("#")
    if number.isdecimal() and len(number) < 19:
        found.insert(0, await customer_queries.find_customer_id(session, int(number), audience_ids=seen))
    return [each for each in dict.fromkeys(found) if each is not None and each != own][:MAX_CANDIDATES]


async def _cards(session: AsyncSession, ids: Sequence[int], *, viewer: Viewer) -> list[CustomerCard]:
    addresses: defaultdict[int, list[KnownAddress]] = defaultdict(list)
    for row in await customer_queries.list_addresses(session, ids):
        addresses[row.customer_id].append(KnownAddress(row.kind, row.address))
    return [
        CustomerCard(row.id, row.name, row.company, tuple(addresses[row.id]), row.ticket_count, row.last_activity_at)
        for row in await customer_queries.list_cards(session, ids, audience_ids=viewer.audience_ids)
    ]
