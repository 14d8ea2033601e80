from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation
from app.core.rows import AnyRow
from app.customers.models import Customer, Identity
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.history_models import FactKind, ReportFact
from app.tickets.merging_models import Merge, MergedMessage, MergeKind
from app.tickets.message_models import (
    Attachment,
    Message,
    MessageKind,
    MessageRecipient,
    MessageSource,
    RecipientState,
)
from app.tickets.models import Ticket, TicketChannel

ON_THEIR_WAY = (OutboxState.QUEUED, OutboxState.SENDING)
IS_VISIBLE = or_(Message.hidden_at.is_(None), Message.kind != MessageKind.OUTBOUND)
"""What was withdrawn before it left is nothing that one could choose."""

REPLIES = (FactKind.FIRST_REPLY, FactKind.REPLY)
SAID = (MessageKind.INBOUND, MessageKind.OUTBOUND)
IN_TIME = (Message.created_at, Message.ticket_version, Message.id)
MOVE = (
    update(Message)
    .where(Message.id == bindparam("message_id"))
    .values(ticket_id=bindparam("to_ticket"), ticket_version=bindparam("version"))
    .execution_options(synchronize_session=None)
)


async def find_last_message_id(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(Message.id))) or 0


async def find_customer(session: AsyncSession, identity_id: int) -> Customer | None:
    statement = select(Customer).join(Identity, Identity.customer_id == Customer.id)
    return await session.scalar(statement.where(Identity.id == identity_id))


async def list_message_ids(session: AsyncSession, ticket_id: int) -> Sequence[int]:
    """All of a ticket, in the order in which they were written."""
    return (await session.scalars(select(Message.id).where(Message.ticket_id == ticket_id).order_by(*IN_TIME))).all()


async def list_chosen(session: AsyncSession, ticket_id: int, message_ids: Collection[int]) -> Sequence[Message]:
    """Those of them that are on the ticket, in the order in which they were written."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.id.in_(message_ids), IS_VISIBLE)
    return (await session.scalars(statement.order_by(*IN_TIME))).all()


async def has_others(session: AsyncSession, ticket_id: int, message_ids: Collection[int]) -> bool:
    statement = select(Message.id).where(Message.ticket_id == ticket_id, Message.id.not_in(message_ids), IS_VISIBLE)
    return await session.scalar(statement.limit(1)) is not None


async def has_any_on_its_way(session: AsyncSession, message_ids: Collection[int]) -> bool:
    """Whether one of them is queued, held, scheduled or being sent."""
    statement = select(OutboxEntry.id).where(
        OutboxEntry.message_id.in_(message_ids), OutboxEntry.state.in_(ON_THEIR_WAY)
    )
    return await session.scalar(statement.limit(1)) is not None


async def move_messages(session: AsyncSession, rows: Sequence[dict[str, int]], *, ticket_id: int) -> None:
    """Each with the version that it gives its new ticket; what became of its sending goes with it."""
    await (await session.connection()).execute(MOVE, [{**row, "to_ticket": ticket_id} for row in rows])
    message_ids = [row["message_id"] for row in rows]
    statement = update(OutboxEntry).where(OutboxEntry.message_id.in_(message_ids)).values(ticket_id=ticket_id)
    await session.execute(statement.execution_options(synchronize_session=False))


async def move_facts(session: AsyncSession, message_ids: Collection[int], *, ticket_id: int) -> None:
    """What reports count of a message is counted on the ticket where the message is."""
    statement = update(ReportFact).where(ReportFact.message_id.in_(message_ids)).values(ticket_id=ticket_id)
    await session.execute(statement.execution_options(synchronize_session=False))


async def settle_first_reply(session: AsyncSession, ticket_id: int) -> None:
    """Of the replies that somebody waited for, the first is the first reply, whichever ticket it was sent on."""
    is_reply = (ReportFact.ticket_id == ticket_id, ReportFact.kind.in_(REPLIES))
    waited = select(ReportFact.id).where(*is_reply, ReportFact.calendar_seconds.is_not(None))
    first = await session.scalar(waited.order_by(ReportFact.at, ReportFact.id).limit(1))
    for kind, is_meant in ((FactKind.REPLY, ReportFact.id != first), (FactKind.FIRST_REPLY, ReportFact.id == first)):
        statement = update(ReportFact).where(*is_reply, is_meant, ReportFact.kind != kind).values(kind=kind)
        await session.execute(statement.execution_options(synchronize_session=False))


async def lead_talks(session: AsyncSession, message_ids: Collection[int]) -> None:
    """A talk goes on where its newest words are now: there it waits, and there somebody types and reads."""
    talks = select(Message.conversation_id).where(Message.id.in_(message_ids), Message.conversation_id.is_not(None))
    said = (Message.conversation_id == Conversation.id, Message.kind.in_(SAID), IS_VISIBLE)
    newest = select(Message.ticket_id).where(*said).order_by(Message.created_at.desc(), Message.id.desc()).limit(1)
    place = newest.correlate(Conversation).scalar_subquery()
    statement = update(Conversation).where(Conversation.id.in_(talks)).values(ticket_id=place)
    await session.execute(statement.execution_options(synchronize_session=False))


async def note_moved(session: AsyncSession, merge: Merge, message_ids: Sequence[int]) -> None:
    rows = [{"merge_id": merge.id, "message_id": message_id} for message_id in message_ids]
    if rows:
        await session.execute(insert(MergedMessage), rows)


async def find_merge(
    session: AsyncSession, kind: MergeKind, from_id: int, *, into_id: int | None = None
) -> Merge | None:
    """The newest of its kind that was not taken back."""
    statement = select(Merge).where(Merge.kind == kind, Merge.from_id == from_id, Merge.undone_at.is_(None))
    if into_id is not None:
        statement = statement.where(Merge.into_id == into_id)
    newest = statement.order_by(Merge.id.desc()).limit(1)
    return await session.scalar(newest.execution_options(populate_existing=True))


async def list_moved(session: AsyncSession, merge: Merge, *, on_ticket: int) -> Sequence[Message]:
    """What it moved and nobody has moved since."""
    moved = select(MergedMessage.message_id).where(MergedMessage.merge_id == merge.id)
    statement = select(Message).where(Message.id.in_(moved), Message.ticket_id == on_ticket)
    return (await session.scalars(statement.order_by(*IN_TIME))).all()


async def list_followed(
    session: AsyncSession, thread_ids: Collection[int], *, on_ticket: int, after: int
) -> Sequence[Message]:
    """What came in to these threads after they were merged (MODEL 13)."""
    statement = select(Message).where(
        Message.ticket_id == on_ticket, Message.origin_ticket_id.in_(thread_ids), Message.id > after
    )
    return (await session.scalars(statement.order_by(*IN_TIME))).all()


async def list_merged_ids(session: AsyncSession, ticket_id: int) -> set[int]:
    """The ticket, and all that were merged into it, directly or by way of another."""
    found, fresh = {ticket_id}, {ticket_id}
    while fresh:
        merged = await session.scalars(select(Ticket.id).where(Ticket.merged_into_id.in_(fresh)))
        fresh = set(merged.all()) - found
        found |= fresh
    return found


async def find_newest(session: AsyncSession, ticket_id: int) -> Message | None:
    """What was written last, whenever it joined."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.hidden_at.is_(None))
    return await session.scalar(statement.order_by(*(column.desc() for column in IN_TIME)).limit(1))


