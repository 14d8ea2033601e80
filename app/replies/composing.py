"""From what was typed to a letter that can leave; what is wrong is said at its field."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.kinds import has_letters, is_deliverable
from app.channels.models import Channel
from app.channels.registry import is_talk
from app.core.errors import Invalid
from app.core.i18n import mark
from app.customers.service import address_key
from app.replies import defaults, queries, talks
from app.replies.defaults import Recipient
from app.replies.forms import LetterForm, MailForm, RecipientForm, ReplyForm
from app.replies.forwarding import find_forwarded, forward_subject
from app.replies.preparing import safe_html
from app.replies.talks import TalkTerms
from app.tickets.message_models import Message
from app.tickets.models import Ticket

NO_MAILBOX = mark(
    "Nothing can be sent on this channel, and no mailbox is set that answers for it. "
    "An administrator names one in the channel's settings."
)
NOT_IN_A_LINE = frozenset(("Cc", "Cs", "Zl", "Zp"))


@dataclass(frozen=True, slots=True)
class Letter:
    channel: Channel
    sender: Recipient
    to: Sequence[Recipient]
    cc: Sequence[Recipient]
    bcc: Sequence[Recipient]
    subject: str
    text: str
    html: str
    attachment_ids: Sequence[int]
    charset: str
    """What it is to be written in."""
    forwarded: Message | None = None
    """What it passes on."""
    signature: str = ""
    """What its writer's letters end with there, if it is known."""
    talk: TalkTerms | None = None
    """The conversation that it is said in; a mail has none."""


async def compose_reply(session: AsyncSession, ticket: Ticket, form: LetterForm) -> Letter:
    talk = await talks.find_talk(session, ticket.id)
    if talk is not None:
        return await _compose_talk(session, form, talk, ticket)
    channel = await _mail_channel(session, ticket)
    _refuse_talk(form)
    forwarded = await find_forwarded(session, ticket, form.forward_of) if isinstance(form, ReplyForm) else None
    letter = await _compose(
        form,
        channel=channel,
        sender=_sender(channel, form) or await defaults.sender_for(session, ticket, channel),
        to=await _to(session, ticket, form, forwarded, channel),
        subject=_line("subject", await _subject(session, ticket, form, forwarded)),
    )
    return replace(letter, forwarded=forwarded)


async def _mail_channel(session: AsyncSession, ticket: Ticket) -> Channel:
    """The ticket's own, where letters leave by it; else the mailbox that the newest words came in at, else the one by
    which the ticket's channel is answered. Raises Invalid."""
    home = ticket.home_channel
    if has_letters(home.kind):
        return home
    answered = await queries.find_answered(session, ticket.id)
    came_by = await channel_queries.get_channel(session, answered.channel_id) if answered else home
    if has_letters(came_by.kind):
        return came_by
    mailbox = await channel_queries.find_mailbox_of(session, home)
    if mailbox is None:
        raise Invalid("channel", NO_MAILBOX)
    return mailbox


async def _compose_talk(session: AsyncSession, form: LetterForm, talk: TalkTerms, ticket: Ticket | None) -> Letter:
    """To whoever is in the conversation. Raises RecipientUnreachable and QuotaExhausted."""
    terms = await talks.terms_of(session, talk, form, ticket)
    await talks.require_reachable(session, talk, form)
    return Letter(
        channel=talk.channel,
        sender=Recipient(talk.channel.name, talk.channel.address),
        to=[talks.recipient_of(talk)],
        cc=[],
        bcc=[],
        subject="",
        text=form.text.strip(),
        html="",
        attachment_ids=list(dict.fromkeys(form.attachment_ids)),
        charset=talk.channel.charset,
        talk=terms,
    )


async def _to(
    session: AsyncSession, ticket: Ticket, form: LetterForm, forwarded: Message | None, channel: Channel
) -> Sequence[Recipient]:
    """Whom a forwarded mail goes to, somebody says."""
    if form.to is not None or forwarded is not None:
        return _recipients("to", form.to or [], channel)
    return await defaults.recipients_for(session, ticket)


async def _subject(session: AsyncSession, ticket: Ticket, form: LetterForm, forwarded: Message | None) -> str:
    if form.subject is not None:
        return form.subject
    if forwarded is not None:
        return forward_subject(forwarded.subject or ticket.subject)
    return await defaults.subject_for(session, ticket)


async def compose_mail(session: AsyncSession, form: MailForm, *, channel: Channel) -> Letter:
    if not has_letters(channel.kind) and not is_talk(channel.kind):
        raise Invalid("channel_id", mark("Nothing can be sent on this channel."))
    if is_talk(channel.kind):
        talk = await talks.talk_with(session, channel, form.customer_id)
        letter = await _compose_talk(session, form, talk, None)
        return replace(letter, subject=_line("subject", form.subject or talks.subject_for(form.text)))
    _refuse_talk(form)
    return await _compose(
        form,
        channel=channel,
        sender=_sender(channel, form) or defaults.own_address(channel, ()),
        to=_recipients("to", form.to or [], channel),
        subject=_line("subject", form.subject or ""),
    )


async def _compose(
    form: LetterForm, *, channel: Channel, sender: Recipient, to: Sequence[Recipient], subject: str
) -> Letter:
    if not to:
        raise Invalid("to", mark("Name at least one recipient."))
    if not form.text.strip():
        raise Invalid("text", mark("Write something first."))
    return Letter(
        channel=channel,
        sender=sender,
        to=to,
        cc=_recipients("cc", form.cc, channel),
        bcc=_recipients("bcc", form.bcc, channel),
        subject=subject,
        text=form.text,
        html=await _safe_html(form.html),
        attachment_ids=list(dict.fromkeys(form.attachment_ids)),
        charset=channel.charset if form.charset == "mailbox" else form.charset,
    )


def _refuse_talk(form: LetterForm) -> None:
    for name, value in (("sticker", form.sticker), ("quick_replies", form.quick_replies), ("quote_of", form.quote_of)):
        if value:
            raise Invalid(name, mark("This is for LINE and its like, not for mail."))


def _sender(channel: Channel, form: LetterForm) -> Recipient | None:
    """Nobody writes under an address that is not the mailbox's. Its name is the one that was set up with it."""
    if form.from_ is None:
        return None
    key = address_key(form.from_.address)
    if key not in {address_key(each.address) for each in channel.own_addresses}:
        raise Invalid("from", mark("This mailbox does not write under this address."))
    return defaults.own_address(channel, [key])


def _recipients(field: str, given: Sequence[RecipientForm], channel: Channel) -> list[Recipient]:
    """Each address once."""
    found = {each.address.strip(): Recipient(_line(field, each.name), each.address.strip()) for each in given}
    for address in found:
        if not is_deliverable(channel.kind, address):
            raise Invalid(field, mark("“{address}” is not an address that can be written to."), address=address)
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
