"""LINE accounts at the screen: made, tried for real, pointed here, changed without their secrets, paused."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine
from httpx import AsyncClient

from app.accounts.models import Agent
from app.channels import endpoints, hooks
from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.models import FAILED_POLLS, Channel
from app.conversations import metering, quota_queries
from app.conversations.quotas import month_of
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.settings import Settings
from connectors.talks import Allowance
from tests.support.fixtures_web import Clients
from tests.support.line_answers import ENDPOINT, INFO, SET_ENDPOINT, TEST, LineAnswers, stand_in

SECRET, TOKEN = "a-secret-of-32-characters-0123456", "a-token-that-is-long"
FORM = {"name": "LINE窓口", "channel_secret": SECRET, "channel_access_token": TOKEN, "reopen_hours": "12"}


@pytest_asyncio.fixture
async def channel_id(desk: AsyncClient) -> int:
    answer = await desk.post("/admin/line", data=FORM)
    made = re.fullmatch(r"/admin/line/(\d+)\?saved=1#steps", answer.headers.get("location", ""))
    assert made, answer.text
    return int(made[1])


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> LineAnswers:
    answers = LineAnswers()
    stand_in(monkeypatch, answers)
    return answers


async def load(database: Database, channel_id: int) -> Channel:
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel_id)


async def test_an_account_is_made_and_its_secrets_never_shown(
    desk: AsyncClient, database: Database, box: SecretBox, channel_id: int
) -> None:
    channel = await load(database, channel_id)
    page = await desk.get(f"/admin/line/{channel_id}")
    listed = await desk.get("/admin/mailboxes")
    led = await desk.get(f"/admin/mailboxes/{channel_id}")

    assert f'value="http://127.0.0.1:8000/hooks/line/{channel.key}"' in page.text
    assert "LINEはhttpsのアドレスにだけ" in page.text
    assert SECRET not in page.text
    assert TOKEN not in page.text
    assert channels.opened_secrets(channel, box) == {"channel_secret": SECRET, "channel_access_token": TOKEN}
    assert "LINE窓口" in listed.text
    assert led.headers["location"] == f"/admin/line/{channel_id}"


async def test_https_warns_of_nothing(desk: AsyncClient, settings: Settings, channel_id: int) -> None:
    endpoints.use(settings.model_copy(update={"base_url": "https://desk.example.jp"}))

    page = await desk.get(f"/admin/line/{channel_id}")

    assert "https://desk.example.jp/hooks/line/" in page.text
    assert "LINEはhttpsのアドレスにだけ" not in page.text


async def test_both_secrets_are_needed_at_first_and_kept_where_empty_later(
    desk: AsyncClient, database: Database, box: SecretBox, channel_id: int
) -> None:
    missing = await desk.post("/admin/line", data={**FORM, "channel_access_token": ""})
    await desk.post(f"/admin/line/{channel_id}", data={"name": "LINE総合", "channel_secret": "another"})
    channel = await load(database, channel_id)

    assert missing.status_code == 422
    assert 'id="channel_access_token-help"' in missing.text
    assert SECRET not in missing.text
    assert channel.name == "LINE総合"
    assert channels.opened_secrets(channel, box) == {"channel_secret": "another", "channel_access_token": TOKEN}


async def test_a_check_says_how_each_step_stands_and_learns_the_basic_id(
    desk: AsyncClient, database: Database, line: LineAnswers, channel_id: int
) -> None:
    url = endpoints.hook_url(await load(database, channel_id))
    line.say(ENDPOINT, 200, endpoint=url, active=True)

    tried = await desk.post(f"/admin/line/{channel_id}/check", data={"name": "LINE窓口"})
    await desk.post(f"/admin/line/{channel_id}", data={"name": "LINE窓口", "basic_id": ""})

    assert tried.text.count("step--good") == 6
    channel = await load(database, channel_id)
    assert (channel.address, "basic_id" in channel.settings) == ("@desk", False)


async def test_a_webhook_that_leads_elsewhere_is_set_with_one_press(
    desk: AsyncClient, database: Database, line: LineAnswers, channel_id: int
) -> None:
    url = endpoints.hook_url(await load(database, channel_id))

    elsewhere = await desk.post(f"/admin/line/{channel_id}/check", data={"name": "LINE窓口"})
    mended = await desk.post(f"/admin/line/{channel_id}/webhook", data={"name": "LINE窓口"})

    assert f'formaction="/admin/line/{channel_id}/webhook"' in elsewhere.text
    assert line.sent[SET_ENDPOINT] == {"endpoint": url}
    assert "step--wrong" not in mended.text


@pytest.mark.parametrize("token", ["a-token\nof two lines", "ひみつのことば", "a\x7ftoken"])
async def test_a_token_that_no_header_can_carry_is_refused_at_its_field_and_never_told(
    desk: AsyncClient, line: LineAnswers, channel_id: int, token: str
) -> None:
    paths = ("/admin/line", f"/admin/line/{channel_id}", f"/admin/line/{channel_id}/check")

    answers = [await desk.post(path, data={**FORM, "channel_access_token": token}) for path in paths]

    assert [answer.status_code for answer in answers] == [422, 422, 200]
    assert all("もう一度コピー" in answer.text and token not in answer.text for answer in answers)


async def test_a_wrong_token_and_a_wrong_secret_are_said_at_their_fields(
    desk: AsyncClient, database: Database, line: LineAnswers, channel_id: int
) -> None:
    line.say(ENDPOINT, 200, endpoint=endpoints.hook_url(await load(database, channel_id)), active=True)
    line.say(TEST, 200, success=False, statusCode=401, reason="ERROR_STATUS_CODE", detail="401")
    path = f"/admin/line/{channel_id}/check"

    wrong_secret = await desk.post(path, data={"name": "LINE窓口"})
    typed_anew = await desk.post(path, data={"name": "LINE窓口", "channel_secret": "another"})
    line.say(INFO, 401, message="Authentication failed")
    wrong_token = await desk.post(path, data={"name": "LINE窓口", "channel_access_token": "bad"})

    assert 'data-field="channel_secret"' in wrong_secret.text
    assert "保存してから" in typed_anew.text
    assert 'data-field="channel_secret"' not in typed_anew.text
    assert 'data-field="channel_access_token"' in wrong_token.text
    assert "(Authentication failed)" in wrong_token.text


async def test_a_new_account_is_tried_before_it_is_saved(desk: AsyncClient, line: LineAnswers) -> None:
    tried = await desk.post("/admin/line/check", data=FORM)
    nameless = await desk.post("/admin/line/check", data={**FORM, "name": ""})

    assert tried.text.count("step--good") == 3
    assert 'data-field="name"' in nameless.text


async def test_only_administrators_try_accounts(clients: Clients, lead: Agent, channel_id: int) -> None:
    leading = await clients.of(lead)

    for path in ("check", f"{channel_id}/check", f"{channel_id}/webhook"):
        assert (await leading.post(f"/admin/line/{path}", data=FORM)).status_code == 403


async def test_webhooks_whose_signature_is_refused_become_a_trouble_and_the_next_good_one_ends_it(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    channel = await load(database, channel_id)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(FAILED_POLLS):
            clock.shift(hooks.NOTED_EVERY)
            async with database.transaction() as session:
                await hooks.note_refused(session, channel)
                await hooks.note_refused(session, channel)
        troubled = await desk.get("/home")
        page = await desk.get("/admin/mailboxes")
        clock.shift(timedelta(seconds=1))
        async with database.transaction() as session:
            await hooks.note_accepted(session, channel)
        mended = await desk.get("/home")

    assert "LINEアカウント「LINE窓口」が動いていません" in troubled.text
    assert "チャネルシークレット" in page.text
    assert f'id="home-mailbox-{channel_id}"' not in mended.text


async def test_the_months_messages_are_shown_and_people_warned(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    async with database.transaction() as session:
        await quota_queries.claim(session, channel_id, at=now(), before=now())
        quota = await quota_queries.hold_quota(session, channel_id)
        metering.note(quota, Allowance(limit=200, used=170), month=month_of(now()))

    page = await desk.get(f"/admin/line/{channel_id}")
    home = await desk.get("/home")
    told = (await desk.get("/api/v1/channels")).json()["items"]

    assert "200通のうち170通" in page.text
    assert 'value="85"' in page.text
    assert "80%" in home.text
    quotas = [each["quota"] for each in told if each["id"] == channel_id]
    assert (quotas[0]["used"], quotas[0]["allowance"], quotas[0]["left"]) == (170, 200, 30)
    assert quotas[0]["forecast"] >= 170


async def test_pausing_and_resuming(desk: AsyncClient, database: Database, channel_id: int) -> None:
    await desk.post(f"/admin/line/{channel_id}/pause")
    was_paused = (await load(database, channel_id)).is_paused
    await desk.post(f"/admin/line/{channel_id}/resumption")

    assert was_paused
    assert not (await load(database, channel_id)).is_paused