async def read_extent(session: AsyncSession, ticket_id: int) -> AnyRow:
    """Whether there are files, and when we first answered somebody who waited for it."""
    files = select(Attachment.id).join(Message, Message.id == Attachment.message_id)
    has_files = files.where(Message.ticket_id == ticket_id, Attachment.is_inline.is_(False)).exists()
    first_reply = select(func.min(ReportFact.at)).where(
        ReportFact.ticket_id == ticket_id, ReportFact.kind == FactKind.FIRST_REPLY
    )
    return (
        await session.execute(
            select(has_files.label("has_files"), first_reply.scalar_subquery().label("first_reply_at"))
        )
    ).one()


async def is_answer(session: AsyncSession, message_id: int) -> bool:
    """Whether it counts as a reply."""
    replies = select(ReportFact.id).where(ReportFact.message_id == message_id, ReportFact.kind.in_(REPLIES))
    return await session.scalar(replies.limit(1)) is not None


async def list_undelivered(session: AsyncSession, ticket_ids: Collection[int]) -> set[int]:
    """Those among them with an answer that a recipient did not get."""
    statement = select(Message.ticket_id).join(MessageRecipient, MessageRecipient.message_id == Message.id)
    failed = statement.where(Message.ticket_id.in_(ticket_ids), MessageRecipient.state == RecipientState.FAILED)
    return set((await session.scalars(failed)).all())


async def list_channel_ids(session: AsyncSession, ticket_id: int) -> set[int]:
    """Where its messages came in or went out."""
    own = select(Message.channel_id).where(Message.ticket_id == ticket_id)
    sources = select(MessageSource.channel_id).join(Message, Message.id == MessageSource.message_id)
    found = await session.scalars(own.union(sources.where(Message.ticket_id == ticket_id)))
    return set(found.all())


async def unlink_channels(session: AsyncSession, ticket_id: int, *, but: Collection[int]) -> None:
    gone: Any = delete(TicketChannel).where(TicketChannel.ticket_id == ticket_id, TicketChannel.channel_id.not_in(but))
    await session.execute(gone)
