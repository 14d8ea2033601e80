"""A lead takes a lock from its holder: the reason is kept, the token is dead, and whoever lost it is told."""

import pytest
import pytest_asyncio
from sqlalchemy import select

from app.accounts.models import Agent, Role
from app.core.errors import Invalid
from app.replies import drafts
from app.replies.errors import LockLost, TicketLocked
from app.replies.forms import DraftForm
from app.replies.models import Loss
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Phase
from tests.support.builders import build_agent
from tests.support.replying import Desk, held, more_agents


@pytest_asyncio.fixture
async def megumi(desk: Desk) -> Agent:
    async with desk.database.transaction() as session:
        return await build_agent(session, name="佐藤 恵", role=Role.LEAD)


async def notes(desk: Desk) -> list[str]:
    async with desk.database.reading() as session:
        statement = select(Message.text).where(Message.kind == MessageKind.NOTE).order_by(Message.id)
        return list((await session.scalars(statement)).all())


def loss_in(refusal: TicketLocked | LockLost) -> Loss:
    loss = refusal.params["lost"]
    assert isinstance(loss, Loss)
    return loss


async def test_a_lock_that_was_taken_over_is_dead_at_once(desk: Desk, megumi: Agent) -> None:
    old = await desk.take()

    new = await desk.take_over(megumi)

    with pytest.raises(TicketLocked):
        await desk.send(old.token)
    await desk.send(new.token, agent=megumi, base_version=2)
    assert EventKind.LOCK_TAKEN_OVER in await desk.events()


async def test_a_lock_that_was_set_free_is_dead_at_once_and_anybody_may_take_it(desk: Desk, megumi: Agent) -> None:
    [other] = await more_agents(desk.database, 1)
    old = await desk.take()

    await desk.set_free(megumi)

    with pytest.raises(LockLost):
        await desk.send(old.token)
    with pytest.raises(LockLost):
        await desk.renew(old.token)
    await desk.send((await desk.take(other)).token, agent=other, base_version=2)
    assert EventKind.LOCK_RELEASED in await desk.events()


async def test_the_reason_is_in_a_note(desk: Desk, megumi: Agent) -> None:
    await desk.take()

    await desk.take_over(megumi, " お客様がお急ぎ ")
    await desk.take_over(desk.agent, "戻りました")
    await desk.set_free(megumi, "早退したため")

    name = desk.agent.name
    assert await notes(desk) == [
        f"{name}さんから返信を引き継ぎました：お客様がお急ぎ",
        "佐藤 恵さんから返信を引き継ぎました：戻りました",
        f"{name}さんの返信ロックを解除しました：早退したため",
    ]


async def test_the_history_holds_no_words(desk: Desk, megumi: Agent) -> None:
    lock = await desk.take()

    await desk.set_free(megumi, "早退したため")

    async with desk.database.reading() as session:
        statement = select(TicketEvent.changes).where(TicketEvent.kind == EventKind.LOCK_RELEASED)
        changes = await session.scalar(statement)
    assert changes is not None
    assert changes["holder_id"] == [desk.agent.id, None]
    assert "早退" not in str(changes)
    assert lock.token not in str(changes)


@pytest.mark.parametrize("reason", ["", "　"])
async def test_both_need_a_reason(desk: Desk, megumi: Agent, reason: str) -> None:
    lock = await desk.take()

    with pytest.raises(Invalid):
        await desk.take_over(megumi, reason)
    with pytest.raises(Invalid):
        await desk.set_free(megumi, reason)

    assert (await desk.renew(lock.token)).token == lock.token


async def test_who_lost_a_lock_is_told_by_whom_and_why(desk: Desk, megumi: Agent) -> None:
    first = await desk.take()
    await desk.take_over(megumi, "お客様がお急ぎ")
    with pytest.raises(TicketLocked) as taken_over:
        await desk.renew(first.token)
    second = await desk.take_over(desk.agent, "戻りました")
    await desk.set_free(megumi, "会議のため")
    with pytest.raises(LockLost) as released:
        await desk.send(second.token)

    losses = [loss_in(taken_over.value), loss_in(released.value)]
    assert [(loss.kind, loss.by.name, loss.reason) for loss in losses] == [
        ("lock_taken_over", "佐藤 恵", "お客様がお急ぎ"),
        ("lock_released", "佐藤 恵", "会議のため"),
    ]


async def test_a_lock_that_ended_otherwise_was_taken_by_nobody(desk: Desk, megumi: Agent) -> None:
    """An earlier loss on the same ticket is another story."""
    [other] = await more_agents(desk.database, 1)
    await desk.take()
    await desk.set_free(megumi)
    again = await desk.take()
    await desk.expire()
    await desk.take(other)

    with pytest.raises(TicketLocked) as refusal:
        await desk.renew(again.token)

    assert refusal.value.params["lost"] is None


async def test_a_ticket_that_was_set_free_goes_back_when_nothing_was_written(desk: Desk, megumi: Agent) -> None:
    await desk.take()

    await desk.set_free(megumi)

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.NEW, None)


async def test_what_was_written_is_kept_and_the_ticket_with_it(desk: Desk, megumi: Agent) -> None:
    await desk.take()
    async with desk.database.transaction() as session:
        await drafts.save(session, await held(session, desk.ticket_id), DraftForm(text="書きかけ"), by=desk.agent)

    await desk.set_free(megumi)

    async with desk.database.reading() as session:
        draft = await drafts.get(session, await desk.ticket(), by=desk.agent)
    assert draft.body["text"] == "書きかけ"
    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.IN_PROGRESS, desk.agent.id)


async def test_the_token_of_an_expired_lock_is_dead_too(desk: Desk, megumi: Agent) -> None:
    lock = await desk.take()
    await desk.expire()
    await desk.sweep()

    await desk.set_free(megumi)

    with pytest.raises(LockLost):
        await desk.send(lock.token)


async def test_nothing_happens_where_nobody_answers(desk: Desk, megumi: Agent) -> None:
    await desk.set_free(megumi)

    assert EventKind.LOCK_RELEASED not in await desk.events()
    assert await notes(desk) == []


async def test_ones_own_lock_is_given_back_without_a_word(desk: Desk, megumi: Agent) -> None:
    await desk.take(megumi)

    await desk.set_free(megumi)

    assert await notes(desk) == []
    await desk.take()
