"""The dialog for putting customers together, and what stands at the customer afterwards."""

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from tests.app.merging.test_customers import HANAKO, TARO, join, two
from tests.app.merging.tickets import open_ticket
from tests.support.builders import build_channel, build_team


async def test_both_are_seen_side_by_side(database: Database, client: AsyncClient) -> None:
    one, other, source, into = await two(database)

    dialog = await client.get(f"/tickets/{one}/customers")
    by_address = await client.get(f"/tickets/{one}/customers/found", params={"q": "hanako@"})
    by_number = await client.get(f"/tickets/{one}/customers/found", params={"q": f"#{other}"})
    by_itself = await client.get(f"/tickets/{one}/customers/found", params={"q": "taro@"})

    assert TARO in dialog.text
    for found in (by_address, by_number, dialog):
        assert f'name="into" value="{into}"' in found.text
        assert HANAKO in found.text
    assert f'value="{source}"' not in by_itself.text


async def test_who_is_not_seen_is_not_found(database: Database, client: AsyncClient, agent: Agent) -> None:
    one = await open_ticket(database, address=TARO)
    async with database.transaction() as session:
        hidden = await build_channel(session, name="経理", address="keiri@example.jp")
        await build_team(session, name="経理", channels=[hidden])
    secret = await open_ticket(database, address=HANAKO, channel=hidden)

    for q in ("hanako", str(secret), "田中", ""):
        assert HANAKO not in (await client.get(f"/tickets/{one}/customers/found", params={"q": q})).text


async def test_joined_records_stand_at_the_customer_with_the_way_back(database: Database, client: AsyncClient) -> None:
    one, other, source, into = await two(database)
    await join(client, source, into)

    page = await client.get(f"/tickets/{other}")

    assert f'data-action="part" data-customer="{source}"' in page.text
    assert f'href="/tickets/{one}"' in page.text
    assert "さんがお客様の記録をまとめました" in page.text
