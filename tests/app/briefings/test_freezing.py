"""Frozen, a briefing never changes; it is mailed once, to those who may see it, with its PDF."""

import asyncio
from datetime import timedelta
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.briefings import drafting, queries
from app.briefings.mail_models import BriefingMail
from app.briefings.mailing import Press
from app.briefings.models import Briefing
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.settings import Settings
from app.sending.models import MailState
from tests.support.briefings import MONDAY, TUESDAY_MORNING, build_plan, keep_at, list_briefings
from tests.support.builders import AT, build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.senders import RecordingSender

LATER = TUESDAY_MORNING + timedelta(hours=5)


async def _draft(database: Database, press: Press, **plan: Any) -> Briefing:
    async with database.transaction() as session:
        await build_ticket(session, channel=await build_channel(session), at=AT)
    await build_plan(database, **plan)
    await keep_at(press)
    [briefing] = await list_briefings(database)
    return briefing


async def _mails(database: Database) -> list[tuple[str, MailState]]:
    async with database.reading() as session:
        rows = await session.scalars(select(BriefingMail).order_by(BriefingMail.id))
        return [(mail.address, mail.state) for mail in rows]


async def test_what_is_frozen_stays_byte_for_byte_whatever_is_counted_later(
    database: Database, press: Press, clients: Clients, lead: Agent, settings: Settings
) -> None:
    briefing = await _draft(database, press)
    leads = await clients.of(lead)
    await leads.post(f"/briefings/{briefing.id}/freeze", data={"comment": "問題なし", "version": "0"})
    await keep_at(press)
    page, pdf = await _read(leads, briefing.id)
    async with database.transaction() as session:
        ticket = await build_ticket(session, channel=await build_channel(session), at=AT)
        assert ticket.created_at.date() == MONDAY
        frozen = await session.get_one(Briefing, briefing.id)
        said = await drafting.read_anew(session, frozen, settings.zone)
        assert not await queries.change_contents(session, frozen.id, contents=said)

    refused = await leads.post(f"/briefings/{briefing.id}/recount")
    again = await leads.post(f"/briefings/{briefing.id}/comment", data={"comment": "変更", "version": "1"})

    assert (refused.status_code, again.status_code) == (409, 409)
    assert await _read(leads, briefing.id) == (page, pdf)
    assert pdf.startswith(b"%PDF")


async def _read(client: AsyncClient, briefing_id: int) -> tuple[str, bytes]:
    page = (await client.get(f"/briefings/{briefing_id}")).text
    sheet = page[page.index('<article class="paper"') : page.index("</article>")]
    return sheet, (await client.get(f"/briefings/{briefing_id}/pdf")).content


async def test_it_is_mailed_once_with_its_pdf(
    database: Database, press: Press, clients: Clients, lead: Agent, sender: RecordingSender
) -> None:
    addresses = ["boss@example.com", "boss@example.com"]
    briefing = await _draft(database, press, recipient_ids=[lead.id], addresses=addresses)
    leads = await clients.of(lead)
    await leads.post(f"/briefings/{briefing.id}/freeze", data={"comment": "A & B は落ち着いた", "version": "0"})

    await asyncio.gather(*(keep_at(press) for _ in range(3)))
    await keep_at(press)

    assert sorted(message.to[0].address for message in sender.sent) == sorted([lead.email, "boss@example.com"])
    message = sender.sent[0]
    assert message.subject == "日報 2026年11月2日(月) 全窓口"
    assert "A & B は落ち着いた" in message.text
    assert "A &amp; B は落ち着いた" in message.html
    assert [each.data[:5] for each in message.attachments] == [b"%PDF-"]
    assert {state for _, state in await _mails(database)} == {MailState.SENT}


async def test_a_mail_that_was_handed_over_by_a_killed_worker_is_not_sent_again(
    database: Database, press: Press, clients: Clients, lead: Agent, sender: RecordingSender
) -> None:
    briefing = await _draft(database, press, addresses=["boss@example.com"])
    leads = await clients.of(lead)
    await leads.post(f"/briefings/{briefing.id}/freeze", data={"comment": "", "version": "0"})
    sender.failures_after_commit_point.append(RuntimeError("the connection broke"))

    await keep_at(press)
    await keep_at(press)

    assert len(sender.sent) == 1
    assert [state for _, state in await _mails(database)] == [MailState.UNCERTAIN]


async def test_without_a_comment_it_is_frozen_when_the_time_is_over(
    database: Database, press: Press, sender: RecordingSender
) -> None:
    await _draft(database, press, addresses=["boss@example.com"])

    await keep_at(press, LATER - timedelta(hours=2))
    [before] = await list_briefings(database)
    await keep_at(press, LATER)
    [after] = await list_briefings(database)

    assert (before.is_draft, after.is_draft) == (True, False)
    assert after.frozen_by_id is None
    assert "所感はありません。" in sender.sent[0].text


async def test_a_plan_that_waits_for_a_comment_waits(database: Database, press: Press) -> None:
    await _draft(database, press, freezes_alone=False)

    await keep_at(press, LATER)

    [briefing] = await list_briefings(database)
    assert briefing.is_draft


async def test_an_agent_who_may_not_see_all_of_it_is_not_mailed(
    database: Database, press: Press, agent: Agent, sender: RecordingSender
) -> None:
    async with database.transaction() as session:
        hidden = await build_channel(session, address="hidden@example.jp")
        await build_team(session, name="別のチーム", channels=[hidden])
        await build_ticket(session, channel=hidden)
        member = await build_agent(session)
    await _draft(database, press, recipient_ids=[agent.id, member.id])

    await keep_at(press, LATER)

    assert sender.sent == []


async def test_who_comments_is_told_of_the_draft(
    database: Database, press: Press, lead: Agent, sender: RecordingSender
) -> None:
    briefing = await _draft(database, press, commenter_ids=[lead.id])

    [message] = sender.sent
    assert message.to[0].address == lead.email
    assert f"https://desk.example.jp/briefings/{briefing.id}" in message.text
    assert message.attachments == ()


async def test_nobody_writes_over_what_another_wrote(
    database: Database, press: Press, clients: Clients, lead: Agent, admin: Agent
) -> None:
    briefing = await _draft(database, press)
    path, json = f"/briefings/{briefing.id}/comment", {"Accept": "application/json"}
    first, second = await clients.of(lead), await clients.of(admin)

    mine = await first.post(path, data={"comment": "一番目", "version": "0"}, headers=json)
    theirs = await second.post(path, data={"comment": "二番目", "version": "0"}, headers=json)
    page = await second.post(path, data={"comment": "二番目", "version": "0"})

    assert (mine.json(), theirs.status_code) == ({"version": 1}, 409)
    assert "一番目" in page.text
    assert "二番目" in page.text


async def test_the_pdf_is_kept_as_a_blob(
    database: Database, press: Press, clients: Clients, lead: Agent, blobs: BlobStore
) -> None:
    briefing = await _draft(database, press)
    leads = await clients.of(lead)
    draft = (await leads.get(f"/briefings/{briefing.id}/pdf")).content
    await leads.post(f"/briefings/{briefing.id}/freeze", data={"comment": "よし", "version": "0"})

    await keep_at(press)

    [frozen] = await list_briefings(database)
    assert draft.startswith(b"%PDF")
    assert await blobs.get(frozen.pdf_sha256 or "") == (await leads.get(f"/briefings/{briefing.id}/pdf")).content
