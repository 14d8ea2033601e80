"""The last look at merge fields: a letter leaves with all of them filled, or not at all (C2)."""

import re
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.letters.errors import require_complete
from app.letters.fields import Values
from app.letters.frames import opening_in
from app.letters.merging import complete, complete_html
from app.letters.scenes import look_up, scene_of
from app.replies import defaults
from app.replies.composing import Letter
from app.replies.forwarding import forward_subject, forwarded_start
from app.replies.preparing import folded
from app.tickets.models import Ticket

BRACES = re.compile("[{｛]{2}")
BLOCK_QUOTE = re.compile(r"(<blockquote\b.*</blockquote>)", re.IGNORECASE | re.DOTALL)


async def fill_letter(session: AsyncSession, ticket: Ticket, letter: Letter, *, by: Agent) -> Letter:
    """Raises EmptyField and UnknownField at `text`, `subject` or `html`. What it quotes is not ours to fill."""
    setting = await look_up(session, scene_of(ticket, by))
    opening = await opening_in(session, setting, agent=by)
    return replace(
        letter,
        text=await _text(letter, setting.values),
        subject=await _subject(session, ticket, letter, setting.values),
        html=_html(letter.html, setting.values),
        signature=complete(opening.signature, setting.values).text,
    )


async def _text(letter: Letter, values: Values) -> str:
    if not BRACES.search(letter.text):
        return letter.text
    quote_start = await _quote_start(letter)
    own, quote = letter.text[:quote_start], letter.text[quote_start:] if quote_start is not None else ""
    return require_complete("text", complete(own, values)) + quote


async def _quote_start(letter: Letter) -> int | None:
    """A forwarded mail begins with its head, and is no quote to those who fold them."""
    if letter.forwarded is not None:
        return forwarded_start(letter.text, letter.forwarded)
    quote_start, _ = await folded(letter.channel.kind, letter.text)
    return quote_start


async def _subject(session: AsyncSession, ticket: Ticket, letter: Letter, values: Values) -> str:
    """The customer's own subject, with `Re:` before it, may have any braces."""
    if not BRACES.search(letter.subject) or letter.subject == await defaults.subject_for(session, ticket):
        return letter.subject
    if letter.forwarded is not None and letter.subject == forward_subject(letter.forwarded.subject or ticket.subject):
        return letter.subject
    return require_complete("subject", complete(letter.subject, values))


def _html(html: str, values: Values) -> str:
    parts = BLOCK_QUOTE.split(html) if BRACES.search(html) else [html]
    return "".join(
        part if BLOCK_QUOTE.fullmatch(part) else require_complete("html", complete_html(part, values)) for part in parts
    )
