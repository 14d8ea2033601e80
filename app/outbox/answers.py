"""An answer in a talk, as it is given to its sender: with whom, by which way, and what it has beside words."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.channels.models import Channel
from app.conversations import answer_queries
from app.conversations.models import ReplyToken
from app.outbox import queries
from app.outbox.models import OutboxEntry, Way
from app.tickets.message_models import Message
from connectors.contracts import DeliveryError
from connectors.talks import Answer, Talk

NOT_A_TALK = "There is no conversation to answer in."


async def find_answer(session: AsyncSession, message: Message, channel: Channel) -> Answer | None:
    """None for what is no part of a talk. Without its files."""
    if message.conversation_id is None:
        return None
    entry = await queries.find_entry_of(session, message.id)
    if entry is None:
        raise DeliveryError(NOT_A_TALK, is_permanent=True)
    conversation = await answer_queries.get_conversation(session, message.conversation_id)
    token = await _token(session, entry)
    extras = message.extras or {}
    return Answer(
        talk=Talk(conversation.kind, conversation.address),
        retry_key=entry.provider_id or "",
        reply_token=token.token if token else "",
        sender_name=await _sender_name(session, message, channel),
        sticker=_sticker(extras),
        quote_token=await _quote_token(session, extras),
        quick_replies=tuple(extras.get("quick_replies", ())),
    )


async def _token(session: AsyncSession, entry: OutboxEntry) -> ReplyToken | None:
    """None for a push. A reply whose right is not there any more never leaves as anything else."""
    if entry.way is not Way.REPLY:
        return None
    token = await answer_queries.find_token_of(session, entry.id)
    if token is None:
        raise DeliveryError("The right to reply is not there any more.", is_uncertain=entry.was_unclear)
    return token


async def _sender_name(session: AsyncSession, message: Message, channel: Channel) -> str:
    if message.author_agent_id is None or not channel.settings.get("shows_agent_name"):
        return ""
    return (await account_queries.get_agent(session, message.author_agent_id)).name


def _sticker(extras: dict[str, Any]) -> tuple[str, str] | None:
    sticker = extras.get("sticker")
    return (str(sticker["package_id"]), str(sticker["sticker_id"])) if sticker else None


async def _quote_token(session: AsyncSession, extras: dict[str, Any]) -> str:
    """What was unsent meanwhile is quoted no more; the answer leaves without it."""
    quoted = extras.get("quote_of")
    return (await answer_queries.list_quotable(session, [quoted])).get(quoted, "") if quoted else ""
