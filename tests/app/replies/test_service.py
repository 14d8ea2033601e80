import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.channels.models import PHONE
from app.core.clock import now
from app.core.database import Database
from app.core.errors import Invalid
from app.core.leases import lease_clock
from app.outbox.models import OutboxState
from app.replies import drafts
from app.replies.errors import LockLost, TicketChanged, TicketLocked
from app.replies.forms import DraftForm
from app.replies.models import ReplyLock
from app.tickets import message_queries
from app.tickets import service as tickets
from app.tickets.history_models import EventKind
from app.tickets.message_models import RecipientRole, ThreadRef
from app.tickets.models import Phase
from connectors.email.connector import EmailConnector
from tests.support.builders import build_agent, build_channel, build_message, build_ticket
from tests.support.replying import Desk, held, more_agents

FEW, MANY = 100, 1000


async def add_note(desk: Desk, text: str = "電話しました", *, by_other: bool) -> None:
    async with desk.database.transaction() as session:
        author = await build_agent(session) if by_other else desk.agent
        await tickets.add_note(session, await held(session, desk.ticket_id), text, by=author)


async def receive(desk: Desk, *, is_automatic: bool = False) -> None:
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id), is_automatic=is_automatic)


async def addresses_of(desk: Desk, message_id: int, role: RecipientRole) -> list[str]:
    return [each.address for each in await desk.recipients(message_id) if each.role is role]


@pytest.mark.parametrize("attempts", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
async def test_of_many_parallel_sends_exactly_one_is_accepted(desk: Desk, attempts: int) -> None:
    lock = await desk.take()

    answers = await asyncio.gather(*(desk.send(lock.token) for _ in range(attempts)), return_exceptions=True)

    assert len([answer for answer in answers if not isinstance(answer, BaseException)]) == 1
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} == {LockLost}
    assert len(await desk.entries()) == 1


async def test_of_many_agents_who_take_and_send_at_once_exactly_one_does(desk: Desk) -> None:
    async def attempt(agent: object) -> None:
        lock = await desk.take(agent)  # type: ignore[arg-type]
        await desk.send(lock.token, agent=agent, base_version=1)  # type: ignore[arg-type]

    answers = await asyncio.gather(*map(attempt, await more_agents(desk.database, 30)), return_exceptions=True)

    assert answers.count(None) == 1
    assert {type(answer) for answer in answers} <= {type(None), TicketLocked, TicketChanged}
    assert len(await desk.entries()) == 1


async def test_a_reply_makes_message_entry_and_status_and_ends_lock_and_draft(desk: Desk) -> None:
    lock = await desk.take()
    async with desk.database.transaction() as session:
        await drafts.save(session, await held(session, desk.ticket_id), DraftForm(text="途中"), by=desk.agent)

    message = await desk.send(lock.token, next_status="done")

    [entry] = await desk.entries()
    ticket = await desk.ticket()
    async with desk.database.reading() as session:
        assert await session.get(ReplyLock, desk.ticket_id) is None
    assert (entry.message_id, entry.state, entry.base_version) == (message.id, OutboxState.QUEUED, 1)
    assert (ticket.phase, ticket.is_waiting, ticket.version) == (Phase.DONE, True, 2)
    assert message.mail_id.endswith("@example.jp")
    assert len(message.mail_id.partition("@")[0]) == 32


async def test_without_a_next_status_it_stays_as_the_lock_made_it(desk: Desk) -> None:
    await desk.reply()

    assert (await desk.ticket()).phase is Phase.IN_PROGRESS


async def test_an_answer_finds_its_way_by_our_own_id(desk: Desk) -> None:
    lock = await desk.take()

    message = await desk.send(lock.token)

    async with desk.database.reading() as session:
        ref = await session.get_one(ThreadRef, message_queries.hash_ref(message.mail_id))
        assert (ref.ticket_id, ref.is_ours) == (desk.ticket_id, True)


async def test_recipients_and_subject_are_filled_in(desk: Desk) -> None:
    lock = await desk.take()

    message = await desk.send(lock.token)

    assert message.subject == "Re: 請求書について"
    assert await addresses_of(desk, message.id, RecipientRole.TO) == ["tanaka@example.com"]
    assert await addresses_of(desk, message.id, RecipientRole.FROM) == ["support@example.jp"]


