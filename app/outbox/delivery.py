"""One attempt at sending one claimed entry: load, hand over with nothing open, settle (MODEL 19)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.errors import UnknownKind
from app.channels.service import in_words
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.i18n import gettext, mark
from app.core.log import get_logger
from app.live.signals import signal
from app.outbox import claim_queries, loading, settling, ways
from app.outbox.claim_queries import Claim
from app.outbox.outcomes import NotTaken, Refusal, Result, Sent, Unclear, Unspoken
from app.sending.errors import ClaimLost
from app.sending.marks import CommitMark
from app.sending.service import Senders
from connectors.contracts import ConnectionProblem, DeliveryError
from connectors.refusals import Busy, NotAdmitted, QuotaGone, RightGone

RENEW_SECONDS = claim_queries.CLAIM_DURATION.total_seconds() / 3
SETTLE_PAUSES = (0.2, 1.0, 5.0)
"""Between attempts to write down what is certain, while the database is away."""

NOT_SPOKEN = mark("The package that speaks this channel is not installed any more. The message waits for its return.")
REFUSALS: dict[type[DeliveryError], Refusal] = {
    RightGone: Refusal.RIGHT_GONE,
    QuotaGone: Refusal.QUOTA_GONE,
    NotAdmitted: Refusal.NOT_ADMITTED,
}

log = get_logger(__name__)


async def deliver(database: Database, blobs: BlobStore, claim: Claim, senders: Senders) -> None:
    """Raises nothing that one entry is to blame for."""
    try:
        outcome = await _attempt(database, blobs, claim, senders)
    except ClaimLost:
        log.warning("a claim was lost before anything was handed over", entry=claim.entry_id)
        return
    await _settle(database, claim, outcome)


async def _attempt(database: Database, blobs: BlobStore, claim: Claim, senders: Senders) -> Result:
    commit_mark = CommitMark(database, partial(_hand_over, claim=claim))
    try:
        await ways.choose(database, claim)
        errand = await loading.load(database, blobs, claim)
        async with _renewing(database, claim):
            sender = senders(errand.channel)
            receipt = await sender.send(errand.message, before_commit_point=commit_mark)
    except Exception as error:
        return _outcome_of(error, claim, commit_mark)
    note = receipt.detail if errand.channel.is_demo else ""
    return Sent(refused=receipt.refused, note=note, parts=receipt.parts)


async def _hand_over(session: AsyncSession, claim: Claim) -> bool:
    await signal(session, claim.ticket_id)
    return await claim_queries.mark_handed_over(session, claim)


def _outcome_of(error: Exception, claim: Claim, commit_mark: CommitMark) -> Result:
    """A sender's own words are believed; of anything else only the mark tells whether it is certain."""
    if isinstance(error, ClaimLost):
        raise error
    if isinstance(error, UnknownKind):
        return Unspoken(gettext(NOT_SPOKEN))
    if isinstance(error, DeliveryError):
        reason = _reason(error)
        if error.is_uncertain:
            return Unclear(reason)
        return _not_taken(error, reason)
    log.error("sending failed unexpectedly", entry=claim.entry_id, exc_info=error)
    words = f"{type(error).__name__}: {error}"
    return Unclear(words) if commit_mark.is_set else NotTaken(words)


def _not_taken(error: DeliveryError, reason: str) -> NotTaken:
    refusal = next((each for kind, each in REFUSALS.items() if isinstance(error, kind)), Refusal.NONE)
    pause = error.pause if isinstance(error, Busy) else None
    return NotTaken(reason, is_permanent=error.is_permanent, refused=error.refused, refusal=refusal, pause=pause)


def _reason(error: DeliveryError) -> str:
    """A server that cannot be reached says nothing itself: then it is told as it is of a mailbox."""
    cause = error.__cause__
    return in_words(cause) if isinstance(cause, ConnectionProblem) else error.reason


async def _settle(database: Database, claim: Claim, outcome: Result) -> None:
    for pause in SETTLE_PAUSES:
        try:
            await _settle_once(database, claim, outcome)
        except (SQLAlchemyError, OSError, DiskFull) as error:
            log.error("the result of a sending could not be stored", entry=claim.entry_id, exc_info=error)
            await asyncio.sleep(pause)
        else:
            return
    log.error("the result of a sending is lost; the entry will be uncertain", entry=claim.entry_id)


async def _settle_once(database: Database, claim: Claim, outcome: Result) -> None:
    async with database.transaction() as session:
        await settling.settle(session, claim, outcome)


@asynccontextmanager
async def _renewing(database: Database, claim: Claim) -> AsyncIterator[None]:
    """Keeps the claim while a sending takes long; a failure to renew only makes it end earlier."""
    renewal = asyncio.create_task(_renew(database, claim))
    try:
        yield
    finally:
        renewal.cancel()
        await asyncio.gather(renewal, return_exceptions=True)


async def _renew(database: Database, claim: Claim) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        async with database.transaction() as session:
            if not await claim_queries.renew(session, claim):
                return
