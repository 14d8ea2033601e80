"""How an answer in a talk leaves: chosen and written down before the attempt, judged after it (MODEL 21)."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.registry import abilities_of
from app.conversations import answer_queries, quota_queries
from app.conversations.keys import message_key
from app.conversations.models import UNREACHABLE, ReplyToken
from app.conversations.quotas import month_around
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext, mark
from app.live.signals import signal_desk
from app.outbox import queries
from app.outbox.claim_queries import Claim
from app.outbox.errors import RightLost
from app.outbox.fates import Fate, fate_of, is_fresh, is_too_late
from app.outbox.models import OutboxEntry, OutboxState, Way
from app.outbox.outcomes import Again, NotTaken, Refusal, Result, Sent, Unspoken
from app.sending.errors import ClaimLost
from app.tickets import queries as ticket_queries
from app.tickets.history_models import SYSTEM
from app.tickets.outgoing import withdraw
from connectors.contracts import DeliveryError
from connectors.talks import SentPart

UNSPOKEN_PAUSE = timedelta(minutes=1)
NOBODY_HEARS = mark("What you write would reach nobody: the account was blocked, or taken out of the group.")


async def choose(database: Database, claim: Claim) -> None:
    """In a unit of work of its own. Raises ClaimLost, and DeliveryError where it is too late to try once more, or
    nobody would hear it any more."""
    async with database.reading() as session:
        entry = await queries.find_entry(session, claim.entry_id)
    if entry is None or entry.message.conversation_id is None:
        return
    if entry.was_unclear and entry.way is Way.PUSH and is_too_late(entry, now()):
        raise DeliveryError(entry.error or "It was tried for too long.", is_uncertain=True)
    if not entry.was_unclear:
        await _choose_anew(database, claim, entry, entry.message.conversation_id)


async def _choose_anew(database: Database, claim: Claim, entry: OutboxEntry, conversation_id: int) -> None:
    async with database.transaction() as session:
        is_heard = await _is_heard(session, conversation_id)
        way = await _choose(session, entry, claim, conversation_id) if is_heard else Way.NONE
        is_of_no_use = way in (Way.NONE, Way.PUSH) and entry.message.is_automatic
        if is_of_no_use:
            await _drop(session, claim)
    if is_of_no_use:
        raise RightLost
    if not is_heard:
        raise DeliveryError(gettext(NOBODY_HEARS), is_permanent=True)


async def _is_heard(session: AsyncSession, conversation_id: int) -> bool:
    """Who blocked us since it was accepted is told nothing by a push that the platform takes."""
    return (await answer_queries.get_conversation(session, conversation_id)).state not in UNREACHABLE


async def _choose(session: AsyncSession, entry: OutboxEntry, claim: Claim, conversation_id: int) -> Way:
    """Anew as long as nothing was unclear."""
    way = await _way(session, entry, conversation_id)
    if not await queries.change(session, entry.id, when=[OutboxState.SENDING], token=claim.token, way=way):
        raise ClaimLost
    return way


async def _way(session: AsyncSession, entry: OutboxEntry, conversation_id: int) -> Way:
    """By the newest right to reply, if it is good and nobody's; else by push, where there are such rights."""
    channel = await channel_queries.get_channel(session, entry.channel_id)
    abilities = abilities_of(channel.kind)
    if abilities is None or not abilities.has_rights:
        return Way.DIRECT
    token = await answer_queries.find_token(session, conversation_id)
    return Way.REPLY if token and await _has_right(session, token, entry) else Way.PUSH


async def _drop(session: AsyncSession, claim: Claim) -> None:
    """What the desk says by itself costs nothing: it is not said at all, and nothing speaks of it but the history."""
    ticket = await ticket_queries.find_ticket(session, claim.ticket_id)
    entry = await queries.find_entry(session, claim.entry_id)
    values: dict[str, Any] = {"state": OutboxState.CANCELLED, "settled_at": now(), "claim_token": None}
    is_ours = await queries.change(session, claim.entry_id, when=[OutboxState.SENDING], token=claim.token, **values)
    if ticket is not None and entry is not None and is_ours:
        await withdraw(session, ticket, entry.message, back_to=None, by=SYSTEM)


async def _has_right(session: AsyncSession, token: ReplyToken, entry: OutboxEntry) -> bool:
    """What the platform refused once as no right of ours is none."""
    if not is_fresh(token.issued_at, now()):
        return False
    if token.entry_id is not None:
        return token.entry_id == entry.id and entry.way is not Way.PUSH
    return await answer_queries.take_token(session, token.id, entry_id=entry.id)


async def decide(session: AsyncSession, entry: OutboxEntry, outcome: Result) -> Fate:
    """What becomes of it; a mail's outcome is its fate, and that of whatever leaves as one."""
    if isinstance(outcome, Unspoken):
        return Again(outcome.reason, now() + UNSPOKEN_PAUSE, entry.way, was_unclear=entry.was_unclear, counts=False)
    if entry.message.conversation_id is None or entry.way is Way.DIRECT:
        return outcome
    at = now()
    token = await answer_queries.find_token_of(session, entry.id)
    issued_at = token.issued_at if token else None
    return fate_of(entry, outcome, at=at, issued_at=issued_at, next_month=month_around(at)[1])


async def note_meter(session: AsyncSession, entry: OutboxEntry, outcome: Result) -> None:
    """What an answer told of the channel itself: everybody is shown it, and the rest of the month goes by it."""
    if isinstance(outcome, Sent) and entry.way is Way.PUSH:
        await quota_queries.count_push(session, entry.channel_id)
    if not isinstance(outcome, NotTaken) or outcome.refusal in (Refusal.NONE, Refusal.RIGHT_GONE):
        return
    if outcome.refusal is Refusal.QUOTA_GONE:
        has_changed = await quota_queries.note(session, entry.channel_id, is_exhausted=True)
        if has_changed:
            await quota_queries.ask_anew(session, entry.channel_id)
    else:
        has_changed = await quota_queries.note(session, entry.channel_id, error=outcome.reason)
    if has_changed:
        await signal_desk(session)


async def keep_parts(session: AsyncSession, entry: OutboxEntry, parts: tuple[SentPart, ...]) -> None:
    """So that a customer who quotes one of them is understood."""
    conversation_id = entry.message.conversation_id
    if conversation_id is None or not parts:
        return
    channel = await channel_queries.get_channel(session, entry.channel_id)
    named = [(message_key(channel.kind, each.provider_id), each.quote_token) for each in parts]
    await answer_queries.add_sent_parts(session, named, conversation_id=conversation_id, message_id=entry.message_id)
