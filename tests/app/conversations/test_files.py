"""Files that LINE keeps for a while are brought home: piece by piece, once, and not when they were unsent."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.conversations import file_queries, files
from app.conversations.files import Fetcher, ask_again
from app.conversations.models import PendingFile
from app.core.clock import now
from app.core.errors import DiskFull
from app.core.outside import Outside
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket
from connectors.talks import Gone, NotReady
from tests.app.conversations.conftest import TalkDesk
from tests.support.platforms import UNREACHABLE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)


async def want(talk: TalkDesk, *pieces: bytes, provider_id: str = "1001", name: str = "image") -> int:
    talk.platform.files[provider_id] = list(pieces)
    async with talk.database.transaction() as session:
        pending = PendingFile(
            message_id=talk.message.id,
            channel_id=talk.channel.id,
            provider_id=provider_id,
            name=name,
            content_type="image/jpeg",
            next_at=now(),
        )
        session.add(pending)
        await session.flush()
        return pending.id


def fetcher(talk: TalkDesk) -> Fetcher:
    return Fetcher(talk.database, talk.blobs, talk.platform.of, Outside())


async def attachments(talk: TalkDesk) -> list[Attachment]:
    async with talk.database.reading() as session:
        return list(await session.scalars(select(Attachment).order_by(Attachment.id)))


async def find(talk: TalkDesk, file_id: int) -> PendingFile | None:
    async with talk.database.reading() as session:
        return await session.get(PendingFile, file_id)


async def make_due(talk: TalkDesk, file_id: int) -> None:
    async with talk.database.transaction() as session:
        pending = await file_queries.find_file(session, file_id)
        assert pending is not None
        pending.next_at = now()


async def test_a_file_becomes_an_attachment_of_what_it_really_is(talk: TalkDesk) -> None:
    file_id = await want(talk, PNG[:700], PNG[700:])

    await fetcher(talk).fetch_due()

    [found] = await attachments(talk)
    assert (found.name, found.content_type, found.size) == ("image.png", "image/png", len(PNG))
    assert found.sha256 == hashlib.sha256(PNG).hexdigest()
    assert talk.blobs.read(found.sha256) == PNG
    assert await find(talk, file_id) is None
    async with talk.database.reading() as session:
        assert (await session.get_one(Ticket, talk.ticket.id)).has_attachment


async def test_a_name_ends_as_what_the_file_really_is(talk: TalkDesk) -> None:
    await want(talk, PNG, name="写真 1.jpg")
    await want(talk, b"%PDF-1.7", provider_id="1002", name="見積.v2")

    await fetcher(talk).fetch_due()

    assert {each.name for each in await attachments(talk)} == {"写真 1.png", "見積.v2"}


async def test_what_is_still_prepared_is_asked_for_again_soon(talk: TalkDesk) -> None:
    talk.platform.troubles = [NotReady(), NotReady()]
    file_id = await want(talk, PNG)

    for _ in range(2):
        asked_at = now()
        await fetcher(talk).fetch_due()
        pending = await find(talk, file_id)
        assert pending is not None
        assert pending.next_at is not None
        assert asked_at < pending.next_at < now() + timedelta(seconds=10)
        await make_due(talk, file_id)
    await fetcher(talk).fetch_due()

    assert len(await attachments(talk)) == 1


async def test_what_is_gone_is_given_up_with_the_reason_and_can_be_asked_for_again(talk: TalkDesk) -> None:
    talk.platform.troubles = [Gone()]
    file_id = await want(talk, PNG)

    await fetcher(talk).fetch_due()
    pending = await find(talk, file_id)
    assert pending is not None
    assert (pending.next_at, bool(pending.error)) == (None, True)

    async with talk.database.transaction() as session:
        held = await file_queries.find_file(session, file_id)
        assert held is not None
        await ask_again(session, held)
    await fetcher(talk).fetch_due()
    assert len(await attachments(talk)) == 1


async def test_a_platform_that_is_away_costs_nothing(talk: TalkDesk) -> None:
    talk.platform.troubles = [UNREACHABLE, UNREACHABLE]
    first, second = await want(talk, PNG), await want(talk, b"%PDF", provider_id="1002", name="見積.pdf")

    await fetcher(talk).fetch_due()
    assert await attachments(talk) == []
    for file_id in (first, second):
        await make_due(talk, file_id)
    await fetcher(talk).fetch_due()

    assert {each.name for each in await attachments(talk)} == {"image.png", "見積.pdf"}


async def test_a_file_for_which_there_is_no_room_waits_and_ends_no_other(talk: TalkDesk) -> None:
    talk.platform.troubles = [DiskFull()]
    await want(talk, PNG)
    await want(talk, PNG, provider_id="1002")

    await fetcher(talk).fetch_due()

    async with talk.database.reading() as session:
        [waiting] = await session.scalars(select(PendingFile))
    assert (len(await attachments(talk)), bool(waiting.error)) == (1, True)
    assert waiting.next_at is not None
    assert (waiting.next_at - now()).total_seconds() < 120


async def test_what_was_unsent_meanwhile_is_not_kept(talk: TalkDesk) -> None:
    file_id = await want(talk, PNG)
    async with talk.database.transaction() as session:
        (await session.get_one(Message, talk.message.id)).hidden_at = now()

    await fetcher(talk).fetch_due()

    assert await attachments(talk) == []
    assert await find(talk, file_id) is None


async def test_what_is_too_large_is_given_up(talk: TalkDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    file_id = await want(talk, PNG)

    await fetcher(talk).fetch_due()

    pending = await find(talk, file_id)
    assert pending is not None
    assert pending.next_at is None
    assert [each.name for each in talk.blobs.folder.iterdir()] == []


async def test_two_workers_fetch_a_file_once(talk: TalkDesk) -> None:
    await want(talk, PNG)
    first, second = fetcher(talk), fetcher(talk)

    await first.fetch_due()
    await second.fetch_due()

    assert talk.platform.asked == ["1001"]
