"""Who may be calling, while the number or the name is still being typed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.calls import queries
from app.customers.numbers import readable, tel_key
from app.inbox import customer_queries
from app.inbox.words import status_name

SHOWN = 6
SHOWN_TICKETS = 4


@dataclass(frozen=True, slots=True)
class OpenTicket:
    number: int
    subject: str
    status: str


@dataclass(frozen=True, slots=True)
class Caller:
    """`is_exact` where the whole number is theirs."""

    id: int
    name: str
    reading: str
    company: str
    tels: tuple[str, ...]
    is_exact: bool
    ticket_count: int
    last_activity_at: datetime
    tickets: tuple[OpenTicket, ...]


async def find_callers(session: AsyncSession, text: str, *, viewer: Viewer) -> list[Caller]:
    """By how a number, a name, its reading or an address begins; of whom the viewer sees a ticket (G2)."""
    if not text.strip():
        return []
    rows = await customer_queries.list_customers(
        session, audience_ids=viewer.audience_ids, beginning=text.strip(), after=None, limit=SHOWN
    )
    return await read_callers(session, [row.id for row in rows], viewer=viewer, key=tel_key(text))


async def read_callers(session: AsyncSession, ids: Sequence[int], *, viewer: Viewer, key: str = "") -> list[Caller]:
    """The exact ones first, then who wrote or called last."""
    tels = await _tels(session, ids)
    tickets = await _tickets(session, ids, viewer)
    found = [
        Caller(
            id=row.id,
            name=row.name,
            reading=row.reading,
            company=row.company,
            tels=tuple(readable(address) for address, _ in tels[row.id]),
            is_exact=bool(key) and key in {known for _, known in tels[row.id]},
            ticket_count=row.ticket_count,
            last_activity_at=row.last_activity_at,
            tickets=tuple(tickets[row.id][:SHOWN_TICKETS]),
        )
        for row in await queries.list_callers(session, ids, audience_ids=viewer.audience_ids)
    ]
    return sorted(found, key=lambda each: (not each.is_exact, -each.last_activity_at.timestamp()))


async def _tels(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    tels: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in await queries.list_tels(session, ids):
        tels[row.customer_id].append((row.address, row.tel_key))
    return tels


async def _tickets(session: AsyncSession, ids: Sequence[int], viewer: Viewer) -> dict[int, list[OpenTicket]]:
    tickets: defaultdict[int, list[OpenTicket]] = defaultdict(list)
    for row in await queries.list_open_tickets(session, ids, audience_ids=viewer.audience_ids):
        status = status_name(row.status_key, row.status_name)
        tickets[row.customer_id].append(OpenTicket(row.id, row.subject, status))
    return tickets
