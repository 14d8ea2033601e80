from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.message_models import Message, MessageKind, MessageRecipient, RecipientRole, RecipientState

THREAD_BEFORE = (
    select(Message)
    .where(
        Message.ticket_id == bindparam("ticket_id"),
        Message.ticket_version < bindparam("version"),
        Message.mail_id != "",
        or_(Message.kind == MessageKind.INBOUND, Message.sent_at.is_not(None)),
    )
    .order_by(Message.created_at, Message.ticket_version)
)
REPORTED = (RecipientState.DELAYED, RecipientState.DELIVERED, RecipientState.FAILED)
"""A bounce may be faster than the end of the sending that it is about."""
OTHERS = (RecipientRole.TO, RecipientRole.CC, RecipientRole.BCC)


async def note_result(
    session: AsyncSession, recipients: Sequence[MessageRecipient], refused: Mapping[int, str], *, is_sent: bool
) -> None:
    """What the provider did with each recipient; `refused` holds its words by recipient id."""
    others = [recipient.id for recipient in recipients if recipient.role in OTHERS and recipient.id not in refused]
    if is_sent:
        await session.execute(
            update(MessageRecipient)
            .where(MessageRecipient.id.in_(others), MessageRecipient.state.not_in(REPORTED))
            .values(state=RecipientState.SENT, error="")
        )
    for recipient_id, words in refused.items():
        values = {"state": RecipientState.REFUSED, "error": words}
        await session.execute(update(MessageRecipient).where(MessageRecipient.id == recipient_id).values(**values))


async def forget_refusals(session: AsyncSession, message_id: int) -> None:
    await session.execute(
        update(MessageRecipient)
        .where(MessageRecipient.message_id == message_id)
        .values(state=RecipientState.NONE, error="")
    )


async def list_thread_before(session: AsyncSession, message: Message) -> Sequence[Message]:
    """What was mailed on the ticket before this message, oldest first; of ours only what left."""
    place = {"ticket_id": message.ticket_id, "version": message.ticket_version}
    return (await session.scalars(THREAD_BEFORE, place)).all()
