"""Carries runs out: each ticket is a unit of work of its own, so that one that cannot be changed stops no other."""

from collections.abc import Sequence

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer, viewer_of
from app.accounts.models import Agent
from app.bulk import queries
from app.bulk.acts import apply
from app.bulk.forms import BulkChanges
from app.bulk.models import BulkItem, BulkRun, BulkState
from app.core.database import Database
from app.core.errors import AppError, Forbidden, Invalid
from app.core.i18n import gettext, mark, use_locale
from app.core.log import get_logger
from app.tickets import queries as ticket_queries
from app.tickets import undoing
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import kinds_recorded
from app.tickets.models import Ticket

Place = tuple[int, int]
"""Run and ticket."""

log = get_logger(__name__)


class Broken(AppError):
    """A fault of ours; the other tickets go on."""

    status_code = 500
    code = "internal"
    message = mark("Something went wrong on our side. Nothing was changed.")


class TakenByAnother(Exception):
    """Another worker was faster with this ticket; what was done here is taken back."""


async def carry_on(database: Database) -> bool:
    """The next ticket of the oldest run; False when nothing waits."""
    place = await _next(database)
    if place is None:
        return False
    try:
        async with database.transaction() as session:
            await _carry_out(session, *place)
    except TakenByAnother:
        pass
    except AppError as error:
        await _refuse(database, place, error)
    except OperationalError:
        raise
    except Exception as error:
        log.error("a ticket of a bulk run failed", run=place[0], ticket=place[1], exc_info=error)
        await _refuse(database, place, Broken())
    return True


async def _next(database: Database) -> Place | None:
    async with database.reading() as session:
        place = await queries.find_waiting(session)
        is_over = place is None and await queries.has_unfinished(session)
    if is_over:
        async with database.transaction() as session:
            await queries.finish_runs(session)
    return place


async def _carry_out(session: AsyncSession, run_id: int, ticket_id: int) -> None:
    run = await session.get_one(BulkRun, run_id)
    viewer = await _viewer(session, run)
    ticket = await ticket_queries.get_ticket(session, ticket_id, viewer=viewer)
    item = await session.get_one(BulkItem, (run_id, ticket_id))
    after_event_id = await queries.find_newest_event_id(session, ticket_id)
    await _act(session, run, item, ticket, viewer.agent)
    kinds = [str(kind) for kind in kinds_recorded(session, ticket)]
    state = BulkState.DONE if kinds else BulkState.UNCHANGED
    place = (run_id, ticket_id)
    if not await queries.settle_item(session, *place, state, kinds=kinds, after_event_id=after_event_id):
        raise TakenByAnother


async def _act(session: AsyncSession, run: BulkRun, item: BulkItem, ticket: Ticket, agent: Agent) -> None:
    if run.undoes_id is None:
        changes = BulkChanges.model_validate(run.changes)
        await apply(session, ticket, changes, by=agent, seen_version=item.seen_version)
    else:
        done = await queries.find_undone_item(session, run.undoes_id, ticket.id)
        ends_at = await queries.find_last_event_id(session, done)
        for kind in _back_in_order(done.kinds):
            event_id = await queries.find_first_event_id(session, done, kind)
            await undoing.undo(session, ticket, event_id or 0, by=Actor.agent(agent), act_ends_at=ends_at)


def _back_in_order(kinds: Sequence[str]) -> list[str]:
    """Each kind once, the last first; but before all the team, without which a status of its own cannot come back."""
    return sorted(dict.fromkeys(reversed(kinds)), key=lambda kind: kind != EventKind.TEAM_CHANGED)


async def _viewer(session: AsyncSession, run: BulkRun) -> Viewer:
    """With the rights of now: whoever lost them since changes nothing more."""
    agent = await session.get_one(Agent, run.agent_id)
    use_locale(agent.locale)
    if not agent.is_active:
        raise Forbidden
    return await viewer_of(session, agent)


async def _refuse(database: Database, place: Place, error: AppError) -> None:
    """In the words of whoever asked for it."""
    params = error.params
    words = gettext(error.reason, **params) if isinstance(error, Invalid) else gettext(error.message, **params)
    async with database.transaction() as session:
        await queries.settle_item(session, *place, BulkState.REFUSED, code=error.code, reason=words)
