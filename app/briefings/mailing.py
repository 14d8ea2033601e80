"""One mail of a briefing on its way: claimed, written, handed over with nothing open, settled (MODEL 19).

A briefing belongs to no ticket, so its mails go the way that mails of notices go, and not through the outbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

from app.accounts import queries as accounts
from app.briefings import mail_queries, posting
from app.briefings.contents import speaking
from app.briefings.mail_models import BriefingMail, MailPurpose, MailState
from app.briefings.mail_queries import MailClaim
from app.briefings.models import Briefing
from app.briefings.sheets import Sheet, sheet_of
from app.channels import queries as channels
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext
from app.core.log import get_logger
from connectors.contracts import Address, Attachment, DeliveryError, OutboundMessage, Sender

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
    claim: MailClaim
    is_set: bool = False

    async def __call__(self) -> None:
        async with self.database.transaction() as session:
            if not await mail_queries.mark_handed_over(session, self.claim):
                raise ClaimLost
        self.is_set = True


@dataclass(frozen=True, slots=True)
class Press:
    """What sends briefings: `address` is where the desk is reached."""

    database: Database
    blobs: BlobStore
    senders: Senders
    render: Render
    address: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Errand:
    mail: BriefingMail
    channel: Channel
    sheet: Sheet
    locale: str
    pdf: bytes


async def send_next(press: Press) -> bool:
    """False when nothing is due. Raises nothing that one mail is to blame for."""
    async with press.database.transaction() as session:
        claim = await mail_queries.claim_next(session)
    if claim is None:
        return False
    try:
        errand = await _load(press, claim)
    except OSError as error:
        await _settle_error(press.database, claim, DeliveryError(f"{type(error).__name__}: {error}"))
        return True
    if errand is None:
        await _settle(press.database, claim, MailState.DROPPED)
        return True
    await _attempt(press, claim, errand)
    return True


async def _attempt(press: Press, claim: MailClaim, errand: Errand) -> None:
    """A sender's own words are believed; of anything else only the mark tells whether it is certain."""
    mark = CommitMark(press.database, claim)
    try:
        await press.senders(errand.channel).send(_write(press, errand), before_commit_point=mark)
    except ClaimLost:
        log.warning("a mail of a briefing was claimed by another worker", mail=claim.mail_id)
    except DeliveryError as error:
        await _settle_error(press.database, claim, error)
    except Exception as error:
        log.error("a mail of a briefing failed unexpectedly", mail=claim.mail_id, exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        await _settle_error(press.database, claim, DeliveryError(reason, is_uncertain=mark.is_set))
    else:
        await _settle(press.database, claim, MailState.SENT)


async def _load(press: Press, claim: MailClaim) -> Errand | None:
    """None where whoever it is for may no longer see it, or has nothing left to comment on."""
    async with press.database.reading() as session:
        mail = await session.get_one(BriefingMail, claim.mail_id)
        briefing = await session.get_one(Briefing, mail.briefing_id)
        locale = briefing.locale
        if mail.agent_id is not None:
            agent = await accounts.find_active_agent(session, mail.agent_id)
            if agent is None or not await posting.may_see(session, briefing, agent):
                return None
            locale = agent.locale if mail.purpose is MailPurpose.DRAFT else locale
        channel = await channels.get_channel(session, mail.channel_id)
        with speaking(locale):
            sheet = sheet_of(briefing, press.zone)
    if mail.purpose is MailPurpose.DRAFT and not briefing.is_draft:
        return None
    has_pdf = mail.purpose is MailPurpose.REPORT and briefing.pdf_sha256 is not None
    pdf = await press.blobs.get(briefing.pdf_sha256 or "") if has_pdf else b""
    return Errand(mail, channel, sheet, locale, pdf)


def _write(press: Press, errand: Errand) -> OutboundMessage:
    sheet, mail = errand.sheet, errand.mail
    context: dict[str, object] = {"sheet": sheet, "address": press.address, "mail": mail}
    template = "briefing_draft" if mail.purpose is MailPurpose.DRAFT else "briefing"
    with speaking(errand.locale):
        subject = f"{sheet.heading} {sheet.name}"
        if mail.purpose is MailPurpose.DRAFT:
            subject = gettext("To be commented: {title}", title=subject)
        return OutboundMessage(
            message_id=mail.mail_id,
            sender=Address(gettext("Madoguchi"), errand.channel.address),
            to=(Address(mail.name, mail.address),),
            subject=subject,
            text=unescape(press.render(f"emails/{template}/body.txt", context)),
            html=press.render(f"emails/{template}/body.html", context),
            sent_at=now(),
            attachments=_attached(errand),
            is_automatic=True,
        )


def _attached(errand: Errand) -> tuple[Attachment, ...]:
    if not errand.pdf:
        return ()
    return (Attachment(errand.sheet.file_name, "application/pdf", errand.pdf),)


async def _settle_error(database: Database, claim: MailClaim, error: DeliveryError) -> None:
    if error.is_uncertain:
        await _settle(database, claim, MailState.UNCERTAIN, error=error.reason)
    elif error.is_permanent or claim.attempts >= MAX_ATTEMPTS:
        await _settle(database, claim, MailState.FAILED, error=error.reason)
    else:
        await _again(database, claim, error)


async def _again(database: Database, claim: MailClaim, error: DeliveryError) -> None:
    log.warning("a mail of a briefing could not be sent yet", mail=claim.mail_id, reason=error.reason)
    values = {"not_before": now() + PAUSE * claim.attempts, "claim_token": None, "error": error.reason}
    async with database.transaction() as session:
        await mail_queries.settle(session, claim, state=MailState.QUEUED, handed_over_at=None, **values)


async def _settle(database: Database, claim: MailClaim, state: MailState, *, error: str = "") -> None:
    async with database.transaction() as session:
        await mail_queries.settle(session, claim, state=state, settled_at=now(), error=error)
