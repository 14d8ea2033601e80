"""Business hours and rules for deadlines, as an admin sets them."""

from datetime import timedelta

import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditLine
from app.accounts.models import Agent
from app.channels import calendar_queries, calendars
from app.channels.calendar_models import CalendarRecount
from app.channels.models import Channel
from app.core.database import Database
from app.sla import queries
from tests.support.builders import build_category, build_channel
from tests.support.fixtures_web import Clients

WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9:00-12:00, 13:00-18:00")


@pytest_asyncio.fixture
async def desk(clients: Clients, admin: Agent) -> AsyncClient:
    return await clients.of(admin)


@pytest_asyncio.fixture
async def channel(database: Database) -> Channel:
    async with database.transaction() as session:
        return await build_channel(session, name="注文窓口")


async def _post(desk: AsyncClient, path: str, values: dict[str, str]) -> tuple[int, str]:
    answer = await desk.post(path, data=values, follow_redirects=True)
    return answer.status_code, answer.text


async def test_hours_hold_from_the_day_that_was_named_and_ask_for_a_recount(
    desk: AsyncClient, database: Database
) -> None:
    status, page = await _post(
        desk,
        "/admin/calendar",
        {**WEEK, "keeps_holidays": "true", "valid_from": "2026-04-01", "closures": "2026-12-29~2027-01-03"},
    )

    async with database.reading() as session:
        [version] = await calendar_queries.list_versions(session, None)
        recount = (await session.scalars(select(CalendarRecount))).one()
        noted = (await session.scalars(select(AuditLine).where(AuditLine.subject == "calendars"))).all()
    assert status == 200
    assert version.valid_from.isoformat() == "2026-04-01"
    assert version.hours is not None
    assert version.hours["days"][0] == [[540, 720], [780, 1080]]
    assert recount.since == version.valid_from
    assert len(noted) == 1
    assert "2026年4月1日(水)から" in page
    assert "2026年12月29日(火) – 2027年1月3日(日)" in page


async def test_somebody_has_to_work_at_some_time(desk: AsyncClient, database: Database) -> None:
    status, page = await _post(desk, "/admin/calendar", {"valid_from": "2026-04-01"})
    wrong, _ = await _post(desk, "/admin/calendar", {**WEEK, "valid_from": "yesterday"})

    async with database.reading() as session:
        assert list(await calendar_queries.list_versions(session, None)) == []
    assert (status, wrong) == (422, 422)
    assert "field__error" in page


async def test_a_channel_has_hours_of_its_own_or_the_organisations(
    desk: AsyncClient, database: Database, channel: Channel
) -> None:
    path = f"/admin/calendar/channels/{channel.id}"
    today = calendars.today()
    await _post(desk, path, {**WEEK, "is_own": "true", "valid_from": (today - timedelta(days=3)).isoformat()})
    async with database.reading() as session:
        [version] = await calendar_queries.list_versions(session, channel.id)
        settings = (await session.get_one(Channel, channel.id)).settings
    assert settings["hours"] == version.hours

    await _post(desk, path, {**WEEK, "valid_from": today.isoformat()})
    async with database.reading() as session:
        versions = await calendar_queries.list_versions(session, channel.id)
        settings = (await session.get_one(Channel, channel.id)).settings
    assert [each.hours is None for each in versions] == [True, False]
    assert settings["hours"] is None

    status, page = await _post(desk, f"{path}/versions/{versions[0].id}/removal", {})
    assert (status, page.count("/removal")) == (200, 1)
    status, _ = await _post(desk, f"/admin/calendar/versions/{versions[1].id}/removal", {})
    assert status == 404


async def test_the_fiscal_year_begins_when_it_is_said_to(desk: AsyncClient, database: Database) -> None:
    await _post(desk, "/admin/calendar/fiscal-year", {"fiscal_month": "1"})
    status, _ = await _post(desk, "/admin/calendar/fiscal-year", {"fiscal_month": "13"})

    async with database.reading() as session:
        assert await calendars.fiscal_month(session) == 1
    assert status == 422


async def test_rules_are_made_changed_and_removed(desk: AsyncClient, database: Database, channel: Channel) -> None:
    async with database.transaction() as session:
        category = await build_category(session, name="返品")
    said = {
        "first_reply": "4",
        "resolution": "1:30",
        "is_in_business_time": "true",
        "warn_share": "",
        "warn_before": "0:30",
        "raise_after": "2",
    }
    await _post(desk, "/admin/deadlines", said)
    await _post(desk, "/admin/deadlines", {**said, "channel_id": str(channel.id), "category_id": str(category.id)})
    again, page = await _post(desk, "/admin/deadlines", said)
    assert again == 422
    assert 'role="alert"' in page

    async with database.reading() as session:
        policies = await queries.list_policies(session)
    assert [
        (each.first_reply_seconds, each.resolution_seconds, each.warn_share, each.warn_seconds) for each in policies
    ] == [(14400, 5400, None, 1800)] * 2
    listed = (await desk.get("/admin/deadlines")).text
    assert "期限の0:30時間前に通知" in listed
    assert "期限から2時間後にリーダーへ通知" in listed
    assert listed.index("注文窓口") < listed.index(f"rule-{policies[0].id}")

    await _post(desk, f"/admin/deadlines/{policies[0].id}", {**said, "first_reply": "8"})
    status, _ = await _post(desk, f"/admin/deadlines/{policies[1].id}/removal", {})
    gone = await desk.get(f"/admin/deadlines/{policies[0].id}")
    async with database.reading() as session:
        [left] = await queries.list_policies(session)
    assert (status, gone.status_code, left.first_reply_seconds) == (200, 404, 28800)


async def test_what_a_rule_cannot_be_about_is_refused(desk: AsyncClient) -> None:
    unknown, _ = await _post(desk, "/admin/deadlines", {"first_reply": "4", "channel_id": "999"})
    wrong, page = await _post(desk, "/admin/deadlines", {"first_reply": "soon"})

    assert (unknown, wrong) == (422, 422)
    assert "soon" in page
