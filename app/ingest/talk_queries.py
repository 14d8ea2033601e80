"""Talks as the digest finds and makes them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.conversations.models import Conversation, Member, PendingFile, PlatformMessage
from app.core.database import insert_into
from app.core.inserting import insert_rows
from app.core.rows import AnyRow
from app.customers.models import Identity
from app.tickets.message_models import Attachment, Message, MessageKind


async def list_conversations(session: AsyncSession, keys: Collection[str]) -> Sequence[Conversation]:
    """With their identities and customers, as they are now."""
    statement = select(Conversation).where(Conversation.key_hash.in_(keys))
    whole = statement.options(joinedload(Conversation.identity).joinedload(Identity.customer))
    return (await session.scalars(whole.execution_options(populate_existing=True))).all()


async def list_places(session: AsyncSession, message_ids: Collection[int]) -> Sequence[AnyRow]:
    """Of messages of talks: the ticket that each is on, and the one that it came to."""
    statement = select(Message.conversation_id, Message.ticket_id, Message.origin_ticket_id).where(
        Message.id.in_(message_ids), Message.conversation_id.is_not(None)
    )
    return (await session.execute(statement)).all() if message_ids else []


async def find_before(session: AsyncSession, conversation_id: int, at: datetime | None) -> AnyRow | None:
    """The newest of the customer's messages up to an instant, or of all."""
    statement = _inbound(conversation_id).order_by(Message.created_at.desc(), Message.id.desc()).limit(1)
    if at is not None:
        statement = statement.where(Message.created_at <= at)
    return (await session.execute(statement)).one_or_none()


async def find_after(session: AsyncSession, conversation_id: int, at: datetime) -> AnyRow | None:
    """The first of the customer's messages after an instant."""
    statement = _inbound(conversation_id).where(Message.created_at > at)
    return (await session.execute(statement.order_by(Message.created_at, Message.id).limit(1))).one_or_none()


def _inbound(conversation_id: int) -> Any:
    return select(Message.created_at, Message.ticket_id).where(
        Message.conversation_id == conversation_id, Message.kind == MessageKind.INBOUND
    )


async def add_members(session: AsyncSession, members: Iterable[tuple[int, str]], *, due_at: datetime) -> None:
    """Those who are not known yet; their names are asked for."""
    rows = [
        {"conversation_id": conversation_id, "address": address, "name": "", "profile_due_at": due_at}
        for conversation_id, address in sorted(set(members))
    ]
    if rows:
        values = [{**row, "profile_failures": 0} for row in rows]
        await session.execute(insert_into(session, Member).on_conflict_do_nothing(), values)


async def map_member_names(session: AsyncSession, conversation_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """Of those whose names are known."""
    statement = select(Member.conversation_id, Member.address, Member.name).where(
        Member.conversation_id.in_(conversation_ids), Member.name != ""
    )
    rows = await session.execute(statement)
    return {(row.conversation_id, row.address): row.name for row in rows}


async def list_platform_messages(session: AsyncSession, id_hashes: Collection[str]) -> Sequence[PlatformMessage]:
    statement = select(PlatformMessage).where(PlatformMessage.id_hash.in_(id_hashes))
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def give_up_files(session: AsyncSession, message_id: int) -> None:
    """Those that we have, and those that we wait for."""
    await session.execute(delete(PendingFile).where(PendingFile.message_id == message_id))
    await session.execute(delete(Attachment).where(Attachment.message_id == message_id))


async def add_files(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await insert_rows(session, PendingFile, rows)


async def take_uploads(session: AsyncSession, attachment_ids: Sequence[int], message_id: int) -> bool:
    """What a visitor uploaded, which is nobody's yet; whether there was any."""
    statement = (
        update(Attachment)
        .where(Attachment.id.in_(attachment_ids), Attachment.message_id.is_(None), Attachment.uploader_id.is_(None))
        .values(message_id=message_id)
        .returning(Attachment.id)
    )
    return bool((await session.scalars(statement)).all()) if attachment_ids else False


async def has_files(session: AsyncSession, message_id: int) -> bool:
    """Or waits for some."""
    for table in (PendingFile, Attachment):
        if await session.scalar(select(table.id).where(table.message_id == message_id).limit(1)) is not None:
            return True
    return False


async def has_other_words(session: AsyncSession, ticket_id: int, conversation_id: int) -> bool:
    """Whether something came in to the ticket beside this talk."""
    elsewhere = or_(Message.conversation_id.is_(None), Message.conversation_id != conversation_id)
    statement = select(Message.id).where(Message.ticket_id == ticket_id, Message.kind == MessageKind.INBOUND)
    return await session.scalar(statement.where(elsewhere).limit(1)) is not None


async def find_newest(session: AsyncSession, ticket_id: int) -> Message | None:
    """The newest entry of a ticket whose words may be seen."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.hidden_at.is_(None))
    return await session.scalar(statement.order_by(Message.ticket_version.desc()).limit(1))


async def has_attachment(session: AsyncSession, ticket_id: int) -> bool:
    statement = select(Attachment.id).join(Message, Message.id == Attachment.message_id)
    on_ticket = statement.where(Message.ticket_id == ticket_id, Attachment.is_inline.is_(False))
    return await session.scalar(on_ticket.limit(1)) is not None
