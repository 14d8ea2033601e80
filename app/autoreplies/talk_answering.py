"""Says by itself, in a talk, that somebody is welcome or that nobody is there: by the free right to reply alone.

What may be answered so is known by the rights to reply themselves: the digest keeps one for what came live, was meant
for us, and can be answered; after a minute it is of no use. So this looks at the newest of them, delays no message,
and repeats nothing: a turn is claimed for each day before anything is said.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.autoreplies import talk_queries
from app.autoreplies.models import TalkAnswer, TalkAnswerKind
from app.autoreplies.wording import fill, language_of, pick
from app.channels import queries as channel_queries
from app.channels.hours import read_hours
from app.channels.models import Channel
from app.channels.senders import SenderOf
from app.conversations import answer_queries
from app.conversations.models import Conversation, ConversationKind, Happening, HappeningKind
from app.core.clock import now
from app.core.database import Database
from app.core.rows import AnyRow
from app.letters.fields import NUMBER, Addressee, values_of
from app.outbox import service as outbox
from app.outbox import speaking
from app.outbox.fates import REPLY_LIFE, is_fresh
from app.outbox.models import Way
from app.outbox.service import Terms
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.message_models import Message, MessageKind, RecipientRole
from app.tickets.models import Nature, Ticket
from app.tickets.outgoing import add_automatic

WELCOMED = (HappeningKind.FOLLOWED, HappeningKind.UNBLOCKED, HappeningKind.JOINED)
NAME_PATIENCE = timedelta(seconds=5)
"""Who is new has no name yet: it is asked for at this moment."""


class RightTaken(Exception):
    """Somebody's answer was faster; what was begun here is taken back."""


async def look_round(database: Database, sender_of: SenderOf, zone: ZoneInfo) -> None:
    """Answer whatever came in the last minute and is to be answered."""
    async with database.reading() as session:
        rights = await talk_queries.list_rights(session, since=now() - REPLY_LIFE)
        wanted = [(right, kind) for right in rights if (kind := await find_wish(session, right, zone)) is not None]
    for right, kind in wanted:
        await _speak(database, sender_of, right, kind, zone)


async def find_wish(session: AsyncSession, right: AnyRow, zone: ZoneInfo) -> TalkAnswerKind | None:
    """Which of the two is to be said, if any."""
    happening = await talk_queries.find_happening(session, right.conversation_id, at=right.issued_at)
    channel = await channel_queries.get_channel(session, right.channel_id)
    kind = _kind(happening, channel, right, zone)
    if kind is None:
        return None
    answer = await talk_queries.find_answer(session, right.channel_id, kind)
    conversation = await answer_queries.get_conversation(session, right.conversation_id)
    if answer is None or not _is_for(answer, conversation) or _waits_for_name(answer, conversation, right):
        return None
    has_turned = await talk_queries.has_turned(session, conversation.id, kind, day=now().astimezone(zone).date())
    return None if has_turned else kind


def _kind(happening: Happening | None, channel: Channel, right: AnyRow, zone: ZoneInfo) -> TalkAnswerKind | None:
    if happening is not None:
        return TalkAnswerKind.GREETING if happening.kind in WELCOMED else None
    hours = read_hours(channel.settings, zone)
    return TalkAnswerKind.AWAY if hours is not None and not hours.is_open(right.issued_at) else None


def _is_for(answer: TalkAnswer, conversation: Conversation) -> bool:
    return answer.is_on and (answer.is_for_groups or conversation.kind is ConversationKind.PERSON)


def _waits_for_name(answer: TalkAnswer, conversation: Conversation, right: AnyRow) -> bool:
    asks = any("{{" in words["text"] for words in answer.texts.values())
    return asks and not conversation.name and now() - right.issued_at < NAME_PATIENCE


async def _speak(database: Database, sender_of: SenderOf, right: AnyRow, kind: TalkAnswerKind, zone: ZoneInfo) -> None:
    """By the outbox on a ticket, else at once: what is lost then is lost, and never said twice."""
    try:
        async with database.transaction() as session:
            spoken = await _say(session, right, kind, zone)
    except RightTaken:
        return
    if spoken is not None:
        await speaking.hand_over(sender_of, spoken)


async def _say(session: AsyncSession, right: AnyRow, kind: TalkAnswerKind, zone: ZoneInfo) -> speaking.Spoken | None:
    conversation = await answer_queries.get_conversation(session, right.conversation_id)
    ticket = await ticket_queries.find_remaining(session, conversation.ticket_id)
    token = await talk_queries.get_right(session, right.id)
    if token is None or token.entry_id is not None or not is_fresh(token.issued_at, now()):
        return None
    if ticket is not None and not ticket.is_counted:
        return None
    day = now().astimezone(zone).date()
    if not await talk_queries.claim_turn(session, right.conversation_id, kind, day=day):
        return None
    channel = await channel_queries.get_channel(session, right.channel_id)
    text = await _words(session, kind, channel, conversation, ticket)
    if ticket is not None:
        await _send_on_ticket(session, ticket, channel, conversation, text, token_id=token.id)
        return None
    await session.delete(token)
    return speaking.spoken(channel, conversation, token, text)


async def _words(
    session: AsyncSession, kind: TalkAnswerKind, channel: Channel, conversation: Conversation, ticket: Ticket | None
) -> str:
    """A customer whose name the platform has not told yet has none: what stands in for it is for agents."""
    answer = await talk_queries.find_answer(session, channel.id, kind)
    language = language_of(ticket.preview if ticket else "")
    words = pick(answer.texts, language) if answer else None
    others = {
        NUMBER: str(ticket.number) if ticket else "",
        "ticket.subject": "",
        "mailbox.name": channel.name,
        "mailbox.address": channel.address,
    }
    return fill(words["text"], values_of(Addressee(conversation.name), others)) if words else ""


async def _send_on_ticket(
    session: AsyncSession, ticket: Ticket, channel: Channel, conversation: Conversation, text: str, *, token_id: int
) -> None:
    """Raises RightTaken."""
    message = Message(
        kind=MessageKind.OUTBOUND,
        channel_id=conversation.channel_id,
        conversation_id=conversation.id,
        subject="",
        text=text,
        is_automatic=True,
        nature=Nature.AUTO_REPLY,
        created_at=now(),
    )
    await add_automatic(session, ticket, message)
    rows = [
        message_queries.recipient_row(message.id, RecipientRole.FROM, name=channel.name, address=channel.address),
        message_queries.recipient_row(
            message.id, RecipientRole.TO, name=conversation.name, address=conversation.address
        ),
    ]
    await message_queries.add_recipients(session, rows)
    terms = Terms(ticket.version, ticket.status_id, None, message.created_at, is_scheduled=False)
    entry = await outbox.enqueue(session, ticket, message, terms)
    entry.way = Way.REPLY
    if not await answer_queries.take_token(session, token_id, entry_id=entry.id):
        raise RightTaken
