"""Answering in a talk: who hears it, what may be in it, and whether it can leave at all (MODEL 21)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.conversations import answer_queries, quota_queries
from app.conversations.models import UNREACHABLE, Conversation
from app.conversations.naming import name_of
from app.conversations.quotas import state_of
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.outbox import queries as outbox_queries
from app.outbox.fates import is_fresh
from app.outbox.lending import can_lend, kind_of
from app.outbox.parting import Contents, TooLong, abilities_for, fits, split_text
from app.replies import queries, talk_queries
from app.replies.defaults import Recipient
from app.replies.errors import QuotaExhausted, RecipientUnreachable
from app.replies.forms import LetterForm, ReplyForm
from app.tickets.message_models import Message
from app.tickets.models import Ticket

MAX_SUBJECT = 60
NO_ROOM = mark("At most 5 messages go at once: the text is one, and so is each picture, sound, film and sticker.")
NOT_HERE = mark("There is none on this channel.")


@dataclass(frozen=True, slots=True)
class TalkTerms:
    """In which conversation something is said, and what it has beside words."""

    conversation: Conversation
    channel: Channel
    extras: dict[str, Any] = field(default_factory=dict)


async def find_talk(session: AsyncSession, ticket_id: int) -> TalkTerms | None:
    """That of the customer's newest words, else of ours; None where those were a mail."""
    newest = await talk_queries.find_newest_words(session, ticket_id)
    if newest is None or newest.conversation_id is None:
        return None
    conversation = await answer_queries.get_conversation(session, newest.conversation_id)
    return TalkTerms(conversation, await channel_queries.get_channel(session, conversation.channel_id))


async def talk_with(session: AsyncSession, channel: Channel, customer_id: int | None) -> TalkTerms:
    """To say something first. Raises Invalid at `customer_id`."""
    found = await talk_queries.find_talk_of(session, channel.id, customer_id) if customer_id else None
    if found is None:
        raise Invalid("customer_id", mark("Name a customer who has a conversation on this channel."))
    return TalkTerms(found, channel)


async def terms_of(session: AsyncSession, talk: TalkTerms, form: LetterForm, ticket: Ticket | None) -> TalkTerms:
    """With what the form has beside words. Raises Invalid at a field that a talk has no place for."""
    _refuse_envelope(form, talk)
    _refuse_foreign(form, talk)
    if not (form.text.strip() or form.sticker or form.attachment_ids):
        raise Invalid("text", mark("Write something first."))
    extras: dict[str, Any] = {}
    if form.sticker is not None:
        extras["sticker"] = form.sticker.model_dump()
    if form.quick_replies:
        extras["quick_replies"] = list(form.quick_replies)
    if form.quote_of is not None:
        await _require_quotable(session, form.quote_of, ticket)
        extras["quote_of"] = form.quote_of
    return replace(talk, extras=extras)


def _refuse_envelope(form: LetterForm, talk: TalkTerms) -> None:
    """What is said goes to all who are in the conversation, and to nobody else."""
    here = {"to": talk.conversation.address, "from": talk.channel.address}
    given = {"to": form.to, "from": [form.from_] if form.from_ else None}
    for name, recipients in given.items():
        if recipients is not None and {each.address for each in recipients} - {here[name]}:
            raise Invalid(name, NOT_HERE)
    is_forwarding = isinstance(form, ReplyForm) and form.forward_of is not None
    unknown = {"cc": form.cc, "bcc": form.bcc, "html": form.html, "forward_of": is_forwarding}
    if isinstance(form, ReplyForm):
        unknown["subject"] = form.subject
    for name, value in unknown.items():
        if value:
            raise Invalid(name, NOT_HERE)


def _refuse_foreign(form: LetterForm, talk: TalkTerms) -> None:
    """What other kinds of channels have."""
    abilities = abilities_for(talk.channel.kind)
    wanted = {
        "sticker": form.sticker is not None and not abilities.has_stickers,
        "quick_replies": bool(form.quick_replies) and not abilities.has_quick_replies,
        "quote_of": form.quote_of is not None and not abilities.can_quote,
    }
    for name, is_foreign in wanted.items():
        if is_foreign:
            raise Invalid(name, NOT_HERE)


async def _require_quotable(session: AsyncSession, message_id: int, ticket: Ticket | None) -> None:
    message = await queries.find_mail(session, ticket.id, message_id) if ticket is not None else None
    tokens = await answer_queries.list_quotable(session, [message_id]) if message is not None else {}
    if not tokens:
        raise Invalid("quote_of", mark("This message cannot be quoted."))


async def require_reachable(session: AsyncSession, talk: TalkTerms, form: LetterForm) -> None:
    """Raises RecipientUnreachable, and QuotaExhausted where it is known that nothing can leave this month."""
    if talk.conversation.state in UNREACHABLE:
        raise RecipientUnreachable
    if form.send_at is None and await is_without_quota(session, talk) and not await has_right(session, talk):
        raise QuotaExhausted


async def is_without_quota(session: AsyncSession, talk: TalkTerms) -> bool:
    quota = await quota_queries.find_quota(session, talk.channel.id)
    return quota is not None and state_of(quota, now()).is_exhausted


async def has_right(session: AsyncSession, talk: TalkTerms) -> bool:
    """Whether an answer that leaves now would be a reply, which is free; what waits before it has the right."""
    token = await answer_queries.find_token(session, talk.conversation.id)
    if token is None or token.entry_id is not None or not is_fresh(token.issued_at, now()):
        return False
    return not await outbox_queries.has_waiting(session, talk.conversation.id)


async def require_fitting(
    session: AsyncSession, talk: TalkTerms, *, text: str, attachment_ids: Sequence[int], by: Agent
) -> None:
    """Raises Invalid at `text` or `attachment_ids`."""
    abilities = abilities_for(talk.channel.kind)
    is_lent = attachment_ids and abilities.fetches_files and not talk.channel.is_demo
    if is_lent and not can_lend(talk.channel):
        raise Invalid(
            "attachment_ids",
            mark("LINE fetches files from this desk, which needs an https address: set MADOGUCHI_BASE_URL."),
        )
    contents = await contents_of(session, attachment_ids, by=by, has_sticker="sticker" in talk.extras)
    if not fits(abilities, contents):
        raise Invalid("attachment_ids", mark("At most 5 pictures, sounds, films and stickers go at once."))
    try:
        split_text(text, abilities, contents)
    except TooLong as error:
        if not error.most:
            raise Invalid("text", NO_ROOM) from error
        raise Invalid(
            "text",
            mark("This is too long: {count} characters, of {most} that go at once."),
            count=error.units,
            most=error.most,
        ) from error


async def contents_of(
    session: AsyncSession, attachment_ids: Sequence[int], *, by: Agent, has_sticker: bool
) -> Contents:
    types = await talk_queries.list_upload_types(session, attachment_ids, uploader_id=by.id)
    files = sum(kind_of(each) == "file" for each in types)
    return Contents(shown=len(types) - files, files=files, has_sticker=has_sticker)


def recipient_of(talk: TalkTerms) -> Recipient:
    return Recipient(talk.conversation.name, talk.conversation.address)


def subject_for(text: str) -> str:
    """Of the ticket that saying something first opens."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:MAX_SUBJECT]


def note_said(ticket: Ticket, message: Message, talk: TalkTerms) -> None:
    """What follows belongs to this ticket; a sticker alone is named where words would stand."""
    talk.conversation.ticket_id = ticket.id
    if not message.text.strip():
        ticket.preview = name_of(message.extras)
