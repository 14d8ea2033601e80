"""What only reads is noted too: after its answer, in a unit of work of its own, and not twice in a short while."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import BackgroundTasks

from app.accounts import audit, audit_queries
from app.accounts.audit_models import AuditKind
from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.log import get_logger

AT_MOST_EVERY = timedelta(minutes=10)
REMEMBERED = 10_000

log = get_logger(__name__)


class Recently:
    """A process's memory of what it noted: it saves the question, the database has the answer."""

    def __init__(self) -> None:
        self._noted: OrderedDict[Hashable, datetime] = OrderedDict()

    def is_news(self, act: Hashable) -> bool:
        """Asked once: from then on it is none, for a while."""
        at = self._noted.get(act)
        if at is not None and now() - at < AT_MOST_EVERY:
            return False
        self._noted.pop(act, None)
        self._noted[act] = now()
        while len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        return True


@dataclass(frozen=True, slots=True)
class Trail:
    """For a request that reads. Its rights are checked before it has this."""

    database: Database
    tasks: BackgroundTasks
    recently: Recently
    agent: Agent

    def note(self, kind: AuditKind, *, subject: str = "", subject_id: int | None = None, **details: Any) -> None:
        """At most one line for each agent, act and ten minutes."""
        act = (self.agent.id, kind, subject, subject_id, str(sorted(details.items())))
        if self.recently.is_news(act):
            self.tasks.add_task(self._write, kind, subject, subject_id, details)

    async def _write(self, kind: AuditKind, subject: str, subject_id: int | None, details: dict[str, Any]) -> None:
        """Another process may have noted it a moment ago. Reading goes on where there is no room for the line."""
        try:
            await self._write_line(kind, subject, subject_id, details)
        except DiskFull:
            log.error("no room for a line of the audit log", agent=self.agent.id, kind=kind, subject_id=subject_id)

    async def _write_line(self, kind: AuditKind, subject: str, subject_id: int | None, details: dict[str, Any]) -> None:
        async with self.database.transaction() as session:
            known = await audit_queries.list_since(session, self.agent.id, kind, subject_id, at=now() - AT_MOST_EVERY)
            if all((line.subject, line.details) != (subject, details) for line in known):
                audit.note(session, kind, by=self.agent, subject=subject, subject_id=subject_id, **details)
