import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.errors import NotFound
from app.core.inserting import insert_rows
from app.core.rows import AnyRow
from app.customers.service import address_key
from app.tickets.message_models import (
    Attachment,
    Message,
    MessageKind,
    MessageRecipient,
    MessageSource,
    RecipientRole,
    ThreadRef,
)

RECIPIENTS = (
    select(MessageRecipient).where(MessageRecipient.message_id == bindparam("message_id")).order_by(MessageRecipient.id)
)
ATTACHMENTS = select(Attachment).where(Attachment.message_id == bindparam("message_id")).order_by(Attachment.id)
NEWER = (
    select(Message)
    .where(Message.ticket_id == bindparam("ticket_id"), Message.ticket_version > bindparam("version"))
    .order_by(Message.ticket_version)
)


def hash_ref(mail_id: str) -> str:
    """Unique keys hold hashes, never foreign text (MODEL 10)."""
    return hashlib.sha256(mail_id.encode("utf-8", "replace")).hexdigest()


async def get_message(session: AsyncSession, message_id: int) -> Message:
    message = await session.get(Message, message_id)
    if message is None:
        raise NotFound(message_id=message_id)
    return message


async def list_messages(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[Message]:
    """As they are now, whatever this unit of work has read of them before."""
    statement = select(Message).where(Message.id.in_(message_ids)).order_by(Message.id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def is_answered(session: AsyncSession, message: Message) -> bool:
    """Whether something of ours stands after it on its ticket."""
    later = select(Message.id).where(
        Message.ticket_id == message.ticket_id,
        Message.ticket_version > message.ticket_version,
        Message.kind == MessageKind.OUTBOUND,
        Message.is_automatic.is_(False),
    )
    return await session.scalar(later.limit(1)) is not None


async def list_by_identity(session: AsyncSession, identity_hashes: Sequence[str]) -> Sequence[Message]:
    return (await session.scalars(select(Message).where(Message.identity_hash.in_(identity_hashes)))).all()


async def list_ticket_ids(session: AsyncSession, identity_hashes: Sequence[str]) -> Sequence[int]:
    """The tickets on which these messages are."""
    statement = select(Message.ticket_id).where(Message.identity_hash.in_(identity_hashes))
    return (await session.scalars(statement)).all()


async def list_known_mails(session: AsyncSession, mail_id_hashes: Sequence[str]) -> Sequence[AnyRow]:
    """Where the messages with these ids are, and where they came in; one id may name several."""
    statement = select(Message.mail_id_hash, Message.identity_hash, Message.ticket_id, Message.origin_ticket_id)
    found = await session.execute(statement.where(Message.mail_id_hash.in_(mail_id_hashes)).order_by(Message.id))
    return found.all()


async def list_ours(session: AsyncSession, mail_id_hashes: Sequence[str]) -> Sequence[Message]:
    """The messages that we sent under these Message-IDs."""
    statement = select(Message).where(Message.mail_id_hash.in_(mail_id_hashes), Message.kind == MessageKind.OUTBOUND)
    return (await session.scalars(statement)).all()


def recipient_row(message_id: int, role: RecipientRole, *, name: str, address: str) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "role": role,
        "name": name,
        "address": address,
        "address_key": address_key(address),
    }


async def add_attachments(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await insert_rows(session, Attachment, rows)


async def add_recipients(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await insert_rows(session, MessageRecipient, rows)


async def add_sources(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await insert_rows(session, MessageSource, rows)


async def list_recipients(session: AsyncSession, message_id: int) -> Sequence[MessageRecipient]:
    return (await session.scalars(RECIPIENTS, {"message_id": message_id})).all()


async def list_attachments(session: AsyncSession, message_id: int) -> Sequence[Attachment]:
    return (await session.scalars(ATTACHMENTS, {"message_id": message_id})).all()


async def claim_uploads(
    session: AsyncSession, attachment_ids: Sequence[int], *, uploader_id: int, message_id: int
) -> set[int]:
    """Give an agent's own waiting uploads to a message; returns the ids that were really theirs and free."""
    statement = (
        update(Attachment)
        .where(
            Attachment.id.in_(attachment_ids),
            Attachment.uploader_id == uploader_id,
            Attachment.message_id.is_(None),
        )
        .values(message_id=message_id)
        .returning(Attachment.id)
    )
    return set((await session.scalars(statement)).all())


async def list_newer(session: AsyncSession, ticket_id: int, *, than: int) -> Sequence[Message]:
    """Entries that joined after a version, oldest first."""
    return (await session.scalars(NEWER, {"ticket_id": ticket_id, "version": than})).all()


async def hold_refs(session: AsyncSession, ref_hashes: Iterable[str]) -> dict[str, ThreadRef]:
    """Every ref of one mail, made if need be and locked in sorted order, so that answer and ancestor meet."""
    hashes = sorted(set(ref_hashes))
    if not hashes:
        return {}
    statement = insert_into(session, ThreadRef).on_conflict_do_nothing()
    await session.execute(statement, [{"ref_hash": ref, "is_ours": False} for ref in hashes])
    held = select(ThreadRef).where(ThreadRef.ref_hash.in_(hashes)).order_by(ThreadRef.ref_hash).with_for_update()
    refs = await session.scalars(held.execution_options(populate_existing=True))
    return {ref.ref_hash: ref for ref in refs}


async def add_own_ref(session: AsyncSession, mail_id: str, *, ticket_id: int) -> None:
    await session.execute(insert(ThreadRef).values(ref_hash=hash_ref(mail_id), ticket_id=ticket_id, is_ours=True))


async def has_party(session: AsyncSession, ticket_id: int, address_key: str) -> bool:
    """Whether somebody with this address already wrote or was written to on the ticket."""
    statement = (
        select(MessageRecipient.id)
        .join(Message, Message.id == MessageRecipient.message_id)
        .where(Message.ticket_id == ticket_id, MessageRecipient.address_key == address_key)
        .limit(1)
    )
    return await session.scalar(statement) is not None
