"""Who is mailed what: the mails are put into the queue of `mailing` in the unit of work that decides on them."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.briefings import mail_queries, queries
from app.briefings.mail_models import BriefingMail, MailPurpose
from app.briefings.models import Briefing, BriefingPlan
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import BRIEFINGS
from app.notices import digest_queries
from app.notices.choice_queries import find_mailbox
from app.outbox.addresses import new_mail_id
from app.tickets.message_queries import hash_ref


async def tell_of_draft(session: AsyncSession, briefing: Briefing, plan: BriefingPlan) -> None:
    """Those who were chosen to comment. Without a mailbox they find it on the page alone."""
    mailbox = await find_mailbox(session)
    if mailbox is not None:
        agents = await queries.list_agents(session, plan.commenter_ids)
        await _queue(session, briefing, mailbox, MailPurpose.DRAFT, agents, ())


async def mail_out(session: AsyncSession, briefing: Briefing) -> bool:
    """To the plan's list as it is now, once; False without a mailbox: it goes out when there is one."""
    mailbox = await find_mailbox(session)
    if mailbox is None or not await queries.take_mailing(session, briefing.id, at=now()):
        return False
    plan = await session.get_one(BriefingPlan, briefing.plan_id)
    agents = await queries.list_agents(session, plan.recipient_ids)
    await _queue(session, briefing, mailbox, MailPurpose.REPORT, agents, plan.addresses)
    return True


async def may_see(session: AsyncSession, briefing: Briefing, agent: Agent) -> bool:
    viewer = await viewer_of(session, agent)
    return await queries.find_briefing(session, briefing.id, viewer.audience_ids) is not None


async def _queue(
    session: AsyncSession,
    briefing: Briefing,
    mailbox: Channel,
    purpose: MailPurpose,
    agents: Iterable[Agent],
    addresses: Iterable[str],
) -> None:
    """Agents who do not see all of it get none; an address that is named twice gets one."""
    named: dict[str, tuple[int | None, str]] = {}
    for agent in agents:
        if await may_see(session, briefing, agent):
            named[agent.email] = (agent.id, agent.name)
    for address in addresses:
        named.setdefault(address, (None, ""))
    for address, (agent_id, name) in named.items():
        mail_id = new_mail_id(mailbox.address)
        mail = BriefingMail(briefing_id=briefing.id, purpose=purpose, agent_id=agent_id, name=name, address=address)
        mail.channel_id, mail.mail_id = mailbox.id, mail_id
        await mail_queries.add_mail(session, mail)
        await digest_queries.add_own_mail(session, hash_ref(mail_id))
    wake_at_commit(session, BRIEFINGS)
