from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import fetch
from app.tickets.history_models import Consumer, DeadEvent, TicketEvent

MAX_ERROR_LENGTH = 1000
POSITION = select(Consumer.position).where(Consumer.name == bindparam("name")).scalar_subquery()
HELD = (
    select(Consumer.position)
    .where(Consumer.name == bindparam("name"), Consumer.token == bindparam("token"))
    .with_for_update()
)
MOVED = (
    update(Consumer)
    .where(Consumer.name == bindparam("reader"))
    .values(position=bindparam("to"), failures=bindparam("failed"))
    .returning(Consumer.position)
)
UNREAD = select(TicketEvent.id).where(TicketEvent.id > func.coalesce(POSITION, 0)).limit(1)


async def fence(session: AsyncSession, name: str, *, token: str) -> None:
    """From here on only the holder of this token moves the reader; a new reader begins at the first event."""
    statement = insert_into(session, Consumer).values(name=name, token=token, position=0, failures=0)
    await session.execute(statement.on_conflict_do_update(index_elements=[Consumer.name], set_={"token": token}))


async def begin_at(session: AsyncSession, name: str, *, position: int) -> None:
    """Of a new reader; one that there is already stays where it is."""
    statement = insert_into(session, Consumer).values(name=name, token="", position=position, failures=0)
    await session.execute(statement.on_conflict_do_nothing(index_elements=[Consumer.name]))


async def is_behind(session: AsyncSession, name: str) -> bool:
    return bool(await fetch(session, UNREAD, {"name": name}))


async def find_position(session: AsyncSession, name: str, *, token: str) -> int | None:
    """None for a former holder."""
    rows = await fetch(session, HELD, {"name": name, "token": token})
    return next((int(row.position) for row in rows), None)


async def move(session: AsyncSession, name: str, *, position: int, failures: int) -> None:
    await fetch(session, MOVED, {"reader": name, "to": position, "failed": failures})


async def count_failure(session: AsyncSession, name: str) -> int:
    statement = update(Consumer).where(Consumer.name == name).values(failures=Consumer.failures + 1)
    return await session.scalar(statement.returning(Consumer.failures)) or 0


async def bury(session: AsyncSession, name: str, event_id: int, *, error: str) -> None:
    values = {"consumer": name, "event_id": event_id, "error": error[:MAX_ERROR_LENGTH], "at": now()}
    await session.execute(insert(DeadEvent).values(**values))
