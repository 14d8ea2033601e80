from httpx import AsyncClient

from app.tickets import message_queries
from app.tickets.message_models import RecipientRole
from tests.support.builders import build_message
from tests.support.replying import Desk, held

API = "/api/v1"


async def test_a_letter_bears_the_alias_that_the_customer_wrote_to(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        channel = await session.merge(desk.channel)
        channel.settings = {"aliases": [{"name": "注文係", "address": "order@example.jp"}]}
        message = await build_message(session, await held(session, desk.ticket_id))
        await session.flush()
        rows = [
            message_queries.recipient_row(message.id, role, name="", address=address)
            for role, address in [(RecipientRole.FROM, "tanaka@example.com"), (RecipientRole.CC, "Order@example.jp")]
        ]
        await message_queries.add_recipients(session, rows)

    await desk.reply()

    assert await sender_of(desk) == ("注文係", "order@example.jp")


async def test_the_writer_may_choose_among_the_addresses_of_the_mailbox(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        channel = await session.merge(desk.channel)
        channel.settings = {"aliases": [{"name": "", "address": "order@example.jp"}]}

    await desk.reply(**{"from": "order@example.jp"})

    assert await sender_of(desk) == (desk.channel.name, "order@example.jp")


async def test_nobody_writes_under_the_address_of_somebody_else(client: AsyncClient, desk: Desk) -> None:
    token = (await client.put(f"{API}/tickets/{desk.ticket_id}/lock")).json()["token"]
    letter = {"lock_token": token, "base_version": 1, "text": "a", "from": "ceo@example.com"}

    answer = await client.post(f"{API}/tickets/{desk.ticket_id}/replies", json=letter)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "from")


async def sender_of(desk: Desk) -> tuple[str, str]:
    [entry] = await desk.entries()
    found = await desk.recipients(entry.message_id)
    [sender] = [each for each in found if each.role is RecipientRole.FROM]
    return sender.name, sender.address
