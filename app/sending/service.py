"""A mail of the desk's own on its way: claimed, written, handed over with nothing open, settled (MODEL 19).

Such a mail is on no ticket, so it does not go through the outbox. What it says is written when it leaves.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger
from app.sending import queries
from app.sending.errors import ClaimLost
from app.sending.marks import CommitMark
from app.sending.models import MailState, OwnMailing
from app.sending.queries import Claim
from connectors.contracts import DeliveryError, OutboundMessage, Sender

Senders = Callable[[Channel], Sender]
Render = Callable[[str, dict[str, object]], str]
"""A template by its name; handed in, since those who write mails know no HTML."""

MAX_ATTEMPTS = 5
PAUSE = timedelta(minutes=10)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it leaves, and the mailbox that it leaves from."""

    channel: Channel
    message: OutboundMessage


async def _nothing(session: AsyncSession, row_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Mailing:
    """What one room mails: `write` gives the mail of a row, None where there is nothing left to say or nobody to say
    it to; `note_sent` follows in the unit of work that settles it.
    """

    kind: type[OwnMailing]
    database: Database
    senders: Senders
    write: Callable[[int], Awaitable[Written | None]]
    note_sent: Callable[[AsyncSession, int], Awaitable[None]] = _nothing


async def send_due(mailing: Mailing) -> int:
    """What is due now, and what lost workers left. Returns how many mails this worker dealt with."""
    await _recover(mailing.database, mailing.kind)
    count = 0
    while not mailing.database.room.is_short and await _send_next(mailing):
        count += 1
        await asyncio.sleep(0)
    return count


async def _recover(database: Database, kind: type[OwnMailing]) -> None:
    async with database.reading() as session:
        is_needed = await queries.has_lost(session, kind)
    if is_needed:
        async with database.transaction() as session:
            await queries.recover_lost(session, kind)


async def _send_next(mailing: Mailing) -> bool:
    """False when nothing is due. Raises nothing that one mail is to blame for."""
    claim = await _claim(mailing)
    if claim is not None:
        await _attempt(mailing, claim)
    return claim is not None


async def _claim(mailing: Mailing) -> Claim | None:
    async with mailing.database.reading() as session:
        is_due = await queries.has_due(session, mailing.kind)
    if not is_due:
        return None
    async with mailing.database.transaction() as session:
        return await queries.claim_next(session, mailing.kind)


async def _attempt(mailing: Mailing, claim: Claim) -> None:
    """A sender's own words are believed; of anything else only the mark tells whether it is certain."""
    mark = CommitMark(mailing.database, partial(queries.mark_handed_over, claim=claim))
    try:
        state = await _send(mailing, claim, mark)
    except ClaimLost:
        log.warning("a mail was claimed by another worker", **_named(claim))
    except DeliveryError as error:
        await _settle_error(mailing, claim, error)
    except Exception as error:
        log.error("a mail failed unexpectedly", **_named(claim), exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        await _settle_error(mailing, claim, DeliveryError(reason, is_uncertain=mark.is_set))
    else:
        await _settle(mailing, claim, state)


async def _send(mailing: Mailing, claim: Claim, mark: CommitMark) -> MailState:
    written = await mailing.write(claim.row_id)
    if written is None:
        return MailState.DROPPED
    await mailing.senders(written.channel).send(written.message, before_commit_point=mark)
    return MailState.SENT


async def _settle_error(mailing: Mailing, claim: Claim, error: DeliveryError) -> None:
    if error.is_uncertain:
        await _settle(mailing, claim, MailState.UNCERTAIN, error=error.reason)
    elif error.is_permanent or claim.attempts >= MAX_ATTEMPTS:
        await _settle(mailing, claim, MailState.FAILED, error=error.reason)
    else:
        await _again(mailing.database, claim, error)


async def _again(database: Database, claim: Claim, error: DeliveryError) -> None:
    log.warning("a mail could not be sent yet", **_named(claim), reason=error.reason)
    values = {"not_before": now() + PAUSE * claim.attempts, "claim_token": None, "error": error.reason}
    async with database.transaction() as session:
        await queries.change(session, claim, state=MailState.QUEUED, handed_over_at=None, **values)


async def _settle(mailing: Mailing, claim: Claim, state: MailState, *, error: str = "") -> None:
    async with mailing.database.transaction() as session:
        is_ours = await queries.change(session, claim, state=state, settled_at=now(), error=error)
        if is_ours and state is MailState.SENT:
            await mailing.note_sent(session, claim.row_id)


def _named(claim: Claim) -> dict[str, object]:
    return {"table": claim.kind.__tablename__, "mail": claim.row_id}
