"""What a change of a calendar or of a rule asks for, in short units of work that go on where the last one ended.

It begins when every unit of work is over that began before the change was seen. Such a one may have read the former
hours or rules, and what it commits later has an id that was passed by then: another pass at the end would find it only
if it came in time, and would read every fact twice. Whoever begins afterwards reads the new ones, so one pass is all.
Nobody waits for it: where somebody is still at work, it is looked for again later.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import endpoints
from app.channels.calendar_models import CalendarRecount
from app.channels.calendars import Calendars, read_calendars
from app.core.clock import now
from app.core.database import Database, dialect_of
from app.sla import keeping, recount_queries
from app.sla.recount_queries import Counted, Lasting
from app.tickets.log import mark_dirty

FACTS_AT_ONCE = 500
TICKETS_AT_ONCE = 50


async def recount_all(database: Database) -> int:
    """Until nothing is asked for any more; returns how many steps it took."""
    steps = 0
    while await recount_step(database):
        steps += 1
    return steps


async def recount_step(database: Database) -> bool:
    """One step of the oldest that is under way; False where there is none, or it waits for those who began before.

    What is read is read before it is held.
    """
    async with database.reading() as session:
        recount = await recount_queries.find_running(session)
    if recount is None or not await _may_go_on(database, recount):
        return False
    async with database.reading() as session:
        if recount.are_facts_done:
            ids = await recount_queries.list_ticket_ids(session, after=recount.ticket_id, limit=TICKETS_AT_ONCE)
        else:
            facts = await _list_facts(session, recount)
            counted = _counted(facts, await read_calendars(session))
    if recount.are_facts_done:
        await _keep_tickets(database, recount, ids)
    else:
        await _write_facts(database, recount, facts, counted)
    return True


async def _may_go_on(database: Database, recount: CalendarRecount) -> bool:
    if recount.has_begun:
        return True
    async with database.transaction() as session:
        seen = await recount_queries.note_seen(session, recount.id)
    async with database.reading() as session:
        return not await dialect_of(session).has_older(session, than=seen)


async def _list_facts(session: AsyncSession, recount: CalendarRecount) -> Sequence[Lasting]:
    """Those that end on its first day or later."""
    if recount.since is None:
        return []
    since = datetime.combine(recount.since, time(), endpoints.zone()).astimezone(UTC)
    return await recount_queries.list_facts(
        session, after=recount.fact_id, since=since, channel_id=recount.channel_id, limit=FACTS_AT_ONCE
    )


def _counted(facts: Sequence[Lasting], calendars: Calendars) -> list[Counted]:
    """Those whose figure is another now, or of another version."""
    found = []
    for fact in facts:
        calendar = calendars.of(fact.home_channel_id)
        seconds = calendar.business_seconds(fact.at - fact.lasted, fact.at)
        if (seconds, calendar.number) != (fact.business_seconds, fact.calendar_version):
            found.append(Counted(fact.id, fact.at, seconds, calendar.number, seconds != fact.business_seconds))
    return found


async def _write_facts(
    database: Database, recount: CalendarRecount, facts: Sequence[Lasting], counted: Sequence[Counted]
) -> None:
    last = facts[-1].id if facts else recount.fact_id
    async with database.transaction() as session:
        changed = sum(each.is_another for each in counted)
        if not await recount_queries.claim_facts(session, recount, to=last, done=len(facts), changed=changed):
            return
        await recount_queries.write_facts(session, counted)
        mark_dirty(session, {each.at.date() for each in counted if each.is_another})
        if len(facts) < FACTS_AT_ONCE:
            await recount_queries.end_facts(session, recount.id)


async def _keep_tickets(database: Database, recount: CalendarRecount, ids: Sequence[int]) -> None:
    """What is late by a rule of today tells nobody: it would be a hundred mails for one click."""
    async with database.transaction() as session:
        last = ids[-1] if ids else recount.ticket_id
        if not await recount_queries.claim_tickets(session, recount, to=last, done=len(ids)):
            return
        for matter in (await keeping.load(session, ids, is_quiet=True)).values():
            await keeping.keep(session, matter)
        if len(ids) < TICKETS_AT_ONCE:
            await recount_queries.finish(session, recount.id, at=now())
