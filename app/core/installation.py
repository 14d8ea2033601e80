"""The one row that says which installation this database is, and the checks of every start."""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core import revision
from app.core.base import Base
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database, insert_into, wake_at_commit
from app.core.rows import fetch
from app.core.settings import SettingsError
from app.core.wakeups import OUTBOX

ROW = 1
EPOCH_BYTES = 6


class SchemaOutdated(Exception):
    """The database has another schema than this version of Madoguchi works with."""


class Installation(Base):
    """`epoch` changes with a restore, so that positions of before mean nothing (MODEL 22, 23).

    `restored_as_of` is when the backup was made. While `sending_paused_at` is set, nothing leaves.
    """

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    key_fingerprint: Mapped[str]
    restored_at: Mapped[datetime | None]
    restored_as_of: Mapped[datetime | None]
    sending_paused_at: Mapped[datetime | None]


SENDING_PAUSED_AT = select(Installation.sending_paused_at)


async def open_installation(database: Database, box: SecretBox) -> Installation:
    """Before anything else is done with a database. Raises SchemaOutdated and SettingsError, each with one line."""
    if reason := await why_not_ready(database):
        raise SchemaOutdated(reason)
    async with database.transaction() as session:
        installation = await _find_or_make(session, box)
    if installation.key_fingerprint != box.fingerprint:
        raise SettingsError("MADOGUCHI_SECRET_KEY is not the key that the database was made with")
    return installation


async def why_not_ready(database: Database) -> str:
    """What keeps this version from working with the database, in one line; empty when nothing does."""
    current, newest = await revision.current_revision(database), revision.newest_revision()
    if not current:
        return "the database is empty: run `madoguchi migrate`"
    if current != newest:
        return f"the database has schema {current}, this version needs {newest}: run `madoguchi migrate`"
    return ""


async def get_epoch(session: AsyncSession) -> str:
    """The part of a live position that says which life of the database it belongs to."""
    return (await session.scalars(select(Installation.epoch))).one()


async def get_installation(session: AsyncSession) -> Installation:
    return (await session.scalars(select(Installation).execution_options(populate_existing=True))).one()


async def find_sending_paused_at(session: AsyncSession) -> datetime | None:
    """Asked by every page."""
    [row] = await fetch(session, SENDING_PAUSED_AT)
    since: datetime | None = row.sending_paused_at
    return since


def is_sending_on() -> ColumnElement[bool]:
    """For the statements that claim what is to leave."""
    return select(Installation.id).where(Installation.sending_paused_at.is_(None)).exists()


async def resume_sending(session: AsyncSession) -> datetime | None:
    """Since when it was paused; None when it was not."""
    installation = await get_installation(session)
    since = installation.sending_paused_at
    installation.sending_paused_at = None
    wake_at_commit(session, OUTBOX)
    return since


async def begin_new_life(session: AsyncSession, box: SecretBox, *, as_of: datetime) -> None:
    """After a restore: another epoch, and nothing leaves until somebody says so (MODEL 22)."""
    values = {"epoch": secrets.token_hex(EPOCH_BYTES), "key_fingerprint": box.fingerprint}
    await session.execute(
        update(Installation).values(restored_at=now(), restored_as_of=as_of, sending_paused_at=now(), **values)
    )


async def _find_or_make(session: AsyncSession, box: SecretBox) -> Installation:
    values = {"id": ROW, "epoch": secrets.token_hex(EPOCH_BYTES), "key_fingerprint": box.fingerprint}
    await session.execute(insert_into(session, Installation).values(**values).on_conflict_do_nothing())
    return (await session.scalars(select(Installation))).one()
