"""The index follows the log, and is made anew beside it."""

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, update

from app.core.database import Database
from app.customers.models import Customer
from app.search import documents, indexing, queries
from app.search.errors import RebuiltElsewhere
from app.search.index import index_of
from app.search.models import SearchDoc, SearchMark
from app.search.rebuilding import rebuild
from app.tickets import service
from app.tickets.history_models import DeadEvent
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_agent, build_customer, build_message, build_ticket
from tests.support.log_reading import catch_up

URL = "/api/v1/tickets"
LONG = "".join(chr(0x4E00 + number % 5_000) for number in range(documents.PIECE_LENGTH * 2))


async def _numbers(client: AsyncClient, q: str) -> list[int]:
    return [row["number"] for row in (await client.get(URL, params={"q": q})).json()["items"]]


async def _ticket(database: Database, text: str = "請求書を再発行してください。") -> Ticket:
    async with database.transaction() as session:
        return await build_ticket(session, text=text)


async def _hear(database: Database, number: int, text: str) -> None:
    async with database.transaction() as session:
        ticket = await find_ticket(session, number)
        assert ticket is not None
        await build_message(session, ticket, text=text)


async def _count_docs(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(SearchDoc)) or 0


def _say_nothing(done: int, of: int) -> None: ...


async def test_a_search_says_that_the_index_is_still_being_built(database: Database, client: AsyncClient) -> None:
    for _ in range(indexing.ON_THEIR_WAY + 1):
        await _ticket(database)

    before = (await client.get("/tickets", params={"q": "請求書"})).text
    without_words = (await client.get("/tickets", params={"q": "status:new"})).text
    await catch_up(database)
    after = (await client.get("/tickets", params={"q": "請求書"})).text
    await _ticket(database)
    soon = (await client.get("/tickets", params={"q": "請求書"})).text

    assert f"あと{indexing.ON_THEIR_WAY + 1}件" in before
    assert "まだ見つかっていません" in before
    for page in (without_words, after, soon):
        assert 'id="indexing"' not in page


async def test_a_search_is_not_offered_to_be_kept_as_a_tab(database: Database, client: AsyncClient) -> None:
    searched = (await client.get("/tickets", params={"q": "請求書"})).text
    listed = (await client.get("/tickets", params={"tab": "new"})).text

    assert 'data-action="save-as-tab"' not in searched
    assert 'data-action="save-as-tab"' in listed


async def test_a_later_message_and_a_note_are_found(database: Database, client: AsyncClient) -> None:
    ticket = await _ticket(database)
    await catch_up(database)
    await _hear(database, ticket.number, "鸚鵡について")
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.number)
        assert found is not None
        await service.add_note(session, found, "麒麟は社内の話", by=await build_agent(session))

    await catch_up(database)

    assert await _numbers(client, "鸚鵡 麒麟 請求書") == [ticket.number]


async def test_only_what_changed_is_written_again(database: Database) -> None:
    ticket = await _ticket(database)
    await catch_up(database)
    await _hear(database, ticket.number, "追伸です。")
    await catch_up(database)
    async with database.reading() as session:
        generation = (await queries.find_generations(session)).current
        before = await queries.list_docs(session, [ticket.id], generation)

    await indexing.write(database, await indexing.prepare(database, [ticket.id]))

    async with database.reading() as session:
        assert await queries.list_docs(session, [ticket.id], generation) == before
    assert [documents.number_of(row_id) for row_id in sorted(before)] == [0, 1, 2]


async def test_what_was_read_earlier_does_not_overwrite(database: Database, client: AsyncClient) -> None:
    ticket = await _ticket(database)
    await catch_up(database)
    old = await indexing.prepare(database, [ticket.id])
    await _hear(database, ticket.number, "鸚鵡について")
    await catch_up(database)

    await indexing.write(database, old)

    assert await _numbers(client, "鸚鵡") == [ticket.number]


async def test_words_that_went_are_no_longer_found(database: Database, client: AsyncClient) -> None:
    ticket = await _ticket(database, text="鸚鵡の請求書")
    await catch_up(database)
    async with database.transaction() as session:
        await session.execute(update(Message).values(text="麒麟"))
        await queries.add_mark(session, ticket.id, event_id=10**6)

    await catch_up(database)

    assert await _numbers(client, "鸚鵡") == []
    assert await _numbers(client, "麒麟") == [ticket.number]


