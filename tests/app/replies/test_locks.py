import asyncio

import pytest

from app.accounts.models import Agent
from app.core.database import Database
from app.replies import drafts
from app.replies.errors import LockLost, TicketLocked
from app.replies.forms import DraftForm
from app.tickets import queries as ticket_queries
from app.tickets.assignment import assign
from app.tickets.closing import set_status
from app.tickets.history_models import EventKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase
from tests.support.replying import Desk, held, more_agents, open_desk


async def save_draft(desk: Desk, agent: Agent, text: str = "書きかけ") -> None:
    async with desk.database.transaction() as session:
        await drafts.save(session, await held(session, desk.ticket_id), DraftForm(text=text), by=agent)


async def discard_draft(desk: Desk, agent: Agent) -> None:
    async with desk.database.transaction() as session:
        await drafts.discard(session, await held(session, desk.ticket_id), by=agent)


async def test_of_fifty_agents_exactly_one_gets_the_lock(desk: Desk) -> None:
    agents = await more_agents(desk.database, 50)

    answers = await asyncio.gather(*(desk.take(agent) for agent in agents), return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, TicketLocked)]
    [winner] = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(refused) == 49
    assert {refusal.params["name"] for refusal in refused} == {winner.holder.name}


async def test_a_second_window_of_the_holder_gets_the_same_token(desk: Desk) -> None:
    first = await desk.take()

    second = await desk.take()

    assert second.token == first.token
    assert second.taken_at == first.taken_at


async def test_an_expired_lock_is_taken_with_a_new_token_and_the_old_one_is_dead(desk: Desk) -> None:
    [other] = await more_agents(desk.database, 1)
    old = await desk.take()
    await desk.expire()

    new = await desk.take(other)

    assert new.token != old.token
    with pytest.raises(TicketLocked):
        await desk.send(old.token)


async def test_an_expired_lock_that_nobody_took_still_sends(desk: Desk) -> None:
    lock = await desk.take()
    await desk.expire()
    await desk.sweep()

    await desk.send(lock.token)

    assert EventKind.REPLIED in await desk.events()


async def test_taking_makes_a_new_ticket_mine_and_in_progress(desk: Desk) -> None:
    await desk.take()

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.IN_PROGRESS, desk.agent.id)
    assert {EventKind.STATUS_CHANGED, EventKind.ASSIGNED} <= set(await desk.events())


async def test_releasing_without_a_draft_puts_both_back(desk: Desk) -> None:
    await desk.take()

    await desk.release()

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.NEW, None)


async def test_expiring_without_a_draft_puts_both_back(desk: Desk) -> None:
    await desk.take()
    await desk.expire()

    await desk.sweep()

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.NEW, None)


async def test_coming_back_after_the_expiry_begins_again_with_the_same_token(desk: Desk) -> None:
    lock = await desk.take()
    await desk.expire()
    await desk.sweep()

    again = await desk.take()

    assert again.token == lock.token
    assert (await desk.ticket()).phase is Phase.IN_PROGRESS
    await desk.release()
    assert (await desk.ticket()).phase is Phase.NEW


async def test_with_a_draft_the_ticket_stays_until_the_draft_is_thrown_away(desk: Desk) -> None:
    await desk.take()
    await save_draft(desk, desk.agent)
    await desk.release()
    kept = await desk.ticket()

    await discard_draft(desk, desk.agent)

    ticket = await desk.ticket()
    assert (kept.phase, kept.assignee_id) == (Phase.IN_PROGRESS, desk.agent.id)
    assert (ticket.phase, ticket.assignee_id) == (Phase.NEW, None)


async def test_a_draft_thrown_away_while_another_answers_goes_back_when_they_end(desk: Desk) -> None:
    [other] = await more_agents(desk.database, 1)
    await desk.take()
    await save_draft(desk, desk.agent)
    await desk.release()
    await desk.take(other)

    await discard_draft(desk, desk.agent)

    assert (await desk.ticket()).phase is Phase.IN_PROGRESS
    await desk.release(other)
    assert (await desk.ticket()).phase is Phase.NEW


async def test_who_takes_an_abandoned_lock_inherits_what_it_began(desk: Desk) -> None:
    [other] = await more_agents(desk.database, 1)
    await desk.take()
    await desk.expire()

    await desk.take(other)

    assert (await desk.ticket()).assignee_id == other.id
    await desk.release(other)
    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.NEW, None)


async def test_what_somebody_changed_since_stays(desk: Desk) -> None:
    [other] = await more_agents(desk.database, 1)
    await desk.take()
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        done = await ticket_queries.get_status(session, BUILT_IN_STATUS_IDS[Phase.DONE])
        started = await ticket_queries.get_status(session, BUILT_IN_STATUS_IDS[Phase.IN_PROGRESS])
        await set_status(session, ticket, done)
        await set_status(session, ticket, started)
        await assign(session, ticket, to=other)

    await desk.release()

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.assignee_id) == (Phase.IN_PROGRESS, other.id)


async def test_a_done_ticket_stays_done(database: Database) -> None:
    desk = await open_desk(database, phase=Phase.DONE)

    await desk.take()

    assert (await desk.ticket()).phase is Phase.DONE


async def test_nobody_else_can_release_a_lock(desk: Desk) -> None:
    [other] = await more_agents(desk.database, 1)
    lock = await desk.take()

    with pytest.raises(TicketLocked):
        await desk.release(other)

    assert (await desk.take()).token == lock.token


async def test_a_renewal_keeps_the_lock_and_its_token(desk: Desk) -> None:
    lock = await desk.take()

    renewed = await desk.renew(lock.token)

    assert (renewed.token, renewed.taken_at) == (lock.token, lock.taken_at)


async def test_a_renewal_after_the_expiry_begins_again(desk: Desk) -> None:
    lock = await desk.take()
    await desk.expire()
    await desk.sweep()

    renewed = await desk.renew(lock.token)

    assert (renewed.token, renewed.is_over) == (lock.token, False)
    assert (await desk.ticket()).phase is Phase.IN_PROGRESS


async def test_a_renewal_takes_no_lock_in_the_place_of_a_lost_one(desk: Desk) -> None:
    lock = await desk.take()
    await desk.release()

    with pytest.raises(LockLost):
        await desk.renew(lock.token)

    assert (await desk.ticket()).phase is Phase.NEW


async def test_a_token_that_nobody_gave_sends_nothing(desk: Desk) -> None:
    with pytest.raises(LockLost):
        await desk.send("")
