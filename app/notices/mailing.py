"""One mail of notices on its way: claimed, written, handed over with nothing open, settled (MODEL 19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from app.accounts import queries as accounts
from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.channels import queries as channels
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext, ngettext, use_locale
from app.core.log import get_logger
from app.notices import digest_queries, service
from app.notices.digest_models import DigestState
from app.notices.digest_queries import DigestClaim
from app.notices.views import NoticeView
from connectors.contracts import Address, DeliveryError, OutboundMessage, Sender

Senders = Callable[[Channel], Sender]
Render = Callable[[str, dict[str, object]], str]
"""A template by its name; handed in, since this knows no HTML."""

MAX_ATTEMPTS = 5
PAUSE = timedelta(minutes=10)

log = get_logger(__name__)


class ClaimLost(Exception):
    """Another worker may have the mail: nothing is handed over."""


@dataclass(slots=True)
class CommitMark:
    """The sender's `before_commit_point`: from then on a lost worker means uncertain."""

    database: Database
    claim: DigestClaim
    is_set: bool = False

    async def __call__(self) -> None:
        async with self.database.transaction() as session:
            if not await digest_queries.mark_handed_over(session, self.claim):
                raise ClaimLost
        self.is_set = True


@dataclass(frozen=True, slots=True)
class Post:
    """What sends mails: `address` is where the desk is reached."""

    database: Database
    senders: Senders
    render: Render
    address: str


@dataclass(frozen=True, slots=True)
class Errand:
    agent: Agent
    channel: Channel
    notices: list[NoticeView]


async def send_next(post: Post) -> bool:
    """False when nothing is due. Raises nothing that one mail is to blame for."""
    async with post.database.transaction() as session:
        claim = await digest_queries.claim_next(session)
    if claim is None:
        return False
    errand = await _load(post.database, claim)
    if errand is None:
        await _settle(post.database, claim, DigestState.DROPPED)
        return True
    await _attempt(post, claim, errand)
    return True


async def _attempt(post: Post, claim: DigestClaim, errand: Errand) -> None:
    """A sender's own words are believed; of anything else only the mark tells whether it is certain."""
    mark = CommitMark(post.database, claim)
    try:
        await post.senders(errand.channel).send(_write(post, claim, errand), before_commit_point=mark)
    except ClaimLost:
        log.warning("a mail of notices was claimed by another worker", digest=claim.digest_id)
    except DeliveryError as error:
        await _settle_error(post.database, claim, error)
    except Exception as error:
        log.error("a mail of notices failed unexpectedly", digest=claim.digest_id, exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        await _settle_error(post.database, claim, DeliveryError(reason, is_uncertain=mark.is_set))
    else:
        await _settle(post.database, claim, DigestState.SENT)


async def _load(database: Database, claim: DigestClaim) -> Errand | None:
    """None when there is nothing left to say, or nobody to say it to."""
    async with database.reading() as session:
        agent = await accounts.find_active_agent(session, claim.agent_id)
        if agent is None:
            return None
        viewer = await viewer_of(session, agent)
        rows = await digest_queries.list_lines(session, claim.digest_id, audience_ids=viewer.audience_ids)
        channel = await channels.get_channel(session, claim.channel_id)
    return Errand(agent, channel, service.views(rows)) if rows else None


def _write(post: Post, claim: DigestClaim, errand: Errand) -> OutboundMessage:
    """In the agent's language; no customer's words but subjects."""
    use_locale(errand.agent.locale)
    count = len(errand.notices)
    context: dict[str, object] = {"agent": errand.agent, "notices": errand.notices, "address": post.address}
    return OutboundMessage(
        message_id=claim.mail_id,
        sender=Address(gettext("Madoguchi"), errand.channel.address),
        to=(Address(errand.agent.name, errand.agent.email),),
        subject=ngettext("{count} notice that you have not read", "{count} notices that you have not read", count),
        text=unescape(post.render("emails/digest/body.txt", context)),
        html=post.render("emails/digest/body.html", context),
        sent_at=now(),
        is_automatic=True,
    )


async def _settle_error(database: Database, claim: DigestClaim, error: DeliveryError) -> None:
    if error.is_uncertain:
        await _settle(database, claim, DigestState.UNCERTAIN, error=error.reason)
    elif error.is_permanent or claim.attempts >= MAX_ATTEMPTS:
        await _settle(database, claim, DigestState.FAILED, error=error.reason)
    else:
        await _again(database, claim, error)


async def _again(database: Database, claim: DigestClaim, error: DeliveryError) -> None:
    log.warning("a mail of notices could not be sent yet", digest=claim.digest_id, reason=error.reason)
    values = {"not_before": now() + PAUSE * claim.attempts, "claim_token": None, "error": error.reason}
    async with database.transaction() as session:
        await digest_queries.settle(session, claim, state=DigestState.QUEUED, handed_over_at=None, **values)


async def _settle(database: Database, claim: DigestClaim, state: DigestState, *, error: str = "") -> None:
    async with database.transaction() as session:
        is_ours = await digest_queries.settle(session, claim, state=state, settled_at=now(), error=error)
        if is_ours and state is DigestState.SENT:
            await digest_queries.note_mailed(session, claim.digest_id)
