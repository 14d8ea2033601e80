"""A mail of a briefing is written when it leaves, for whoever may still see it.

A briefing belongs to no ticket, so its mails go the way that mails of notices go, and not through the outbox.
"""

from dataclasses import dataclass
from functools import partial
from html import unescape
from zoneinfo import ZoneInfo

from app.accounts import queries as accounts
from app.briefings import posting
from app.briefings.contents import speaking
from app.briefings.mail_models import BriefingMail, MailPurpose
from app.briefings.models import Briefing
from app.briefings.sheets import Sheet, sheet_of
from app.channels import queries as channels
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.i18n import gettext
from app.sending.service import Mailing, Render, Senders, Written
from connectors.contracts import Address, Attachment, OutboundMessage


@dataclass(frozen=True, slots=True)
class Press:
    """What sends briefings: `address` is where the desk is reached."""

    database: Database
    blobs: BlobStore
    senders: Senders
    render: Render
    address: str
    zone: ZoneInfo

    @property
    def mailing(self) -> Mailing:
        return Mailing(BriefingMail, self.database, self.senders, partial(_write, self))


@dataclass(frozen=True, slots=True)
class Errand:
    mail: BriefingMail
    channel: Channel
    sheet: Sheet
    locale: str
    pdf: bytes


async def _write(press: Press, mail_id: int) -> Written | None:
    errand = await _load(press, mail_id)
    return Written(errand.channel, _message(press, errand)) if errand else None


async def _load(press: Press, mail_id: int) -> Errand | None:
    """None where whoever it is for may no longer see it, or has nothing left to comment on."""
    async with press.database.reading() as session:
        mail = await session.get_one(BriefingMail, mail_id)
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


def _message(press: Press, errand: Errand) -> OutboundMessage:
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
