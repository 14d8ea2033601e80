"""Digests of one talk in several processes at once: one talk, one ticket, everything once."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest_asyncio

from app.conversations.models import Conversation, PlatformMessage
from app.core.crypto import SecretBox
from app.core.database import Database
from app.customers.models import Customer
from app.ingest.digest import digest_next
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message
from app.tickets.models import Phase, Ticket
from tests.app.ingest.test_races import close, race
from tests.support.line_events import GROUP, USER, Talks, build_line, event, from_group, from_user, later, text

ROUNDS = 8
AT_ONCE = 3


@pytest_asyncio.fixture
async def others(database: Database) -> AsyncIterator[list[Database]]:
    """Of the same data, each with connections of its own."""
    others = [Database(database.url) for _ in range(2)]
    yield others
    for other in others:
        await other.dispose()


def _digests(talks: Talks, others: list[Database], *, limit: int = AT_ONCE) -> list[object]:
    """At the same moment, a few events each."""
    return [digest_next(each, talks.blobs, limit=limit) for each in (talks.database, *others)]


async def test_the_first_words_of_a_talk_make_one_talk_and_one_ticket(talks: Talks, others: list[Database]) -> None:
    for number in range(ROUNDS):
        user = from_user(f"U{number:032}")
        await talks.accept(*(text(f"{number}-{word}", source=user, at=later(word)) for word in range(9)))

        await race(*_digests(talks, others))
        await talks.digest()

    messages = await talks.all(Message)
    assert Counter(message.text for message in messages) == Counter(
        f"{number}-{word}" for number in range(ROUNDS) for word in range(9)
    )
    assert [len(await talks.all(table)) for table in (Conversation, Ticket, Customer)] == [ROUNDS] * 3
    assert {raw.state for raw in await talks.all(RawMessage)} == {RawState.DIGESTED}
    assert {raw.failures for raw in await talks.all(RawMessage)} == {0}


async def test_one_person_on_two_accounts_at_once_is_one_customer(
    talks: Talks, others: list[Database], box: SecretBox
) -> None:
    other = Talks(talks.database, talks.blobs, await build_line(talks.database, box, name="二つ目"))
    for number in range(ROUNDS):
        user = from_user(f"U{number:032}")
        await talks.accept(text("こちら", source=user))
        await other.accept(text("あちら", source=user))

        await race(*_digests(talks, others))
        await talks.digest()

    assert len(await talks.all(Customer)) == ROUNDS
    assert len(await talks.all(Conversation)) == len(await talks.all(Ticket)) == 2 * ROUNDS
    assert {raw.failures for raw in await talks.all(RawMessage)} == {0}


async def test_several_talks_in_any_order_block_nobody(talks: Talks, others: list[Database]) -> None:
    people = [from_user(f"U{number:032}") for number in range(6)]
    groups = [from_group(USER, f"{GROUP}{number}") for number in range(3)]
    for number in range(ROUNDS):
        sources = [*people, *groups] if number % 2 else [*reversed(people), *reversed(groups)]
        await talks.accept(*(text("はい", source=source, at=later(number)) for source in sources))

    for _ in range(4):
        await race(*_digests(talks, others, limit=8))
    await talks.digest()

    assert len(await talks.all(Message)) == ROUNDS * 9
    assert len(await talks.all(Ticket)) == 9
    assert {raw.failures for raw in await talks.all(RawMessage)} == {0}


async def test_a_message_and_its_unsending_at_once_leave_it_hidden(talks: Talks, others: list[Database]) -> None:
    for number in range(ROUNDS):
        await talks.accept(text("見ないで", message_id=f"{number}", at=later(number)))
        await talks.accept(event("unsend", at=later(number + 0.5), unsend={"messageId": f"{number}"}))

        await race(*_digests(talks, others, limit=1))
        await talks.digest()

    messages = await talks.all(Message)
    assert [(message.text, message.hidden_at is not None) for message in messages] == [("", True)] * ROUNDS
    assert all(each.message_id for each in await talks.all(PlatformMessage, PlatformMessage.id_hash))


async def test_a_message_that_comes_while_its_ticket_is_closed_is_not_lost_in_a_closed_one(talks: Talks) -> None:
    for number in range(ROUNDS):
        user = from_user(f"U{number:032}")
        await talks.take_in(text("最初", source=user))
        await talks.accept(text("次", source=user, at=later(1)))

        await race(close(talks.database, number + 1), digest_next(talks.database, talks.blobs))

        ticket = (await talks.all(Ticket))[number]
        assert ticket.version == 2
        assert (ticket.done_at is not None) == (ticket.phase is Phase.DONE)
