"""Templates as people keep and find them, and how customers are addressed."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.letters.models import LetterTemplate
from app.tickets.models import Category
from tests.support.builders import build_agent, build_channel, build_customer, build_team, build_ticket
from tests.support.fixtures_web import Clients

PAGE = "/settings/templates"
API = "/api/v1"


async def _make(client: AsyncClient, **fields: Any) -> int:
    values = {"name": "返品のご案内", "reading": "へんぴん", "text": "承りました。", **fields}
    return (await client.post(PAGE, data=values)).status_code


async def _names(client: AsyncClient, query: str = "", **params: Any) -> list[str]:
    answer = await client.get(f"{API}/templates", params={"q": query, **params})
    return [item["name"] for item in answer.json()["items"]]


async def _id(database: Database, name: str) -> int:
    async with database.reading() as session:
        rows = await session.execute(LetterTemplate.__table__.select().where(LetterTemplate.name == name))
        return int(rows.one().id)


async def test_one_s_own_template_is_one_s_own(client: AsyncClient, clients: Clients, lead: Agent) -> None:
    other = await clients.of(lead)

    assert await _make(client) == 303

    assert await _names(client, "ヘンピン") == await _names(client, "henpin") == ["返品のご案内"]
    assert await _names(other) == []


async def test_only_leads_keep_what_is_for_others(
    database: Database, client: AsyncClient, clients: Clients, lead: Agent, agent: Agent
) -> None:
    async with database.transaction() as session:
        team = await build_team(session, members=[agent])
        stranger = await build_agent(session)
    leading = await clients.of(lead)

    assert await _make(client, audience="everyone") == 403
    assert await _make(leading, audience="everyone", name="全員用") == 303
    assert await _make(leading, audience=str(team.id), name="チーム用") == 303

    assert sorted(await _names(client)) == ["チーム用", "全員用"]
    assert await _names(await clients.of(stranger)) == ["全員用"]
    number = await _id(database, "全員用")
    assert (await client.post(f"{PAGE}/{number}", data={"name": "私の", "text": "x"})).status_code == 403
    assert (await (await clients.of(stranger)).get(f"{PAGE}/{await _id(database, 'チーム用')}")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "{{電話番号}}"}, "text"),
        ({"name": " "}, "name"),
        ({"text": ""}, "text"),
        ({"category_id": "99"}, "category_id"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_kept(
    client: AsyncClient, wrong: dict[str, str], field: str
) -> None:
    answer = await client.post(PAGE, data={"name": "返品", "reading": "へんぴん", "text": "承りました。", **wrong})

    assert answer.status_code == 422
    assert f'aria-describedby="{field}-help" aria-invalid="true"' in answer.text
    assert 'value="へんぴん"' in answer.text


async def test_a_deleted_template_is_offered_no_more_until_it_is_restored(
    database: Database, client: AsyncClient
) -> None:
    await _make(client)
    number = await _id(database, "返品のご案内")

    deleted = await client.post(f"{PAGE}/{number}/archiving")
    gone = await _names(client)
    page = await client.get(deleted.headers["location"])
    await client.post(f"{PAGE}/{number}/restoring")

    assert gone == []
    assert f"{PAGE}/{number}/restoring" in page.text
    assert await _names(client) == ["返品のご案内"]


async def test_the_ticket_s_category_and_use_come_first(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        category = Category(name="返品")
        session.add(category)
        await session.flush()
        category.path = f"/{category.id}/"
        ticket = await build_ticket(session, customer=await build_customer(session, name="田中 一郎"))
        ticket.category_id = category.id
        await session.flush()
    for name, category_id in (("あ", ""), ("い", ""), ("う", str(category.id))):
        await _make(client, name=name, category_id=category_id, text="{{お客様名}} {{会社名}}")
    used = await client.post(f"/templates/{await _id(database, 'い')}/uses")

    assert used.status_code == 204
    assert await _names(client) == ["い", "あ", "う"]
    assert await _names(client, ticket=ticket.number) == ["う", "い", "あ"]
    [item, *_] = (await client.get(f"{API}/templates", params={"ticket": ticket.number})).json()["items"]
    assert item["filled"] == {"subject": "", "text": "田中 一郎 {{会社名}}", "missing": ["{{会社名}}"]}
    picker = await client.get("/templates/offers", params={"ticket": ticket.number, "q": ""})
    assert 'data-text="田中 一郎 {{会社名}}"' in picker.text


async def test_templates_come_in_pages(client: AsyncClient) -> None:
    for name in "あいうえお":
        await _make(client, name=name)

    names, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"{API}/templates", params={"limit": 2, "cursor": cursor})).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert names == list("あいうえお")
    wrong = await client.get(f"{API}/templates", params={"q": "x", "cursor": page["next_cursor"] or "abc"})
    assert wrong.status_code == 422


async def test_a_foreign_ticket_or_mailbox_opens_nothing(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        ticket = await build_ticket(session, channel=channel)
        await session.flush()

    for path, params in (
        (f"{API}/templates", {"ticket": ticket.number}),
        ("/templates/offers", {"ticket": ticket.number}),
        ("/letters/opening", {"ticket": ticket.number}),
        ("/letters/opening", {"channel": channel.id}),
    ):
        assert (await client.get(path, params=params)).status_code == 404


async def test_a_new_mail_is_addressed_to_whom_we_know(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        customer = await build_customer(session, name="田中 一郎", address="tanaka@example.com")
        customer.company = "株式会社北村商事"
        await build_ticket(session, channel=channel, customer=customer)
        await build_customer(session, name="秘密", address="secret@example.com")

    async def named(**params: Any) -> str:
        answer = await client.get("/letters/opening", params={"channel": channel.id, **params})
        return str(answer.json()["values"].get("宛名", ""))

    assert await named(to="TANAKA@example.com") == "株式会社北村商事\n田中 一郎 様"
    assert await named(to="new@example.com", name="佐藤") == "佐藤 様"
    assert await named(to="secret@example.com") == ""


async def test_a_customer_s_address_is_changed_by_whoever_sees_them(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        customer = await build_customer(session, name="tanaka")
        ticket = await build_ticket(session, customer=customer)
        stranger = await build_customer(session, name="秘密", address="secret@example.com")
        await session.flush()

    named = {
        "name": "田中 一郎",
        "reading": "たなか いちろう",
        "company": "北村商事",
        "department": "",
        "honorific": "様",
    }
    saved = await client.post(f"/tickets/{ticket.number}/customer", data=named)
    patched = await client.patch(f"{API}/customers/{customer.id}", json={"department": "総務部"})

    assert saved.status_code == 303
    assert patched.status_code == 200
    told = (await client.get(f"{API}/customers/{customer.id}")).json()
    assert told == patched.json()
    assert {key: told[key] for key in named} == {**named, "department": "総務部"}
    assert (await client.patch(f"{API}/customers/{stranger.id}", json={"name": "x"})).status_code == 404
    for wrong in ({"name": ""}, {"company": "あ" * 101}, {"address": "x"}):
        assert (await client.patch(f"{API}/customers/{customer.id}", json=wrong)).status_code == 422