async def test_the_reply_goes_where_the_customer_wants_it(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        message = await build_message(session, await held(session, desk.ticket_id), subject="RE: Re: 件名")
        await session.flush()
        rows = [
            message_queries.recipient_row(message.id, RecipientRole.FROM, name="", address="from@example.com"),
            message_queries.recipient_row(message.id, RecipientRole.REPLY_TO, name="", address="reply@example.com"),
        ]
        await message_queries.add_recipients(session, rows)
    lock = await desk.take()

    sent = await desk.send(lock.token, base_version=2)

    assert await addresses_of(desk, sent.id, RecipientRole.TO) == ["reply@example.com"]
    assert sent.subject == "Re: 件名"


async def test_a_customers_newer_message_stops_the_send(desk: Desk) -> None:
    lock = await desk.take()
    await receive(desk)

    with pytest.raises(TicketChanged) as stopped:
        await desk.send(lock.token)

    assert stopped.value.params["current_version"] == 2
    assert len(stopped.value.newer) == 1


async def test_a_colleagues_note_stops_the_send(desk: Desk) -> None:
    lock = await desk.take()
    await add_note(desk, by_other=True)

    with pytest.raises(TicketChanged):
        await desk.send(lock.token)


async def test_ones_own_note_and_what_machines_wrote_do_not(desk: Desk) -> None:
    lock = await desk.take()
    await add_note(desk, by_other=False)
    await receive(desk, is_automatic=True)

    await desk.send(lock.token)

    assert len(await desk.entries()) == 1


async def test_having_looked_one_may_send(desk: Desk) -> None:
    lock = await desk.take()
    await receive(desk)

    await desk.send(lock.token, base_version=2)

    assert len(await desk.entries()) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"to": []}, "to"),
        ({"to": ["nobody"]}, "to"),
        ({"to": ['"x <evil@x.test>"@d.test']}, "to"),
        ({"to": [{"name": "a\r\nBcc: x@y.test", "address": "a@example.com"}]}, "to"),
        ({"cc": ["a@example.com\nBcc: b@example.com"]}, "cc"),
        ({"bcc": ["@"]}, "bcc"),
        ({"subject": "件名\r\nBcc: evil@example.com"}, "subject"),
        ({"attachment_ids": [4711]}, "attachment_ids"),
        ({"next_status": "nowhere"}, "next_status"),
        ({"send_at": "2020-01-01T00:00:00Z"}, "send_at"),
        ({"base_version": 99}, "base_version"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(
    desk: Desk, fields: dict[str, Any], field: str
) -> None:
    lock = await desk.take()

    with pytest.raises(Invalid) as refused:
        await desk.send(lock.token, **fields)

    assert refused.value.field == field
    assert await desk.entries() == []
    await desk.send(lock.token)


async def test_nothing_can_be_sent_on_the_phone_log(database: Database) -> None:
    async with database.transaction() as session:
        agent = await build_agent(session)
        channel = await build_channel(session, kind=PHONE, address="")
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
    desk = Desk(database, agent, channel, ticket.id)
    lock = await desk.take()

    with pytest.raises(Invalid):
        await desk.send(lock.token)


async def test_html_is_harmless_before_it_is_stored(desk: Desk) -> None:
    lock = await desk.take()

    message = await desk.send(lock.token, html="<p onclick=x()>はい<script>x()</script></p>")

    assert message.html == "<p>はい</p>"


async def test_the_lease_clock_decides_nothing_about_sending(desk: Desk) -> None:
    lock = await desk.take()
    await desk.expire()
    async with desk.database.reading() as session:
        clock = lease_clock(session)
        is_over = await session.scalar(
            select(clock.is_over(ReplyLock.expires, ReplyLock.boot_id)).where(ReplyLock.ticket_id == desk.ticket_id)
        )

    await desk.send(lock.token)

    assert is_over
    assert EventKind.REPLIED in await desk.events()


async def test_a_held_reply_waits_and_has_its_status_already(desk: Desk) -> None:
    entry = await desk.entry(await desk.reply(hold_seconds=30, next_status="done"))

    assert entry.not_before - entry.created_at == timedelta(seconds=30)
    assert (await desk.ticket()).phase is Phase.DONE


async def test_a_scheduled_reply_changes_nothing_else_until_it_leaves(desk: Desk) -> None:
    at = now() + timedelta(hours=5)

    entry = await desk.entry(await desk.reply(send_at=at, next_status="done"))

    ticket = await desk.ticket()
    assert (entry.is_scheduled, entry.not_before) == (True, at)
    assert (ticket.phase, ticket.is_waiting) == (Phase.IN_PROGRESS, False)


async def race(desk: Desk, token: str, *others: object) -> tuple[bool, int]:
    """Whether the send was accepted, and the version the ticket ended at."""
    [answer, *_] = await asyncio.gather(desk.send(token), *others, return_exceptions=True)
    return not isinstance(answer, BaseException), (await desk.ticket()).version


@pytest.mark.parametrize("turn", range(5))
async def test_a_send_and_a_customers_message_meet_in_one_order(desk: Desk, turn: int) -> None:
    """Either the message stops the send, or it joins after it and brings a done ticket back."""
    lock = await desk.take()

    is_accepted, version = await race(desk, lock.token, receive(desk), add_note(desk, by_other=True))

    async with desk.database.reading() as session:
        newer = await message_queries.list_newer(session, desk.ticket_id, than=1)
    first = newer[0]
    assert [message.ticket_version for message in newer] == list(range(2, version + 1))
    assert is_accepted == (first.author_agent_id == desk.agent.id)


async def test_a_text_is_folded_off_the_loop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def fold(connector: EmailConnector, text: str) -> tuple[int | None, int | None]:
        threads.append(threading.current_thread())
        return None, None

    monkeypatch.setattr(EmailConnector, "fold", fold)

    await desk.reply(text=f"{desk.database.url} で初めて折りたたむ文です。")

    assert [thread is threading.main_thread() for thread in threads] == [False]
