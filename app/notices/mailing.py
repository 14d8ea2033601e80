"""A mail of notices is written when it leaves: what was read by then, or can no longer be seen, is not in it."""

from dataclasses import dataclass
from functools import partial
from html import unescape

from app.accounts import queries as accounts
from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.channels import queries as channels
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext, ngettext, use_locale
from app.notices import digest_queries, service
from app.notices.digest_models import Digest
from app.notices.views import NoticeView
from app.sending.service import Mailing, Render, Senders, Written
from connectors.contracts import Address, OutboundMessage


@dataclass(frozen=True, slots=True)
class Post:
    """What sends mails: `address` is where the desk is reached."""

    database: Database
    senders: Senders
    render: Render
    address: str

    @property
    def mailing(self) -> Mailing:
        write = partial(_write, self)
        return Mailing(Digest, self.database, self.senders, write, digest_queries.note_mailed)


@dataclass(frozen=True, slots=True)
class Errand:
    mail_id: str
    agent: Agent
    channel: Channel
    notices: list[NoticeView]


async def _write(post: Post, digest_id: int) -> Written | None:
    errand = await _load(post.database, digest_id)
    return Written(errand.channel, _message(post, errand)) if errand else None


async def _load(database: Database, digest_id: int) -> Errand | None:
    """None when there is nothing left to say, or nobody to say it to."""
    async with database.reading() as session:
        digest = await session.get_one(Digest, digest_id)
        agent = await accounts.find_active_agent(session, digest.agent_id)
        if agent is None:
            return None
        viewer = await viewer_of(session, agent)
        rows = await digest_queries.list_lines(session, digest_id, audience_ids=viewer.audience_ids)
        channel = await channels.get_channel(session, digest.channel_id)
    return Errand(digest.mail_id, agent, channel, service.views(rows)) if rows else None


def _message(post: Post, errand: Errand) -> OutboundMessage:
    """In the agent's language; no customer's words but subjects."""
    use_locale(errand.agent.locale)
    count = len(errand.notices)
    context: dict[str, object] = {"agent": errand.agent, "notices": errand.notices, "address": post.address}
    return OutboundMessage(
        message_id=errand.mail_id,
        sender=Address(gettext("Madoguchi"), errand.channel.address),
        to=(Address(errand.agent.name, errand.agent.email),),
        subject=ngettext("{count} notice that you have not read", "{count} notices that you have not read", count),
        text=unescape(post.render("emails/digest/body.txt", context)),
        html=post.render("emails/digest/body.html", context),
        sent_at=now(),
        is_automatic=True,
    )
