"""Every recurring job on one page."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.queries import delete_expired_sessions
from app.accounts.sign_in import forget_failures
from app.autoreplies import service as autoreplies
from app.bulk import service as bulk
from app.bulletin import service as bulletin
from app.channels import calendars
from app.conversations import answer_queries, join_queries, joining, visitors
from app.core.clock import now
from app.escalations.jobs import look_at_the_clock
from app.jobs.recurring import RecurringJob
from app.live import presence, signals
from app.outbox import service as outbox
from app.replies import drafts, locks
from app.sla import telling
from app.tasks import service as tasks
from app.tickets import history_queries, uniting
from app.web import idempotency, rates

TOKENS_KEPT = timedelta(days=1)
"""The right to reply ends within a minute; what it was used for is known long before."""


async def _forget_expired(session: AsyncSession) -> None:
    await delete_expired_sessions(session, at=now())
    await forget_failures(session)
    await idempotency.delete_old_keys(session)
    await rates.forget_old(session)
    await drafts.delete_unsent_uploads(session)
    await bulk.forget_old(session)
    await autoreplies.forget_turns(session)
    await answer_queries.forget_tokens(session, before=now() - TOKENS_KEPT)
    await join_queries.forget(session, before=now() - joining.LIFE)


JOBS = (
    RecurringJob("locks.sweep", timedelta(seconds=5), locks.sweep_expired),
    RecurringJob("presence.sweep", timedelta(seconds=5), presence.sweep),
    RecurringJob("outbox.recover", timedelta(seconds=5), outbox.recover_expired),
    RecurringJob("counts.fold", timedelta(minutes=1), history_queries.fold_counts),
    RecurringJob("customers.gather", timedelta(minutes=1), uniting.gather_strays),
    RecurringJob("announcements.tell", bulletin.LOOK_EVERY, bulletin.tell_of_turns),
    RecurringJob("deadlines.tell", timedelta(seconds=15), telling.tell_due),
    RecurringJob("calendars.turn", timedelta(minutes=1), calendars.apply_due),
    RecurringJob("tasks.tell", timedelta(seconds=15), tasks.tell_due),
    RecurringJob("escalations.tell", timedelta(seconds=15), look_at_the_clock),
    RecurringJob("visitors.tidy", timedelta(minutes=10), visitors.tidy),
    RecurringJob("signals.trim", timedelta(minutes=10), signals.trim),
    RecurringJob("expired.forget", timedelta(hours=1), _forget_expired),
)
