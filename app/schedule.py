"""Every recurring job on one page."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.queries import delete_expired_sessions
from app.accounts.sign_in import forget_failures
from app.bulk import service as bulk
from app.bulletin import service as bulletin
from app.core.clock import now
from app.jobs.recurring import RecurringJob
from app.live import presence, signals
from app.outbox import service as outbox
from app.replies import drafts, locks
from app.tickets import history_queries
from app.web import idempotency


async def _forget_expired(session: AsyncSession) -> None:
    await delete_expired_sessions(session, at=now())
    await forget_failures(session)
    await idempotency.delete_old_keys(session)
    await drafts.delete_unsent_uploads(session)
    await bulk.forget_old(session)


JOBS = (
    RecurringJob("locks.sweep", timedelta(seconds=5), locks.sweep_expired),
    RecurringJob("presence.sweep", timedelta(seconds=5), presence.sweep),
    RecurringJob("outbox.recover", timedelta(seconds=5), outbox.recover_expired),
    RecurringJob("counts.fold", timedelta(minutes=1), history_queries.fold_counts),
    RecurringJob("announcements.tell", bulletin.LOOK_EVERY, bulletin.tell_of_turns),
    RecurringJob("signals.trim", timedelta(minutes=10), signals.trim),
    RecurringJob("expired.forget", timedelta(hours=1), _forget_expired),
)
