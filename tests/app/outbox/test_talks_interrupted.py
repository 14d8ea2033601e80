"""What else may happen to an answer in a talk: lost workers, people's decisions, a restore (MODEL 19, 21, 22)."""

from pathlib import Path

import httpx
import pytest

from app.channels.senders import FileSender
from app.conversations import answer_queries
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.outbox import claim_queries, service
from app.outbox.delivery import deliver
from app.outbox.errors import AlreadySent
from app.outbox.models import OutboxState, Way
from app.schedule import TOKENS_KEPT
from connectors.line.sender import LineSender
from tests.support.replying import held
from tests.support.sending import claim, expire, recover
from tests.support.talking import SETTINGS, ScriptedLine, TalkDesk, attempt, open_talk

LATE = httpx.ReadTimeout("late")
QUEUED, SENT, UNCERTAIN = OutboxState.QUEUED, OutboxState.SENT, OutboxState.UNCERTAIN


@pytest.mark.parametrize(
    ("has_right", "was_unclear", "state", "is_unclear"),
    [(False, False, QUEUED, True), (True, False, QUEUED, True), (True, True, UNCERTAIN, True)],
)
async def test_a_lost_worker_with_something_in_flight(
    talk: TalkDesk,
    blobs: BlobStore,
    line: ScriptedLine,
    has_right: bool,
    was_unclear: bool,
    state: OutboxState,
    is_unclear: bool,
) -> None:
    if has_right:
        await talk.hear()
    entry_id = await talk.reply()
    claimed = await claim(talk.database)
    way = Way.REPLY if has_right else Way.PUSH
    await talk.set_entry(entry_id, way=way, handed_over_at=now(), was_unclear=was_unclear)

    await expire(talk, entry_id)
    await recover(talk)

    entry = await talk.entry(entry_id)
    assert (entry.state, entry.was_unclear) == (state, is_unclear)
    assert claimed.entry_id == entry_id


async def test_a_worker_lost_before_the_mark_leaves_the_choice_open(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    await talk.hear()
    entry_id = await talk.reply()
    await claim(talk.database)
    await talk.set_entry(entry_id, way=Way.REPLY)
    await expire(talk, entry_id)
    await recover(talk)

    await talk.age_tokens(60)

    assert await attempt(talk, blobs, entry_id) is SENT
    assert line.ways == ["push"]


async def test_what_may_have_arrived_is_taken_back_by_nobody(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    entry_id, line.steps = await talk.reply(), [LATE]
    await attempt(talk, blobs, entry_id)

    with pytest.raises(AlreadySent):
        async with talk.database.transaction() as session:
            await service.cancel(session, await held(session, talk.ticket_id), await talk.entry(entry_id))


async def test_sent_again_by_a_person_it_has_a_new_way_and_a_new_key(
    talk: TalkDesk, blobs: BlobStore, line: ScriptedLine
) -> None:
    await talk.hear()
    entry_id, line.steps = await talk.reply(), [LATE, LATE]
    await attempt(talk, blobs, entry_id)
    await attempt(talk, blobs, entry_id)
    before = await talk.entry(entry_id)
    await talk.hear(token="token-2")

    async with talk.database.transaction() as session:
        await service.resend(session, await held(session, talk.ticket_id), await talk.entry(entry_id), by=talk.agent)

    assert before.state is UNCERTAIN
    assert await attempt(talk, blobs, entry_id) is SENT
    assert line.bodies[-1]["replyToken"] == "token-2"
    assert (await talk.entry(entry_id)).provider_id != before.provider_id


async def test_a_restored_desk_has_no_rights_to_reply(talk: TalkDesk, blobs: BlobStore) -> None:
    await talk.hear()
    entry_id = await talk.reply()

    async with talk.database.transaction() as session:
        await service.leave_to_people(session, reason="restored")

    assert await talk.tokens() == []
    assert (await talk.entry(entry_id)).state is UNCERTAIN


async def test_a_lost_claim_hands_nothing_over(talk: TalkDesk, blobs: BlobStore, line: ScriptedLine) -> None:
    await talk.hear()
    entry_id = await talk.reply()
    claimed = await claim(talk.database)
    await talk.set_entry(entry_id, claim_token="another worker's")

    await deliver(talk.database, blobs, claimed, lambda _: LineSender(SETTINGS))

    assert not line.requests
    assert [token.entry_id for token in await talk.tokens()] == [None]
    async with talk.database.reading() as session:
        assert await claim_queries.find_next_due_at(session, after=now()) is None


async def test_the_writer_is_named_if_the_channel_wants_it(
    database: Database, box: SecretBox, blobs: BlobStore, line: ScriptedLine
) -> None:
    talk = await open_talk(database, box, shows_agent_name=True)
    quoted = await talk.hear()

    entry_id = await talk.reply(
        quote_of=quoted, quick_replies=["はい"], sticker={"package_id": "446", "sticker_id": "1"}
    )
    await attempt(talk, blobs, entry_id)

    words, sticker = line.bodies[0]["messages"]
    assert words["sender"] == {"name": talk.agent.name}
    assert words["quoteToken"] == f"quote-{quoted}"
    assert sticker["quickReply"]["items"][0]["action"]["text"] == "はい"


async def test_a_demo_keeps_what_was_said_as_text(talk: TalkDesk, blobs: BlobStore, tmp_path: Path) -> None:
    entry_id = await talk.reply(text="デモです")

    await deliver(talk.database, blobs, await claim(talk.database), lambda _: FileSender(tmp_path))

    entry = await talk.entry(entry_id)
    assert entry.state is SENT
    assert (tmp_path / f"{entry.provider_id}.txt").read_text() == "デモです"


async def test_rights_that_are_over_are_forgotten(talk: TalkDesk) -> None:
    await talk.hear(ago=60, token="new")
    await talk.hear(ago=3600 * 30, token="old")

    async with talk.database.transaction() as session:
        await answer_queries.forget_tokens(session, before=now() - TOKENS_KEPT)

    assert [token.token for token in await talk.tokens()] == ["new"]
