"""What was not read is mailed, at the pace that each agent chose: first put together, then sent like any message.

A mail is put together by one worker, since one statement moves the agent's turn on, and sent by one worker, since one
statement claims it. What it says is decided when it leaves: what was read by then, or can no longer be seen, is left
out, and a mail with nothing in it is dropped.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.audiences import viewer_of
from app.core.clock import now
from app.core.database import Database
from app.notices import choice_queries, digest_queries
from app.notices.digest_models import Digest
from app.notices.watching_models import Pace
from app.outbox.addresses import new_mail_id
from app.tickets.message_queries import hash_ref

HOUR_OF_DAY = 9
OLDEST = timedelta(days=3)
"""What nobody mailed for so long is no news: a mailbox was missing, or the agent was away."""


def turn_of(pace: Pace, at: datetime, zone: ZoneInfo) -> datetime:
    """The latest time at which mails of a pace are due that is not after `at`."""
    local = at.astimezone(zone)
    if pace is Pace.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0)
    morning = local.replace(hour=HOUR_OF_DAY, minute=0, second=0, microsecond=0)
    return morning if morning <= local else morning - timedelta(days=1)


async def put_together(database: Database, zone: ZoneInfo) -> int:
    """The mails that are due, a short unit of work for each; returns how many there are."""
    count = 0
    for pace in (Pace.HOURLY, Pace.DAILY):
        until = turn_of(pace, now(), zone)
        async with database.reading() as session:
            due = await digest_queries.list_due(session, pace, until=until)
        for agent_id in due:
            async with database.transaction() as session:
                count += await _make(session, agent_id, until=until)
    return count


async def _make(session: AsyncSession, agent_id: int, *, until: datetime) -> bool:
    """Without a mailbox the turn is not taken: what waits goes out when there is one."""
    mailbox = await choice_queries.find_mailbox(session)
    agent = await accounts.find_active_agent(session, agent_id)
    if mailbox is None or agent is None or not await digest_queries.take_turn(session, agent_id, until=until):
        return False
    viewer = await viewer_of(session, agent)
    notice_ids = await digest_queries.list_to_mail(
        session, agent_id, audience_ids=viewer.audience_ids, since=now() - OLDEST
    )
    if not notice_ids:
        return False
    mail_id = new_mail_id(mailbox.address)
    digest = Digest(agent_id=agent_id, channel_id=mailbox.id, mail_id=mail_id, mail_id_hash=hash_ref(mail_id))
    session.add(digest)
    await session.flush()
    await digest_queries.put_into(session, digest.id, notice_ids)
    return True
