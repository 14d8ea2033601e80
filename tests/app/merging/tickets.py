"""Two tickets, and what the API tells of them."""

from collections.abc import Sequence
from typing import Any

from httpx import AsyncClient, Response

from app.channels.models import Channel
from app.core.database import Database
from app.tickets.models import Phase
from tests.support.builders import build_customer, build_message, build_ticket


async def open_ticket(
    database: Database,
    *,
    texts: Sequence[str] = ("請求書を再発行してください。",),
    subject: str = "請求書について",
    channel: Channel | None = None,
    address: str = "tanaka@example.com",
    phase: Phase = Phase.NEW,
) -> int:
    async with database.transaction() as session:
        channel = await session.merge(channel) if channel else None
        customer = await build_customer(session, address=address)
        ticket = await build_ticket(
            session, subject=subject, text=texts[0], channel=channel, customer=customer, phase=phase
        )
        for text in texts[1:]:
            await session.flush()
            await build_message(session, ticket, text=text)
        await session.flush()
        return ticket.number


def path(number: int, rest: str = "") -> str:
    return f"/api/v1/tickets/{number}{rest}"


async def merge(client: AsyncClient, number: int, into: int) -> Response:
    return await client.post(path(number, "/merge"), json={"into": into})


async def read(client: AsyncClient, number: int) -> Any:
    answer = await client.get(path(number))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def messages(client: AsyncClient, number: int) -> list[Any]:
    return list((await client.get(path(number, "/messages"))).json()["items"])


async def texts(client: AsyncClient, number: int) -> list[str]:
    return [each["text"] for each in await messages(client, number)]


async def kinds(client: AsyncClient, number: int) -> list[str]:
    items = (await client.get(path(number, "/events?limit=200"))).json()["items"]
    return [each["kind"] for each in items]


async def numbers(client: AsyncClient, query: str = "") -> list[int]:
    return [each["number"] for each in (await client.get(f"/api/v1/tickets{query}")).json()["items"]]


async def counts(client: AsyncClient) -> dict[str, int]:
    return {each["key"]: each["count"] for each in (await client.get("/api/v1/tabs")).json()}
