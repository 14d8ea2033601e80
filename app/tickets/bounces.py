"""What other servers report of our mails: who has them, who waits, who never will (C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets import message_queries
from app.tickets.history_models import EventKind
from app.tickets.log import record
from app.tickets.message_models import Message, MessageRecipient, RecipientRole, RecipientState
from app.tickets.models import Origin, Ticket

ADDRESSED = (RecipientRole.TO, RecipientRole.CC, RecipientRole.BCC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one recipient of a message, by every address that may be meant. `words` are the server's."""

    state: RecipientState
    address_keys: frozenset[str]
    words: str


async def note_verdicts(
    session: AsyncSession,
    ticket: Ticket,
    message: Message,
    verdicts: Sequence[Verdict],
    *,
    at: datetime,
    origin: Origin = Origin.LIVE,
) -> None:
    """On a ticket that is held. Says nothing twice; where nobody of ours is named, that something failed is said."""
    found = await message_queries.list_recipients(session, message.id)
    recipients = [each for each in found if each.role in ADDRESSED]
    failed, delayed, is_unclear = 0, 0, False
    for verdict in verdicts:
        meant = _meant(recipients, verdict)
        changed = sum(each.report(verdict.state, verdict.words) for each in meant)
        failed += changed if verdict.state is RecipientState.FAILED else 0
        delayed += changed if verdict.state is RecipientState.DELAYED else 0
        is_unclear = is_unclear or (verdict.state is RecipientState.FAILED and not meant)
    if failed or is_unclear:
        ticket.bounced_at = at if origin is Origin.LIVE else ticket.bounced_at
        record(session, ticket, EventKind.BOUNCED, at=at, origin=origin, message_id=message.id, failed=failed)
    if delayed:
        record(session, ticket, EventKind.DELAYED, at=at, origin=origin, message_id=message.id, delayed=delayed)


def _meant(recipients: Sequence[MessageRecipient], verdict: Verdict) -> Sequence[MessageRecipient]:
    """Where a mail was forwarded its last server names another address: then it can only be the only one's."""
    named = [each for each in recipients if each.address_key in verdict.address_keys]
    return named or (recipients if len(recipients) == 1 else [])
