"""How a channel's webhook is doing, kept where the state of mailboxes is: all that looks after those looks after it.

A webhook is no folder; it has the row of one, so that the same warnings, figures and pages tell of it.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries
from app.channels.models import LINE, Channel, ChannelFolder
from app.channels.service import in_words
from app.core.clock import now
from connectors.contracts import ConnectionProblem

WEBHOOK = "webhook"
NOTED_EVERY = timedelta(seconds=30)
"""A busy account writes this down no more often; a stranger who knocks cannot either."""
REFUSED = ConnectionProblem("wrong_secret", field="channel_secret")
REFUSED_ELSEWHERE = ConnectionProblem("wrong_signature", field="webhook")


async def note_accepted(session: AsyncSession, channel: Channel) -> None:
    """A webhook came whose signature was right."""
    hook = await state_of(session, channel)
    if hook.last_error or hook.last_success_at is None or now() - hook.last_success_at >= NOTED_EVERY:
        await queries.note_success(session, hook.id, on_server=0, at=now())


async def note_refused(session: AsyncSession, channel: Channel) -> None:
    """A webhook came whose signature was wrong: either a stranger's, or our secret is. Several in a row are told."""
    hook = await state_of(session, channel)
    if hook.last_error_at is None or now() - hook.last_error_at >= NOTED_EVERY:
        problem = REFUSED if channel.kind == LINE else REFUSED_ELSEWHERE
        await queries.note_error(session, hook.id, error=in_words(problem), at=now())


async def state_of(session: AsyncSession, channel: Channel) -> ChannelFolder:
    known = await queries.list_folders(session, [channel.id])
    return known[0] if known else await queries.ensure_folder(session, channel.id, WEBHOOK)
