"""The ticket's pane and the API's reads of one ticket."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.blobs import register
from app.core.database import Database
from app.inbox.timeline import split
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets import assignment, closing, service
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import Attachment, Message, MessageKind, MessageRecipient, RecipientRole
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Priority, Ticket
from tests.support.builders import AT, build_agent, build_channel, build_customer, build_reply, build_team, build_ticket

PANE = {"HX-Request": "true", "HX-Target": "ticket-pane"}


async def _mail(
    session: AsyncSession, ticket: Ticket, addresses: Mapping[str, Sequence[str]], *, html: str = ""
) -> Message:
    message = Message(
        kind=MessageKind.INBOUND,
        channel_id=ticket.home_channel_id,
        subject="Re: 請求書について",
        text="本文です。",
        html=html,
        created_at=AT + timedelta(minutes=5),
        sent_at=AT + timedelta(minutes=4),
        is_automatic=False,
    )
    await service.receive(session, ticket, message, by=Actor.customer(None))
    await session.flush()
    for role, written in addresses.items():
        for each in written:
            name, _, address = each.rpartition(" ")
            session.add(MessageRecipient(message_id=message.id, role=RecipientRole(role), name=name, address=address))
    return message


async def _defaults(client: AsyncClient, number: int) -> Any:
    """What the composer would start with, from the page."""
    page = (await client.get(f"/tickets/{number}", headers=PANE)).text
    start = page.index('id="reply-defaults"')
    text = page[page.index(">", start) + 1 : page.index("</script>", start)]
    return json.loads(text)["reply"]


async def test_a_reply_goes_to_reply_to_and_everybody_else_but_us(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session, address="support@example.jp")
        ticket = await build_ticket(session, channel=channel, text="")
        await session.flush()
        await _mail(
            session,
            ticket,
            {
                "from": ["田中 tanaka@example.com"],
                "reply_to": ["経理 keiri@example.com"],
                "to": ["Support@EXAMPLE.jp", "佐藤 sato@example.com"],
                "cc": ["部長 bucho@example.com", "keiri@example.com", "佐藤 SATO@example.com"],
            },
        )

    reply = await _defaults(client, ticket.number)

    assert reply["to"] == [{"name": "経理", "address": "keiri@example.com"}]
    assert [each["address"] for each in reply["cc"]] == ["sato@example.com", "bucho@example.com"]
    assert reply["subject"] == "Re: 請求書について"
    assert reply["base_version"] == 1
    assert reply["quote"] == "2026年11月2日 10:04 田中 様:\n> 本文です。"


async def test_without_addresses_the_customer_is_answered(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()

    reply = await _defaults(client, ticket.number)

    assert reply["to"] == [{"name": "田中 一郎", "address": "tanaka@example.com"}]


@pytest.mark.parametrize(
    ("starts", "parts"),
    [
        ((None, None), ("new quote sig", "", "")),
        ((4, None), ("new", "quote sig", "")),
        ((4, 10), ("new", "quote ", "sig")),
        ((10, 4), ("new", "sig", "quote ")),
        ((0, None), ("", "new quote sig", "")),
        ((99, 99), ("new quote sig", "", "")),
    ],
)
def test_a_text_has_three_parts(starts: tuple[int | None, int | None], parts: tuple[str, str, str]) -> None:
    assert split("new quote sig", *starts) == parts


async def test_images_of_a_mail_have_signed_addresses(app: FastAPI, database: Database, client: AsyncClient) -> None:
    html = '<p>図<img src="cid:a%26b@x"><img src="cid:unknown"></p>'
    async with database.transaction() as session:
        ticket = await build_ticket(session, text="")
        await session.flush()
        message = await _mail(session, ticket, {}, html=html)
        await register(session, {"0" * 64: 3})
        session.add(
            Attachment(
                message_id=message.id,
                sha256="0" * 64,
                name="図.png",
                content_type="image/png",
                size=3,
                content_id="<a&b@x>",
                is_inline=True,
            )
        )

    [told] = (await client.get(f"/api/v1/tickets/{ticket.number}/messages")).json()["items"]

    url = told["attachments"][0]["url"]
    assert url.startswith("/attachments/")
    assert f'src="{url.replace("&", "&amp;")}"' in told["html"]
    assert 'src="cid:unknown"' in told["html"]
    assert told["attachments"][0] == {"id": 1, "name": "図.png", "type": "image/png", "size": 3, "url": url}


async def test_events_are_told_in_words(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        by = Actor.agent(agent)
        await assignment.assign(session, ticket, to=agent, by=by)
        assignment.prioritise(session, ticket, Priority.HIGH, by=by)
        await closing.set_status(session, ticket, await closing.status_by_key(session, "done"), by=by)

    pane = (await client.get(f"/tickets/{ticket.number}", headers=PANE)).text
    events = (await client.get(f"/api/v1/tickets/{ticket.number}/events")).json()["items"]

    assert "新着 → 対応完了" in pane
    assert "通常 → 高" in pane
    assert [each["kind"] for each in events] == ["opened", "received", "assigned", "priority_changed", "status_changed"]
    assert events[2]["actor"] == {"kind": "agent", "id": agent.id, "name": agent.name}
    assert events[2]["changes"] == {"assignee": {"before": None, "after": {"id": agent.id, "name": agent.name}}}
    assert events[3]["changes"] == {"priority": {"before": "normal", "after": "high"}}
    assert events[4]["changes"]["status"]["after"]["key"] == "done"


async def test_events_without_changes_are_told_too(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        for kind in EventKind:
            record(session, ticket, kind)

    page = await client.get(f"/tickets/{ticket.id}", headers=PANE)

    assert page.status_code == 200
    assert "システムが返信を引き継ぎ" in page.text


async def test_earlier_tickets_are_those_that_one_may_see(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        customer = await build_customer(session)
        foreign = await build_channel(session, name="役員室")
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        await build_ticket(session, customer=customer, channel=foreign, subject="秘密の件")
        await build_ticket(session, customer=customer, subject="前の件")
        ticket = await build_ticket(session, customer=customer)
        await session.flush()

    pane = (await client.get(f"/tickets/{ticket.number}", headers=PANE)).text

    assert "前の件" in pane
    assert "秘密の件" not in pane


async def test_a_delivery_is_told(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        reply = await build_reply(session, ticket, author=agent)
        await session.flush()
        status_id = BUILT_IN_STATUS_IDS[Phase.NEW]
        session.add(
            OutboxEntry(
                message_id=reply.id,
                ticket_id=ticket.id,
                channel_id=ticket.home_channel_id,
                state=OutboxState.FAILED,
                error="550 no such user",
                base_version=1,
                base_status_id=status_id,
                before_status_id=status_id,
            )
        )

    told = (await client.get(f"/api/v1/tickets/{ticket.number}/messages")).json()["items"][-1]
    row = (await client.get("/tickets?tab=new", headers={"HX-Request": "true", "HX-Target": "list-pane"})).text

    assert told["delivery"]["state"] == "failed"
    assert told["delivery"]["error"] == "550 no such user"
    assert "送信失敗" in row or "failed" in row


async def test_messages_and_events_come_in_pages(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        for number in range(5):
            await service.add_note(session, ticket, f"メモ {number}", by=agent)

    for what in ("messages", "events"):
        url = f"/api/v1/tickets/{ticket.number}/{what}"
        everything = (await client.get(url)).json()["items"]
        told, cursor = [], ""
        while cursor is not None:
            page = (await client.get(f"{url}?limit=2{'&cursor=' + cursor if cursor else ''}")).json()
            told += page["items"]
            cursor = page["next_cursor"]
        assert [each["id"] for each in told] == [each["id"] for each in everything]
        assert len(everything) >= 6


async def test_panes_and_pages(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()

    page = await client.get(f"/tickets/{ticket.number}")
    pane = await client.get(f"/tickets/{ticket.number}", headers=PANE)
    listed = await client.get("/tickets", headers={"HX-Request": "true", "HX-Target": "section#list-pane"})

    assert "<!DOCTYPE html>" in page.text
    assert 'id="list"' in page.text
    assert pane.text.lstrip().startswith("<article")
    assert listed.text.lstrip().startswith("<div")
    assert "HX-Request" in page.headers["vary"]


@pytest.mark.parametrize(
    "path",
    "/tickets?tab=no-such /tickets?channel=x /tickets?channel=99 /tickets/99 /tickets/99999999999999999999".split(),
)
async def test_what_is_not_there_is_404(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_customer_and_their_timeline(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        customer = await build_customer(session)
        foreign = await build_channel(session, name="役員室")
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        await build_ticket(session, customer=customer, channel=foreign, text="秘密")
        first = await build_ticket(session, customer=customer, text="一通目", at=AT)
        second = await build_ticket(session, customer=customer, text="二通目", at=AT + timedelta(days=1))
        stranger = await build_customer(session, address="stranger@example.com")
        await build_ticket(session, customer=stranger, channel=foreign)
        await session.flush()

    listed = (await client.get("/api/v1/customers")).json()["items"]
    told = (await client.get(f"/api/v1/customers/{customer.id}")).json()
    page = (await client.get(f"/api/v1/customers/{customer.id}/timeline?limit=1")).json()
    rest = (await client.get(f"/api/v1/customers/{customer.id}/timeline?cursor={page['next_cursor']}")).json()

    assert [each["id"] for each in listed] == [customer.id]
    assert told["address"] == "tanaka@example.com"
    assert told["tickets"] == 2
    assert [(each["text"], each["ticket"]) for each in page["items"] + rest["items"]] == [
        ("二通目", second.number),
        ("一通目", first.number),
    ]
    assert (await client.get(f"/api/v1/customers/{stranger.id}")).status_code == 404
    assert (await client.get(f"/api/v1/customers/{stranger.id}/timeline")).status_code == 404


async def test_channels_tell_how_they_do(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
    phone, mailbox = (await client.get("/api/v1/channels")).json()["items"]

    assert (phone["kind"], phone["key"], phone["name"]) == ("phone", "phone", "電話メモ")
    assert mailbox["id"] == channel.id
    assert {name: mailbox[name] for name in ("on_server", "stored", "unreadable", "last_error")} == {
        "on_server": 0,
        "stored": 0,
        "unreadable": 0,
        "last_error": None,
    }
