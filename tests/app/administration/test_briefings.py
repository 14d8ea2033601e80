"""The settings of daily, weekly and monthly reports."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.audit_models import AuditLine
from app.accounts.models import Agent
from app.briefings.models import BriefingPlan
from app.core.clock import now
from app.core.database import Database
from app.core.settings import Settings
from tests.support.fixtures_web import Clients

PATH = "/admin/briefings"


def _form(**others: Any) -> dict[str, Any]:
    return {"kind": "daily", "name": "全窓口", "time": "07:30", "comment_hours": "4", "locale": "ja", **others}


async def _plans(database: Database) -> list[BriefingPlan]:
    async with database.reading() as session:
        return list(await session.scalars(select(BriefingPlan).order_by(BriefingPlan.id)))


async def test_a_plan_is_made_and_its_first_draft_is_of_the_day_that_ends_next(
    database: Database, clients: Clients, admin: Agent, settings: Settings
) -> None:
    admins = await clients.of(admin)
    form = _form(addresses="boss@example.com\n部長@例え.jp、boss@example.com", freezes_alone="true")

    answer = await admins.post(PATH, data=form)

    [plan] = await _plans(database)
    assert answer.status_code == 303, answer.text
    assert (plan.minute_of_day, plan.freezes_alone) == (450, True)
    assert plan.addresses[0] == "boss@example.com"
    assert len(plan.addresses) == len(set(plan.addresses))
    assert plan.drafted_through >= now().astimezone(settings.zone).date() - timedelta(days=2)
    async with database.reading() as session:
        lines = (await session.scalars(select(AuditLine).where(AuditLine.subject == "briefing_plans"))).all()
    assert len(lines) == 1
    assert "boss@example.com" not in str(lines[0].details)


async def test_what_is_wrong_is_said_at_its_field(database: Database, clients: Clients, admin: Agent) -> None:
    admins = await clients.of(admin)

    answers = [
        await admins.post(PATH, data=_form(**wrong))
        for wrong in ({"time": "25:00"}, {"addresses": "nobody"}, {"name": ""}, {"channel_ids": "99"}, {"team_id": "9"})
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert await _plans(database) == []


async def test_a_plan_is_changed_ended_and_begun_again(database: Database, clients: Clients, admin: Agent) -> None:
    admins = await clients.of(admin)
    await admins.post(PATH, data=_form())
    [plan] = await _plans(database)

    await admins.post(f"{PATH}/{plan.id}", data=_form(kind="monthly", name="月次"))
    [changed] = await _plans(database)
    await admins.post(f"{PATH}/{plan.id}/removal")
    [ended] = await _plans(database)
    await admins.post(f"{PATH}/{plan.id}/restoration")
    [again] = await _plans(database)

    assert (changed.kind, changed.name) == ("monthly", "月次")
    assert (changed.drafted_through + timedelta(days=1)).day == 1
    assert (ended.archived_at is None, again.archived_at is None) == (False, True)


async def test_leads_do_not_change_settings(database: Database, clients: Clients, lead: Agent) -> None:
    leads = await clients.of(lead)

    assert (await leads.get(PATH)).status_code == 403
    assert (await leads.post(PATH, data=_form())).status_code == 403
