"""Answers in a talk, attempt by attempt: which way, what is told of it, and that nothing is shown twice (MODEL 21)."""

from datetime import timedelta

import httpx
import pytest

from app.conversations import quota_queries
from app.conversations.models import ConversationState
from app.core.blobs import BlobStore
from app.core.clock import now
from app.outbox.models import OutboxState, Way
from tests.support.talking import (
    INVALID,
    MONTHLY,
    RATE,
    ScriptedLine,
    TalkDesk,
    attempt,
    refused,
    taken,
)

LATE = httpx.ReadTimeout("late")
CUT = httpx.RemoteProtocolError("cut")
TROUBLE = httpx.Response(500, json={"message": "Internal server error"})
AWAY = httpx.ConnectError("refused")

QUEUED, SENT, FAILED, UNCERTAIN = OutboxState.QUEUED, OutboxState.SENT, OutboxState.FAILED, OutboxState.UNCERTAIN


async def attempts(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> tuple[int, list[OutboxState]]:
    """As many as the script has steps; the state after each."""
    entry_id = await talk.reply()
    return entry_id, [await attempt(talk, blobs, entry_id) for _ in range(len(line.steps))]


async def test_while_the_right_is_good_it_leaves_by_reply(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    await talk.hear(token="old", ago=40)
    await talk.hear(token="new", ago=20)
    line.steps = [taken("m1", "m2")]

    entry_id, states = await attempts(talk, blobs, line)

    entry = await talk.entry(entry_id)
    assert (states, entry.way, line.ways) == ([SENT], Way.REPLY, ["reply"])
    assert line.bodies[0]["replyToken"] == "new"
    assert [token.entry_id for token in await talk.tokens()] == [None, entry_id]
    quotable = [each.quote_token for each in await talk.platform_messages() if each.message_id == entry.message_id]
    assert sorted(quotable) == ["q-m1", "q-m2"]
    assert (await talk.ticket()).first_reply_at is not None


@pytest.mark.parametrize("ago", [51, 3600])
async def test_with_an_old_right_it_leaves_by_push(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine, ago: int
) -> None:
    await talk.hear(ago=ago)
    line.steps = [taken("m1")]

    entry_id, states = await attempts(talk, blobs, line)

    entry = await talk.entry(entry_id)
    assert (states, entry.way, line.ways) == ([SENT], Way.PUSH, ["push"])
    assert line.keys == {entry.provider_id}


@pytest.mark.parametrize("state", [ConversationState.BLOCKED, ConversationState.LEFT])
async def test_who_blocked_us_since_is_sent_nothing_and_the_reason_is_told(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine, state: ConversationState
) -> None:
    entry_id = await talk.reply()
    await talk.set_conversation(state=state)

    failed = await attempt(talk, blobs, entry_id)

    entry = await talk.entry(entry_id)
    assert (failed, line.requests) == (FAILED, [])
    assert entry.error


async def test_what_may_have_been_taken_is_asked_for_although_they_blocked_us_since(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    entry_id, line.steps = await talk.reply(), [LATE, refused(409, "already")]
    await attempt(talk, blobs, entry_id)
    await talk.set_conversation(state=ConversationState.BLOCKED)

    assert await attempt(talk, blobs, entry_id) is SENT


async def test_of_two_answers_one_has_the_right(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    await talk.hear()
    first, second = await talk.reply(), await talk.reply()

    await attempt(talk, blobs, first)
    await attempt(talk, blobs, second)

    assert line.ways == ["reply", "push"]


REPLIES = [
    ([refused(*INVALID), taken("m")], [QUEUED, SENT], ["reply", "push"]),
    ([refused(*INVALID), LATE, refused(409, "already")], [QUEUED, QUEUED, SENT], ["reply", "push", "push"]),
    ([LATE, taken("m")], [QUEUED, SENT], ["reply", "reply"]),
    ([CUT, refused(*INVALID)], [QUEUED, SENT], ["reply", "reply"]),
    ([TROUBLE, refused(*INVALID)], [QUEUED, SENT], ["reply", "reply"]),
    ([LATE, LATE], [QUEUED, UNCERTAIN], ["reply", "reply"]),
    ([TROUBLE, CUT], [QUEUED, UNCERTAIN], ["reply", "reply"]),
    ([LATE, AWAY, refused(*INVALID)], [QUEUED, QUEUED, SENT], ["reply", "reply", "reply"]),
    ([LATE, refused(*RATE), taken("m")], [QUEUED, QUEUED, SENT], ["reply", "reply", "reply"]),
    ([LATE, refused(400, "wrong body")], [QUEUED, UNCERTAIN], ["reply", "reply"]),
    ([AWAY, taken("m")], [QUEUED, SENT], ["reply", "reply"]),
    ([refused(*RATE), taken("m")], [QUEUED, SENT], ["reply", "reply"]),
    ([refused(401, "wrong token"), taken("m")], [QUEUED, SENT], ["reply", "reply"]),
    ([refused(400, "wrong body")], [FAILED], ["reply"]),
]


@pytest.mark.parametrize(("steps", "states", "ways"), REPLIES)
async def test_what_becomes_of_a_reply(
    talk: TalkDesk,
    blobs: BlobStore,
    line: ScriptedLine,
    steps: list[object],
    states: list[OutboxState],
    ways: list[str],
) -> None:
    await talk.hear()
    line.steps = list(steps)  # type: ignore[arg-type]

    _, seen = await attempts(talk, blobs, line)

    assert (seen, line.ways) == (states, ways)
    assert {body["replyToken"] for body in line.bodies if "replyToken" in body} == {"token-1"}


PUSHES = [
    ([LATE, refused(409, "already")], [QUEUED, SENT]),
    ([TROUBLE, CUT, taken("m")], [QUEUED, QUEUED, SENT]),
    ([AWAY, taken("m")], [QUEUED, SENT]),
    ([refused(*RATE), taken("m")], [QUEUED, SENT]),
    ([refused(*MONTHLY), taken("m")], [QUEUED, SENT]),
    ([refused(403, "no"), taken("m")], [QUEUED, SENT]),
    ([refused(400, "wrong")], [FAILED]),
    ([LATE, refused(400, "wrong")], [QUEUED, FAILED]),
    ([LATE, refused(*MONTHLY), refused(409, "already")], [QUEUED, QUEUED, SENT]),
]


@pytest.mark.parametrize(("steps", "states"), PUSHES)
async def test_what_becomes_of_a_push(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine, steps: list[object], states: list[OutboxState]
) -> None:
    line.steps = list(steps)  # type: ignore[arg-type]

    entry_id, seen = await attempts(talk, blobs, line)

    assert (seen, set(line.ways)) == (states, {"push"})
    assert line.keys == {(await talk.entry(entry_id)).provider_id}


async def test_a_right_that_is_too_old_at_its_second_try_proves_nothing(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    await talk.hear()
    entry_id, line.steps = await talk.reply(), [LATE, refused(*INVALID)]

    await attempt(talk, blobs, entry_id)
    await talk.age_tokens(60)

    assert await attempt(talk, blobs, entry_id) is UNCERTAIN
    assert line.ways == ["reply", "reply"]


async def test_a_right_that_grew_old_before_it_was_ever_tried_is_none(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    await talk.hear()
    entry_id, line.steps = await talk.reply(), [AWAY]

    await attempt(talk, blobs, entry_id)
    await talk.age_tokens(60)

    assert await attempt(talk, blobs, entry_id) is SENT
    assert line.ways == ["reply", "push"]


@pytest.mark.parametrize(("was_unclear", "state"), [(True, UNCERTAIN), (False, FAILED)])
async def test_after_23_hours_a_push_is_tried_no_more(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine, was_unclear: bool, state: OutboxState
) -> None:
    entry_id = await talk.reply()
    line.steps = [LATE if was_unclear else AWAY, AWAY]

    await attempt(talk, blobs, entry_id)
    await talk.age_entry(entry_id, hours=23, minutes=1)

    assert await attempt(talk, blobs, entry_id) is state
    assert len(line.requests) == (1 if was_unclear else 2)


async def test_without_quota_it_waits_with_the_reason_and_is_no_try(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    line.steps = [refused(*MONTHLY)]

    entry_id, _ = await attempts(talk, blobs, line)

    entry = await talk.entry(entry_id)
    assert (entry.attempts, entry.first_try_at) == (0, None)
    assert "monthly limit" in entry.error
    assert timedelta(0) < entry.not_before - now() <= timedelta(hours=1)
    async with talk.database.reading() as session:
        quota = await quota_queries.find_quota(session, talk.channel.id)
    assert quota is not None
    assert quota.is_exhausted
    assert quota.asked_at is None, "what is used is asked of LINE at once, not in ten minutes"


async def test_what_waits_for_quota_leaves_by_a_new_right(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    entry_id, line.steps = await talk.reply(), [refused(*MONTHLY)]
    await attempt(talk, blobs, entry_id)

    await talk.hear()

    assert await attempt(talk, blobs, entry_id) is SENT
    assert line.ways == ["push", "reply"]


async def test_a_wrong_setting_is_told_of_the_channel(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    line.steps = [refused(401, "Authentication failed")]

    await attempts(talk, blobs, line)

    async with talk.database.reading() as session:
        quota = await quota_queries.find_quota(session, talk.channel.id)
    assert quota is not None
    assert "Authentication failed" in quota.error


async def test_line_says_when_to_come_again(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    line.steps = [httpx.Response(429, json={"message": RATE[1]}, headers={"Retry-After": "120"})]

    entry_id, _ = await attempts(talk, blobs, line)

    wait = (await talk.entry(entry_id)).not_before - now()
    assert timedelta(seconds=100) < wait <= timedelta(seconds=120)
