"""Whether everything works: what `madoguchi check` tries, and what waits or was given up on."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.administration import system_queries
from app.core import installation
from app.core.desk import Desk
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.live.signals import signal_desk
from app.monitoring import queries as monitoring_queries
from app.monitoring.checks import CHECKS, Check

CHECK_NAMES = {
    "database": mark("Database"),
    "schema": mark("Schema"),
    "secret key": mark("Secret key"),
    "blob store": mark("File store"),
    "data folder": mark("Data folder"),
    "room on the disk": mark("Room on the disk"),
    "address": mark("Address of the desk"),
    "language and time": mark("Language and time"),
}
OUTBOX_NAMES = {
    "queued": mark("Waiting to be sent"),
    "sending": mark("Being sent"),
    "failed": mark("Not sent"),
    "uncertain": mark("Uncertain"),
}
PACKAGES = ("madoguchi", "fastapi", "SQLAlchemy")


@dataclass(frozen=True, slots=True)
class Checked:
    name: str
    is_good: bool
    words: str


@dataclass(frozen=True, slots=True)
class Figures:
    outbox: Mapping[str, int]
    oldest_due_at: datetime | None
    undigested: int
    failing_folders: int
    dead_count: int
    dead_events: Sequence[AnyRow]
    readers: Sequence[tuple[str, int]]
    """Each reader of the log, with the number of events that it has still to read."""

    sending_paused_at: datetime | None
    restored_at: datetime | None
    restored_as_of: datetime | None


async def check_all(desk: Desk) -> list[Checked]:
    return [await _checked(name, check, desk) for name, check in CHECKS]


async def _checked(name: str, check: Check, desk: Desk) -> Checked:
    try:
        return Checked(CHECK_NAMES[name], True, await check(desk))
    except Exception as error:
        return Checked(CHECK_NAMES[name], False, " ".join(str(error).split("\n", 1)[0].split()) or type(error).__name__)


async def read_figures(session: AsyncSession) -> Figures:
    newest = await system_queries.find_newest_event(session)
    here = await installation.get_installation(session)
    return Figures(
        outbox=await monitoring_queries.count_outbox(session),
        oldest_due_at=await monitoring_queries.find_oldest_due(session),
        undigested=await monitoring_queries.count_undigested(session),
        failing_folders=await monitoring_queries.count_failing_folders(session),
        dead_count=await monitoring_queries.count_dead_events(session),
        dead_events=await system_queries.list_dead_events(session),
        readers=[(each.name, max(newest - each.position, 0)) for each in await system_queries.list_consumers(session)],
        sending_paused_at=here.sending_paused_at,
        restored_at=here.restored_at,
        restored_as_of=here.restored_as_of,
    )


async def resume_sending(session: AsyncSession, *, by: Agent) -> None:
    """After a restore, when somebody has looked at what was waiting (MODEL 22). Every page is told."""
    since = await installation.resume_sending(session)
    audit.note_setting(session, "installation", None, by=by, is_sending_paused=(since is not None, False))
    await signal_desk(session)


def versions() -> dict[str, str]:
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
