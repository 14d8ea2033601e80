"""Plans of briefings, and a press that prints and mails them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from app.briefings import jobs
from app.briefings.mailing import Press
from app.briefings.models import Briefing, BriefingKind, BriefingPlan
from app.core import clock
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.settings import Settings
from app.web.templates import render_text
from tests.support.senders import RecordingSender

MONDAY = date(2026, 11, 2)
"""The day of `builders.AT`."""
SUNDAY = date(2026, 11, 1)
TUESDAY_MORNING = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
"""Half past seven in Tokyo."""


def build_press(database: Database, blobs: BlobStore, settings: Settings, sender: RecordingSender) -> Press:
    return Press(database, blobs, lambda _: sender, render_text, "https://desk.example.jp", settings.zone)


async def build_plan(database: Database, *, through: date = SUNDAY, **others: Any) -> int:
    """A daily one at seven of all channels, of Monday next."""
    values: dict[str, Any] = {"kind": BriefingKind.DAILY, "name": "全窓口", "minute_of_day": 7 * 60, "comment_hours": 4}
    async with database.transaction() as session:
        plan = BriefingPlan(drafted_through=through, **values | others)
        session.add(plan)
        await session.flush()
        return plan.id


async def keep_at(press: Press, at: datetime = TUESDAY_MORNING) -> None:
    with clock.at(at):
        await jobs.keep_once(press)


async def list_briefings(database: Database) -> list[Briefing]:
    async with database.reading() as session:
        return list(await session.scalars(select(Briefing).order_by(Briefing.last_on, Briefing.id)))
