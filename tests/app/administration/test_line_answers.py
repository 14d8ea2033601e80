"""What a LINE account says by itself is written at the screen, with its opening hours."""

import pytest_asyncio
from httpx import AsyncClient

from app.autoreplies import talk_queries
from app.autoreplies.models import TalkAnswerKind
from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.crypto import SecretBox
from app.core.database import Database
from tests.support.line_events import build_line

FORM = {
    "greeting_is_on": "true",
    "greeting_ja": "{{お客様名?}}様、ようこそ。",
    "away_is_on": "true",
    "away_ja": "営業時間外です。",
    "away_en": "We are closed.",
    "monday": "9:00-18:00",
    "keeps_holidays": "true",
    "closures": "2026-12-29",
}


@pytest_asyncio.fixture
async def channel(database: Database, box: SecretBox) -> Channel:
    return await build_line(database, box)


async def test_it_is_off_with_a_suggestion_until_somebody_saves_it(
    desk: AsyncClient, database: Database, channel: Channel
) -> None:
    page = await desk.get(f"/admin/line/{channel.id}/answers")

    assert page.status_code == 200
    assert "友だち追加ありがとうございます" in page.text
    assert 'name="greeting_is_on" value="true" checked' not in page.text
    async with database.reading() as session:
        assert not await talk_queries.list_answers(session, channel.id)


async def test_texts_and_hours_are_kept(desk: AsyncClient, database: Database, channel: Channel) -> None:
    answer = await desk.post(f"/admin/line/{channel.id}/answers", data=FORM)
    page = await desk.get(f"/admin/line/{channel.id}/answers")
    await desk.post(f"/admin/line/{channel.id}", data={"name": "別の名前"})

    assert answer.status_code == 303, answer.text
    assert "{{お客様名?}}様、ようこそ。" in page.text
    assert 'value="9:00-18:00"' in page.text
    async with database.reading() as session:
        kept = {each.kind: each for each in await talk_queries.list_answers(session, channel.id)}
        assert (await channel_queries.get_channel(session, channel.id)).settings["hours"]["closures"] == ["2026-12-29"]
    assert kept[TalkAnswerKind.AWAY].is_on
    assert kept[TalkAnswerKind.AWAY].texts["en"]["text"] == "We are closed."


async def test_what_makes_no_sense_is_said_and_kept_to_be_mended(desk: AsyncClient, channel: Channel) -> None:
    path = f"/admin/line/{channel.id}/answers"

    hours = await desk.post(path, data={**FORM, "monday": "9-18"})
    empty = await desk.post(path, data={"greeting_is_on": "true"})
    never_closed = await desk.post(path, data={"away_is_on": "true", "away_ja": "時間外です"})
    nobody = await desk.post(path, data={**FORM, "away_ja": "{{記入:いつ}}"})

    assert [each.status_code for each in (hours, empty, never_closed, nobody)] == [422] * 4
    assert 'value="9-18"' in hours.text
    assert 'id="monday-help"' in hours.text
    assert 'id="away_ja-help"' in nobody.text