async def test_a_customer_who_is_called_otherwise_is_so_on_all_tickets(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        customer = await build_customer(session)
        first, second = [await build_ticket(session, customer=customer) for _ in range(2)]
    await catch_up(database)
    async with database.transaction() as session:
        await session.execute(update(Customer).values(name="鳳凰院"))
    await _hear(database, first.number, "改名しました。")

    await catch_up(database)

    assert sorted(await _numbers(client, "鳳凰院")) == [first.number, second.number]


async def test_a_very_long_text_is_found_at_its_end_and_across_its_pieces(
    database: Database, client: AsyncClient
) -> None:
    ticket = await _ticket(database, text=f"{LONG}鸚鵡籠中")
    await catch_up(database)
    border = documents.PIECE_LENGTH

    assert await _numbers(client, "鸚鵡籠中") == [ticket.number]
    assert await _numbers(client, LONG[border - 30 : border + 30]) == [ticket.number]
    assert await _count_docs(database) > 3


async def test_arrivals_during_a_rebuilding_are_in_the_new_index(database: Database, client: AsyncClient) -> None:
    first = await _ticket(database)
    await catch_up(database)
    late: list[int] = []

    async def arrive() -> None:
        await _hear(database, first.number, "鸚鵡について")
        late.append((await _ticket(database, text="麒麟")).number)
        await catch_up(database)

    await _rebuild_with(database, arrive)

    assert await _numbers(client, "鸚鵡") == [first.number]
    assert await _numbers(client, "麒麟") == late
    assert await _count_docs(database) == 5


async def _rebuild_with(database: Database, arrive: object) -> None:
    """`arrive` happens between the reading of a ticket and its writing, where it hurts most."""
    prepare = indexing.prepare

    async def prepare_slowly(*args: object) -> object:
        prepared = await prepare(*args)  # type: ignore[arg-type]
        indexing.prepare = prepare
        await arrive()  # type: ignore[operator]
        return prepared

    indexing.prepare = prepare_slowly  # type: ignore[assignment]
    try:
        await rebuild(database, _say_nothing)
    finally:
        indexing.prepare = prepare


@pytest.mark.parametrize("times", [1, 2])
async def test_a_rebuilt_index_finds_the_same(database: Database, client: AsyncClient, times: int) -> None:
    tickets = [await _ticket(database) for _ in range(3)]
    told: list[tuple[int, int]] = []
    for _ in range(times):
        await rebuild(database, lambda done, of: told.append((done, of)))

    assert sorted(await _numbers(client, "請求書")) == [ticket.number for ticket in tickets]
    assert told[-1] == (3, 3)
    assert await _count_docs(database) == 6


async def test_a_rebuilding_that_was_broken_off_is_begun_again(database: Database, client: AsyncClient) -> None:
    ticket = await _ticket(database)

    class Broken(Exception): ...

    def break_off(done: int, of: int) -> None:
        raise Broken

    with pytest.raises(Broken):
        await rebuild(database, break_off)
    await catch_up(database)
    await rebuild(database, _say_nothing)

    assert await _numbers(client, "請求書") == [ticket.number]
    assert await _count_docs(database) == 2


async def test_two_do_not_rebuild_at_once(database: Database, client: AsyncClient) -> None:
    ticket = await _ticket(database)
    await catch_up(database)

    async def rebuild_too() -> None:
        with pytest.raises(RebuiltElsewhere):
            await rebuild(database, _say_nothing)

    await _rebuild_with(database, rebuild_too)

    assert await _numbers(client, "請求書") == [ticket.number]
    assert await _count_docs(database) == 2


async def test_an_old_index_is_cleared_in_short_units(database: Database, client: AsyncClient) -> None:
    tickets = [await _ticket(database) for _ in range(3)]
    await rebuild(database, _say_nothing)
    async with database.reading() as session:
        idle = (await queries.find_generations(session)).current + 1
    for ticket in tickets:
        await indexing.write(database, await indexing.prepare(database, [ticket.id]), only=idle)

    cleared: list[int] = []
    while not cleared or cleared[-1]:
        async with database.transaction() as session:
            cleared.append(await index_of(session).clear(session, idle, limit=1))
    await rebuild(database, _say_nothing)

    assert len(cleared) >= len(tickets)
    assert set(cleared) == {0, 1}
    assert sorted(await _numbers(client, "請求書")) == [ticket.number for ticket in tickets]


async def test_a_ticket_that_cannot_be_indexed_keeps_no_other_from_it(
    database: Database, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [await _ticket(database) for _ in range(3)]
    make_docs = documents.make_docs

    def stumble(contents: list[documents.Content]) -> list[documents.TicketDocs]:
        if any(content.ticket_id == tickets[1].id for content in contents):
            raise ValueError(tickets[1].id)
        return make_docs(contents)

    monkeypatch.setattr(indexing, "make_docs", stumble)
    await catch_up(database)

    async with database.reading() as session:
        dead = (await session.scalars(select(DeadEvent))).all()
        assert await session.scalar(select(func.count()).select_from(SearchMark)) == 0
    assert sorted(await _numbers(client, "請求書")) == [tickets[0].number, tickets[2].number]
    assert [each.consumer for each in dead] == ["search"]


async def test_nothing_waits_when_all_is_indexed(database: Database) -> None:
    await _ticket(database)

    await catch_up(database)

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(SearchMark)) == 0


def test_a_few_tickets_more_or_less_are_asked_for_by_the_same_text() -> None:
    assert str(queries.is_doc_of(range(5), 0)) == str(queries.is_doc_of(range(8), 0))
    assert str(queries.is_doc_of(range(8), 0)) != str(queries.is_doc_of(range(9), 0))
