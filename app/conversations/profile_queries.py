from datetime import datetime

from sqlalchemy import func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.conversations.models import Conversation, Member
from app.customers.models import Identity
from app.tickets.message_models import Message, MessageRecipient, RecipientRole


async def claim_conversation(session: AsyncSession, *, at: datetime, until: datetime) -> int | None:
    """The one whose profile has been due for longest, for one worker alone until that instant."""
    due = (
        select(Conversation.id).where(Conversation.profile_due_at <= at).order_by(Conversation.profile_due_at).limit(1)
    )
    statement = (
        update(Conversation)
        .where(Conversation.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(profile_due_at=until)
        .returning(Conversation.id)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def claim_member(session: AsyncSession, *, at: datetime, until: datetime) -> tuple[int, str] | None:
    due = (
        select(Member.conversation_id, Member.address)
        .where(Member.profile_due_at <= at)
        .order_by(Member.profile_due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await session.execute(due)).first()
    if found is None:
        return None
    is_this = (Member.conversation_id == found.conversation_id, Member.address == found.address)
    statement = update(Member).where(*is_this, Member.profile_due_at <= at).values(profile_due_at=until)
    claimed = await session.scalar(statement.returning(Member.address))
    return (found.conversation_id, found.address) if claimed is not None else None


async def find_next_at(session: AsyncSession) -> datetime | None:
    due = union_all(
        select(func.min(Conversation.profile_due_at).label("at")), select(func.min(Member.profile_due_at).label("at"))
    ).subquery()
    next_at: datetime | None = await session.scalar(select(func.min(due.c.at)))
    return next_at


async def hold_conversation(session: AsyncSession, conversation_id: int) -> Conversation:
    """With its identity and customer, until the end of the unit of work."""
    statement = (
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .options(joinedload(Conversation.identity).joinedload(Identity.customer))
        .with_for_update(of=Conversation)
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def hold_member(session: AsyncSession, conversation_id: int, address: str) -> Member:
    statement = select(Member).where(Member.conversation_id == conversation_id, Member.address == address)
    return (await session.scalars(statement.with_for_update().execution_options(populate_existing=True))).one()


async def name_speaker(session: AsyncSession, conversation_id: int, address: str, name: str) -> None:
    """On what they said before anybody knew their name."""
    said = select(Message.id).where(Message.conversation_id == conversation_id)
    statement = update(MessageRecipient).where(
        MessageRecipient.message_id.in_(said),
        MessageRecipient.role == RecipientRole.FROM,
        MessageRecipient.address == address,
        MessageRecipient.name == "",
    )
    await session.execute(statement.values(name=name).execution_options(synchronize_session=False))
