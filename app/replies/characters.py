"""What a mailbox that writes ISO-2022-JP would lose: said while one writes, and refused when one sends (A4)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.charsets import look_alike, lost_in
from app.replies import queries
from app.replies.composing import Letter
from app.replies.errors import CharactersLost
from app.replies.forms import WritingForm

MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Lost:
    """A character that cannot be written, what looks like it ('' for nothing), and the fields in which it stands."""

    character: str
    instead: str
    fields: tuple[str, ...]


async def find_lost(charset: str, texts: Mapping[str, Sequence[str]]) -> list[Lost]:
    """The first of them in their order of appearance, by the texts of each field; nothing where all can be written."""
    return await asyncio.to_thread(_find_lost, charset, texts)


def texts_of(form: WritingForm) -> dict[str, list[str]]:
    return {
        "subject": [form.subject],
        "text": [form.text],
        "from": [form.from_.name] if form.from_ else [],
        "to": [each.name for each in form.to],
        "cc": [each.name for each in form.cc],
        "attachment_ids": form.file_names,
    }


async def require_writable(session: AsyncSession, letter: Letter, *, by: Agent) -> None:
    """Raises CharactersLost: nothing leaves until they are replaced, or it is sent as UTF-8."""
    forwarded_id = letter.forwarded.id if letter.forwarded else None
    names = await queries.list_file_names(session, letter.attachment_ids, uploader_id=by.id, forwarded_id=forwarded_id)
    texts = {
        "subject": [letter.subject],
        "text": [letter.text],
        "from": [letter.sender.name],
        "to": [each.name for each in letter.to],
        "cc": [each.name for each in letter.cc],
        "attachment_ids": names,
    }
    lost = await find_lost(letter.charset, texts)
    if lost:
        raise CharactersLost([(each.character, each.instead, each.fields) for each in lost])


def _find_lost(charset: str, texts: Mapping[str, Sequence[str]]) -> list[Lost]:
    found = {field: dict.fromkeys(lost_in(charset, each)) for field, each in texts.items()}
    characters = dict.fromkeys(character for each in found.values() for character in each)
    return [
        Lost(character, look_alike(character), tuple(field for field, each in found.items() if character in each))
        for character in islice(characters, MOST_NAMED)
    ]
