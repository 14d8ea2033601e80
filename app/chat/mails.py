"""The mail in which a chat goes on, in the visitor's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.chats import read_chat
from app.channels.models import Channel
from app.chat import continuing_queries as queries
from app.chat.languages import language_of, time_words
from app.chat.unheard import Unheard
from app.core.i18n import current_locale, gettext
from app.core.rows import AnyRow
from app.outbox import lending
from app.tickets.message_models import Attachment

MAX_FILE_BYTES = 25 * 1024 * 1024
"""Of all files of one mail; more than that is told by links."""
MAX_QUOTE = 300
TEMPLATE = "emails/continued/body.txt"

Render = Callable[[str, Mapping[str, Any]], str]
"""A template by its name; handed in, since this knows no HTML."""


@dataclass(frozen=True, slots=True)
class Words:
    """One answer, for the template. `files` are links to what is too large to go along."""

    name: str
    at: str
    text: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """In the visitor's language, to the address that they had then; `files` go along."""

    of: Unheard
    mailbox: Channel
    mail: str
    subject: str
    text: str
    files: Sequence[Attachment]


async def write(session: AsyncSession, found: Unheard, render: Render) -> Letter:
    mailbox = await channel_queries.get_channel(session, found.chat.mail_channel_id or 0)
    number = (await queries.get_place(session, found.rows[-1].ticket_id)).number
    question = await queries.find_question(session, found.conversation_id, before=found.rows[0].sent_at)
    files = await queries.list_files(session, found.ids)
    goes_along = sum(file.size for file in files) <= MAX_FILE_BYTES
    with language_of(found.visitor):
        subject, context = _context(found, mailbox, number, question, () if goes_along else files)
        text = unescape(render(TEMPLATE, context)).strip() + "\n"
    return Letter(found, mailbox, found.visitor.mail, subject, text, files if goes_along else ())


def _context(
    found: Unheard, mailbox: Channel, number: int, question: AnyRow | None, lent: Sequence[Attachment]
) -> tuple[str, dict[str, Any]]:
    settings = read_chat(found.chat)
    title = settings.words(current_locale()).title or found.chat.name
    context = {
        "title": title,
        "number": number,
        "name": found.visitor.name,
        "answers": [
            Words(
                name=(row.agent_name if settings.shows_agent_name else "") or title,
                at=time_words(row.sent_at),
                text=row.text.strip(),
                files=_links(mailbox, row.id, lent),
            )
            for row in found.rows
        ],
        "question": _quote(question.text) if question else (),
        "asked_at": time_words(question.created_at) if question else "",
        "days": lending.LIFE.days,
    }
    return gettext("[{number}] An answer to your chat with {name}", number=f"#{number}", name=title), context


def _links(mailbox: Channel, message_id: int, lent: Sequence[Attachment]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{file.name} ({lending.in_units(file.size)})", lending.url_of(mailbox, file, lending.WHOLE))
        for file in lent
        if file.message_id == message_id
    )


def _quote(text: str) -> tuple[str, ...]:
    """Its first words, line by line."""
    short = text.strip()
    return tuple((short if len(short) <= MAX_QUOTE else f"{short[:MAX_QUOTE].rstrip()}…").splitlines())
