"""What was said in a chat, by mail to its visitor: never a note, nor anything that they could not see themselves.

It leaves by the one outbox, from the mailbox that continues the chat, as an automatic message of the ticket.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.chats import read_chat
from app.channels.models import Channel
from app.chat import desk_queries
from app.chat.desk_queries import TRANSCRIPT
from app.chat.languages import language_of, time_words
from app.conversations import visitor_queries
from app.conversations.models import Conversation
from app.conversations.visitor_models import Visitor
from app.core.i18n import current_locale, gettext
from app.core.rows import AnyRow
from app.outbox.addresses import is_deliverable
from app.outbox.mailing import automatic_mail, post
from app.tickets.history_models import EventKind
from app.tickets.message_models import MessageKind
from app.tickets.models import Ticket
from app.web.templates import render_text


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    at: str
    text: str
    files: tuple[str, ...]
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Transcript:
    """In the visitor's language."""

    subject: str
    text: str
    html: str


async def send(session: AsyncSession, ticket: Ticket, conversation: Conversation) -> bool:
    """False where it cannot go by mail, or nothing was said since it last did."""
    visitor = await visitor_queries.find_visitor_of(session, conversation.id)
    chat = await channel_queries.get_channel(session, conversation.channel_id)
    address = await mail_of(session, ticket, visitor) if visitor else ""
    if visitor is None or not address or chat.mail_channel_id is None:
        return False
    said = await desk_queries.list_said(session, ticket.id, conversation.id)
    if not said or await desk_queries.has_transcript_since(session, ticket.id, said[-1].id):
        return False
    mailbox = await channel_queries.get_channel(session, chat.mail_channel_id)
    files = await _files(session, [row.id for row in said])
    written = _write(ticket, chat, visitor, said, files)
    up_to = {TRANSCRIPT: said[-1].id}
    mail = automatic_mail(mailbox, subject=written.subject, text=written.text, html=written.html, extras=up_to)
    await post(session, ticket, mail, mailbox, name=visitor.name, address=address, kind=EventKind.TRANSCRIPT_SENT)
    return True


async def is_sent(session: AsyncSession, ticket: Ticket, conversation: Conversation) -> bool:
    """Whether everything that was said has gone by mail."""
    said = await desk_queries.list_said(session, ticket.id, conversation.id)
    return bool(said) and await desk_queries.has_transcript_since(session, ticket.id, said[-1].id)


async def mail_of(session: AsyncSession, ticket: Ticket, visitor: Visitor) -> str:
    """What they left, or the site said; else where else the customer writes from."""
    address = visitor.mail or await desk_queries.find_mail(session, ticket.customer_id)
    return address if address and is_deliverable(address) else ""


async def _files(session: AsyncSession, message_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    names: defaultdict[int, list[str]] = defaultdict(list)
    for row in await desk_queries.list_file_names(session, message_ids):
        names[row.message_id].append(row.name)
    return names


def _write(
    ticket: Ticket, chat: Channel, visitor: Visitor, said: Sequence[AnyRow], files: Mapping[int, Sequence[str]]
) -> Transcript:
    settings = read_chat(chat)
    with language_of(visitor):
        title = settings.words(current_locale()).title or chat.name
        ours = title if not settings.shows_agent_name else ""
        names = (visitor.name or gettext("You"), ours, title)
        lines = [_line(row, names, files.get(row.id, ())) for row in said]
        context = {"title": title, "number": ticket.number, "lines": lines}
        return Transcript(
            subject=gettext("[{number}] What was said in the chat with {name}", number=f"#{ticket.number}", name=title),
            text=unescape(render_text("emails/transcript/body.txt", context)).strip() + "\n",
            html=render_text("emails/transcript/body.html", context),
        )


def _line(row: AnyRow, names: tuple[str, str, str], files: Sequence[str]) -> Line:
    theirs, ours, desk = names
    is_ours = row.kind is MessageKind.OUTBOUND
    name = (desk if row.is_automatic else ours or row.agent_name or desk) if is_ours else theirs
    return Line(name, time_words(row.created_at), row.text.strip(), tuple(files), is_ours)
