"""From what was typed to a letter that can leave; what is wrong is said at its field."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.channels.registry import has_connector
from app.core.errors import Invalid
from app.core.i18n import mark
from app.outbox.addresses import is_deliverable
from app.replies import defaults
from app.replies.defaults import Recipient
from app.replies.forms import LetterForm, RecipientForm
from app.replies.preparing import safe_html
from app.tickets.models import Ticket

NOT_IN_A_LINE = frozenset(("Cc", "Cs", "Zl", "Zp"))


@dataclass(frozen=True, slots=True)
class Letter:
    channel: Channel
    to: Sequence[Recipient]
    cc: Sequence[Recipient]
    bcc: Sequence[Recipient]
    subject: str
    text: str
    html: str
    attachment_ids: Sequence[int]
    signature: str = ""
    """What its writer's letters end with there, if it is known."""


async def compose_reply(session: AsyncSession, ticket: Ticket, form: LetterForm) -> Letter:
    channel = ticket.home_channel
    _require_connector(channel, field="channel")
    to = _recipients("to", form.to) if form.to is not None else await defaults.recipients_for(session, ticket)
    subject = form.subject if form.subject is not None else await defaults.subject_for(session, ticket)
    return await _compose(form, channel=channel, to=to, subject=_line("subject", subject))


async def compose_mail(form: LetterForm, *, channel: Channel) -> Letter:
    _require_connector(channel, field="channel_id")
    return await _compose(
        form, channel=channel, to=_recipients("to", form.to or []), subject=_line("subject", form.subject or "")
    )


async def _compose(form: LetterForm, *, channel: Channel, to: Sequence[Recipient], subject: str) -> Letter:
    if not to:
        raise Invalid("to", mark("Name at least one recipient."))
    if not form.text.strip():
        raise Invalid("text", mark("Write something first."))
    return Letter(
        channel=channel,
        to=to,
        cc=_recipients("cc", form.cc),
        bcc=_recipients("bcc", form.bcc),
        subject=subject,
        text=form.text,
        html=await _safe_html(form.html),
        attachment_ids=list(dict.fromkeys(form.attachment_ids)),
    )


def _require_connector(channel: Channel, *, field: str) -> None:
    if not has_connector(channel.kind):
        raise Invalid(field, mark("Nothing can be sent on this channel."))


def _recipients(field: str, given: Sequence[RecipientForm]) -> list[Recipient]:
    """Each address once."""
    found = {each.address.strip(): Recipient(_line(field, each.name), each.address.strip()) for each in given}
    for address in found:
        if not is_deliverable(address):
            raise Invalid(field, mark("“{address}” is not a mail address."), address=address)
    return list(found.values())


def _line(field: str, text: str) -> str:
    """What goes into a header has no line end, which could begin another one."""
    if any(unicodedata.category(character) in NOT_IN_A_LINE for character in text):
        raise Invalid(field, mark("Control characters are not allowed here."))
    return text.strip()


async def _safe_html(html: str) -> str:
    safe = await safe_html(html) if html else ""
    if safe is None:
        raise Invalid("html", mark("This is too large."))
    return safe
