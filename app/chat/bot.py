"""Answers from the team's own FAQ before a person answers: offered, never in a person's way (D6)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.chats import read_chat
from app.channels.models import Channel
from app.chat import queries
from app.conversations import visitor_queries
from app.conversations.visitor_models import Visitor
from app.core.database import Database
from app.faq import queries as faq_queries
from app.faq import service as faq
from app.faq.suggesting import suggest as find


async def suggest(database: Database, channel: Channel, visitor: Visitor, text: str) -> list[dict[str, Any]]:
    """Up to three published entries that fit; none once somebody has taken up the chat."""
    if not text.strip() or not read_chat(channel).has_faq:
        return []
    async with database.reading() as session:
        conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
        if conversation is not None and await queries.was_answered(session, conversation.id):
            return []
        found = await find(session, text)
    if found:
        async with database.transaction() as session:
            await faq.note_shown(session, [each.id for each in found])
    return [{"id": each.id, "question": each.question, "answer": each.answer} for each in found]


async def judge(session: AsyncSession, faq_id: int, *, has_helped: bool, is_news: bool) -> str | None:
    """Counted where it is news; the entry's question. None for one that is not published any more."""
    found = await faq_queries.list_by_ids(session, [faq_id])
    if not found:
        return None
    if is_news:
        await (faq.note_helped if has_helped else faq.note_handed_over)(session, faq_id)
    return found[0].question
