import pytest
from httpx import AsyncClient

from app.core.database import Database
from tests.support.builders import build_agent, build_channel, build_customer, build_team, build_ticket

PEOPLE = {"田中 一郎": "tanaka@example.com", "ﾀﾅｶ 花子": "hanako@example.com", "鈴木": "tan@example.org"}


async def listed(client: AsyncClient, words: str) -> set[str]:
    answer = await client.get("/api/v1/customers", params={"q": words})
    return {each["name"] for each in answer.json()["items"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("田中", {"田中 一郎"}),
        ("田中一", {"田中 一郎"}),
        ("たなか", {"ﾀﾅｶ 花子"}),
        ("TAN", {"田中 一郎", "鈴木"}),
        ("tan@", {"鈴木"}),
        ("example", set()),
        ("%", set()),
    ],
)
async def test_customers_are_found_by_how_a_name_or_an_address_begins(
    database: Database, client: AsyncClient, words: str, found: set[str]
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for name, address in PEOPLE.items():
            await build_ticket(
                session, channel=channel, customer=await build_customer(session, name=name, address=address)
            )

    assert await listed(client, words) == found


async def test_whoever_wrote_to_others_alone_is_not_found(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        foreign = await build_channel(session, name="役員室")
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        await build_ticket(session, channel=foreign, customer=await build_customer(session))

    assert await listed(client, "田中") == set()


async def test_a_page_of_other_words_is_refused(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for name, address in PEOPLE.items():
            await build_ticket(
                session, channel=channel, customer=await build_customer(session, name=name, address=address)
            )
    cursor = (await client.get("/api/v1/customers", params={"q": "tan", "limit": 1})).json()["next_cursor"]

    answer = await client.get("/api/v1/customers", params={"q": "han", "cursor": cursor})

    assert answer.status_code == 422
