"""A search finds what one may see, and nothing else, at every moment."""

from httpx import AsyncClient

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.database import Database
from app.tickets.disposal import mark_spam, trash
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.tickets.service import link_channel
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.log_reading import catch_up

URL = "/api/v1/tickets"


async def _numbers(client: AsyncClient, q: str) -> list[int]:
    answer = await client.get(URL, params={"q": q})
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["items"]]


async def _foreign_ticket(database: Database) -> Ticket:
    """Of a channel that belongs to a team of others."""
    async with database.transaction() as session:
        foreign = await build_channel(session, name="法人窓口")
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        return await build_ticket(session, channel=foreign, text="秘密の見積書です。")


async def test_what_others_see_is_not_found(database: Database, client: AsyncClient) -> None:
    await _foreign_ticket(database)
    await catch_up(database)

    assert await _numbers(client, "見積") == []
    assert await _numbers(client, "の") == []
    assert await _numbers(client, "-不在") == []
    assert "秘密" not in (await client.get("/search/suggestions", params={"q": "田中"})).text
    assert "tanaka@example.com" not in (await client.get("/search/suggestions", params={"q": "田中"})).text


async def test_a_ticket_that_comes_into_sight_is_found(database: Database, client: AsyncClient) -> None:
    ticket = await _foreign_ticket(database)
    await catch_up(database)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await link_channel(session, found, await build_channel(session))

    await catch_up(database)

    assert await _numbers(client, "見積") == [ticket.number]


async def test_a_ticket_that_goes_out_of_sight_is_not_found_even_before_the_index_knows(
    database: Database, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        ticket = await build_ticket(session, channel=channel, text="秘密の見積書です。")
    await catch_up(database)
    seen = await _numbers(client, "見積")

    await _give_to_others(database, channel)

    assert seen == [ticket.number]
    assert await _numbers(client, "見積") == []


async def _give_to_others(database: Database, channel: Channel) -> None:
    async with database.transaction() as session:
        await build_team(session, channels=[channel], members=[await build_agent(session)])


async def test_spam_and_trash_are_found_where_they_are_looked_for(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        spam, waste = await build_ticket(session), await build_ticket(session)
    await catch_up(database)
    async with database.transaction() as session:
        for verb, number in ((mark_spam, spam.number), (trash, waste.number)):
            found = await find_ticket(session, number)
            assert found is not None
            verb(session, found, True)
    await catch_up(database)

    assert await _numbers(client, "請求書") == []
    assert await _numbers(client, "請求書 in:spam") == [spam.number]
    assert await _numbers(client, "請求書 場所:ゴミ箱") == [waste.number]


async def test_what_has_no_word_is_the_viewers_own_list(database: Database, clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)
    async with database.transaction() as session:
        ticket = await build_ticket(session)

    assert await _numbers(client, "assignee:none") == [ticket.number]
    assert await _numbers(client, "assignee:me") == []
