"""What the database says of the desk, as Prometheus reads it: numbers by state and by a channel's id."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.installation import find_sending_paused_at
from app.monitoring import queries

PREFIX = "madoguchi_"


class Figures:
    """The gauges of one look at the database, as Prometheus reads them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def set(self, name: str, meaning: str, value: float, **labels: str) -> None:
        if name not in self._gauges:
            self._gauges[name] = Gauge(PREFIX + name, meaning, list(labels), registry=self._registry)
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def text(self) -> bytes:
        return generate_latest(self._registry)


async def read_figures(session: AsyncSession) -> Figures:
    figures = Figures()
    await _read_outbox(session, figures)
    await _read_intake(session, figures)
    locks, dead = await queries.count_locks(session), await queries.count_dead_events(session)
    figures.set("reply_locks", "Replies that somebody is writing", locks)
    figures.set("dead_events", "Events that a reader of the log gave up on", dead)
    return figures


async def _read_outbox(session: AsyncSession, figures: Figures) -> None:
    for state, count in (await queries.count_outbox(session)).items():
        figures.set("outbox_entries", "Messages on their way out", count, state=state)
    oldest = _age(await queries.find_oldest_due(session))
    figures.set("outbox_oldest_due_seconds", "How long the longest waiting message has been due", oldest)
    is_paused = await find_sending_paused_at(session) is not None
    figures.set("sending_is_paused", "1 from a restore until an administrator resumes sending", is_paused)


async def _read_intake(session: AsyncSession, figures: Figures) -> None:
    for row in await queries.list_intake(session):
        channel = str(row.channel_id)
        figures.set("intake_stored", "Raw messages that were ever stored", row.stored - row.refused, channel=channel)
        figures.set("intake_unreadable", "Raw messages that could not be read", row.unreadable, channel=channel)
        figures.set("intake_refused", "Messages that a server does not give out yet", row.refused, channel=channel)
    for folder in await queries.list_folders(session):
        names = {"channel": str(folder.channel_id), "folder": str(folder.id)}
        figures.set("intake_on_server", "Messages in the folder on the server", folder.on_server, **names)
        if folder.last_success_at is not None:
            age = _age(folder.last_success_at)
            figures.set("intake_last_success_age_seconds", "Since the last fetch that went well", age, **names)
    undigested, failing = await queries.count_undigested(session), await queries.count_failing_folders(session)
    figures.set("raw_messages_undigested", "Messages stored and not yet in a ticket", undigested)
    figures.set("folders_failing", "Mailbox folders whose last fetch failed", failing)


def _age(instant: datetime | None) -> float:
    return max((now() - instant).total_seconds(), 0.0) if instant else 0.0
