"""Whoever sends on LINE the code that a customer got by mail is that customer: once, for a week, and nobody else."""

from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine
from httpx import AsyncClient
from sqlalchemy import select

from app.channels import lines
from app.channels.models import Channel
from app.conversations import join_routes, joining
from app.conversations.jobs import JOIN_CODES
from app.conversations.models import JoinCode
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.customers.models import Identity
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.models import Ticket
from tests.app.merging.tickets import open_ticket
from tests.support.fixtures_web import Clients
from tests.support.line_events import OTHER_USER, Talks, build_line, from_group, from_user, text
from tests.support.log_reading import run_once

MAIL = "taro@example.com"


@pytest_asyncio.fixture
async def line(database: Database, blobs: BlobStore, box: SecretBox) -> Talks:
    channel = await build_line(database, box)
    async with database.transaction() as session:
        lines.learn_basic_id(await session.get_one(Channel, channel.id), "@desk")
    join_routes._callers.clear()
    return Talks(database, blobs, channel)


async def say(line: Talks, words: str, **parts: object) -> None:
    await line.take_in(text(words, at=now(), **parts))
    await run_once(line.database, JOIN_CODES)


async def owners(database: Database) -> list[int]:
    async with database.reading() as session:
        return list(await session.scalars(select(Ticket.customer_id).order_by(Ticket.id)))


async def offered(client: AsyncClient, number: int) -> str:
    answer = await client.post(f"/api/v1/tickets/{number}/join-code")
    assert answer.status_code == 201, answer.text
    code = str(answer.json()["code"])
    assert answer.json()["url"] == f"http://127.0.0.1:8000/join/{code}"
    return code


async def test_who_sends_the_code_is_the_customer_who_got_it(
    database: Database, client: AsyncClient, line: Talks
) -> None:
    code = await offered(client, await open_ticket(database, address=MAIL))
    await say(line, "はじめまして")

    await say(line, f"連携コード：{code.lower()}")

    mail, talk = await owners(database)
    assert mail == talk
    async with database.reading() as session:
        kinds = set(await session.scalars(select(Identity.kind).where(Identity.customer_id == mail)))
        joined = select(TicketEvent).where(TicketEvent.kind == EventKind.CUSTOMERS_JOINED)
        events = (await session.scalars(joined)).all()
        kept = (await session.scalars(select(JoinCode))).one()
    assert kinds == {"email", "line"}
    assert {event.changes["how"] for event in events} == {"link"}
    assert code not in kept.code_hash


async def test_it_can_be_undone(database: Database, client: AsyncClient, line: Talks) -> None:
    code = await offered(client, await open_ticket(database, address=MAIL))
    await say(line, "はじめまして")
    _, before = await owners(database)
    await say(line, code)

    answer = await client.delete(f"/api/v1/customers/{before}/merge")

    assert answer.status_code == 200
    mail, talk = await owners(database)
    assert (mail != talk, talk) == (True, before)


@pytest.mark.parametrize("parts", [{"source": from_group()}, {"at": "late"}], ids=["in a group", "after a week"])
async def test_a_code_joins_nobody(
    database: Database, client: AsyncClient, line: Talks, parts: dict[str, object]
) -> None:
    code = await offered(client, await open_ticket(database, address=MAIL))
    is_late = parts == {"at": "late"}

    with time_machine.travel(now() + (joining.LIFE if is_late else timedelta()), tick=True):
        await say(line, code, **({} if is_late else parts))

    mail, talk = await owners(database)
    assert mail != talk


async def test_it_is_good_once(database: Database, client: AsyncClient, line: Talks) -> None:
    code = await offered(client, await open_ticket(database, address=MAIL))
    await say(line, code)

    await say(line, code, source=from_user(OTHER_USER))

    mail, first, second = await owners(database)
    assert mail == first != second


async def test_the_page_says_what_to_do_and_nothing_of_what_is_over(
    database: Database, client: AsyncClient, clients: Clients, line: Talks
) -> None:
    code = await offered(client, await open_ticket(database, address=MAIL))
    nobody = await clients.nobody()

    good = await nobody.get(f"/join/{code}")
    english = await nobody.get(f"/join/{code}", headers={"accept-language": "en"})
    unknown = await nobody.get(f"/join/{joining.new_code()}")
    await say(line, code)
    used = await nobody.get(f"/join/{code}")

    assert "https://line.me/R/oaMessage/%40desk/?%E9%80%A3" in good.text
    assert code in good.text
    assert "Open LINE and send the code" in english.text
    assert MAIL not in good.text
    assert [good.status_code, unknown.status_code, used.status_code] == [200, 404, 404]
    assert unknown.text.partition("<main")[2] == used.text.partition("<main")[2]


async def test_nobody_asks_for_pages_without_end(clients: Clients, line: Talks) -> None:
    nobody = await clients.nobody()

    codes = [(await nobody.get("/join/x")).status_code for _ in range(join_routes.PER_MINUTE + 1)]

    assert codes == [404] * join_routes.PER_MINUTE + [429]


async def test_without_an_account_that_a_link_leads_to_there_is_none(
    database: Database, client: AsyncClient, line: Talks
) -> None:
    number = await open_ticket(database, address=MAIL)
    async with database.transaction() as session:
        lines.learn_basic_id(await session.get_one(Channel, line.channel.id), "")

    answer = await client.post(f"/api/v1/tickets/{number}/join-code")
    page = await client.get(f"/tickets/{number}")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_account_to_join")
    assert 'data-action="join-line"' not in page.text


async def test_the_button_is_there_until_they_are_known_on_line(
    database: Database, client: AsyncClient, line: Talks
) -> None:
    number = await open_ticket(database, address=MAIL)
    before = await client.get(f"/tickets/{number}")
    await say(line, await offered(client, number))

    after = await client.get(f"/tickets/{number}")

    assert 'data-action="join-line"' in before.text
    assert 'data-action="join-line"' not in after.text


def test_codes_are_long_and_read_in_any_width() -> None:
    code = joining.new_code()

    assert len(code.replace("-", "")) == 15
    assert len(joining.ALPHABET) ** 15 > 2**70
    assert joining.find_code(f"これです（{code.lower()}）") == code
    assert joining.find_code("お問い合わせ番号 12345") == ""
