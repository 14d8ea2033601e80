"""What a restored desk must not go on with: nobody knows what happened after the backup was made (MODEL 22)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.backup import queries
from app.backup.contents import Manifest
from app.briefings import mail_queries
from app.conversations import visitor_queries
from app.core.database import wake_at_commit
from app.core.desk import Desk
from app.core.i18n import current_locale, gettext, use_locale
from app.core.installation import begin_new_life
from app.core.wakeups import TOPICS
from app.notices import digest_queries
from app.outbox import service as outbox
from app.replies import locks
from app.tallies import queries as tally_queries


async def settle(session: AsyncSession, desk: Desk, manifest: Manifest, *, without_secrets: bool) -> int:
    """In the unit of work that brings the rows. Returns how many messages a person has to decide on."""
    await begin_new_life(session, desk.box, as_of=manifest.made)
    await queries.forget_claims(session)
    if without_secrets:
        await queries.part_with_secrets(session)
    await locks.end_all(session)
    await digest_queries.give_up_waiting(session)
    await mail_queries.give_up_waiting(session)
    await visitor_queries.expect_nothing(session)
    count = await outbox.leave_to_people(session, reason=_reason(desk.settings.locale))
    await queries.mark_all_for_search(session)
    await tally_queries.forget_all(session)
    wake_at_commit(session, *TOPICS)
    return count


def _reason(locale: str) -> str:
    """In the installation's language: it is written down."""
    mine = current_locale()
    use_locale(locale)
    words = gettext("Restored from a backup: it may have been sent after the backup was made.")
    use_locale(mine)
    return words
