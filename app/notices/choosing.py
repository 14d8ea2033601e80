"""What each agent wants to be told, and how; and the mailbox that tells it by mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.notices import choice_queries, queries
from app.notices.forms import MailboxForm, NoticesForm
from app.notices.models import NoticeKind
from app.notices.watching_models import Pace
from app.notices.ways import DEFAULTS, Ways, differing, ways_of


@dataclass(frozen=True, slots=True)
class Choices:
    ways: Mapping[NoticeKind, Ways]
    pace: Pace
    shows_text: bool
    mailbox: Channel | None
    """Which mailbox mails what was not read; without one nothing is mailed."""


async def read_choices(session: AsyncSession, agent: Agent) -> Choices:
    chosen = await queries.list_chosen(session, [agent.id])
    preference = await choice_queries.find_preference(session, agent.id)
    return Choices(
        ways={kind: ways_of(chosen, agent.id, kind) for kind in DEFAULTS},
        pace=preference.pace if preference else Pace.NEVER,
        shows_text=preference is not None and preference.shows_text,
        mailbox=await choice_queries.find_mailbox(session),
    )


async def choose(session: AsyncSession, agent: Agent, form: NoticesForm) -> None:
    """Holds for what happens from now on."""
    await choice_queries.set_choices(session, agent.id, differing(form.chosen()))
    await choice_queries.set_preference(session, agent.id, pace=form.pace, shows_text=form.shows_text, begun_at=now())


async def choose_mailbox(session: AsyncSession, form: MailboxForm, *, by: Agent) -> None:
    """Raises Invalid for what is no mailbox."""
    before = await choice_queries.find_chosen_mailbox_id(session)
    known = {each.id for each in await choice_queries.list_mailboxes(session)}
    if form.channel_id is not None and form.channel_id not in known:
        raise Invalid("channel_id", mark("This mailbox does not exist."))
    await choice_queries.set_mailbox(session, form.channel_id)
    audit.note_setting(session, "notice_mailbox", None, by=by, channel_id=(before, form.channel_id))
