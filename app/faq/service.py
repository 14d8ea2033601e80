"""The verbs of FAQ entries. They are archived, never deleted, so that what was counted stays."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.core.clock import now
from app.faq import queries
from app.faq.forms import FaqForm
from app.faq.models import FaqEntry

STEP = 10
"""Between two positions, so that one goes between them."""


async def add_entry(session: AsyncSession, form: FaqForm, *, by: Agent) -> FaqEntry:
    entry = FaqEntry(
        question="",
        answer="",
        keywords="",
        language=form.language,
        position=await queries.find_last_position(session) + STEP,
    )
    session.add(entry)
    await _write(session, entry, form, by=by)
    return entry


async def change_entry(session: AsyncSession, entry: FaqEntry, form: FaqForm, *, by: Agent) -> None:
    await _write(session, entry, form, by=by)


async def publish(session: AsyncSession, entry: FaqEntry, is_published: bool, *, by: Agent) -> None:
    """From now on it is suggested, or no longer."""
    before = entry.published_at is not None
    _set_published(entry, is_published)
    _touch(entry, by)
    audit.note_setting(session, FaqEntry.__tablename__, entry.id, by=by, is_published=(before, is_published))


async def archive(session: AsyncSession, entry: FaqEntry, is_archived: bool, *, by: Agent) -> None:
    """Out of the list, and not suggested; it comes back as a draft."""
    before = entry.archived_at is not None
    entry.archived_at = (entry.archived_at or now()) if is_archived else None
    _set_published(entry, False)
    _touch(entry, by)
    audit.note_setting(session, FaqEntry.__tablename__, entry.id, by=by, is_archived=(before, is_archived))


async def note_shown(session: AsyncSession, ids: Collection[int]) -> None:
    """They were suggested to a visitor."""
    await queries.count_up(session, FaqEntry.shown_count, ids)


async def note_helped(session: AsyncSession, entry_id: int) -> None:
    """The visitor said so."""
    await queries.count_up(session, FaqEntry.helped_count, [entry_id])


async def note_handed_over(session: AsyncSession, entry_id: int) -> None:
    """The visitor wanted a person after reading it."""
    await queries.count_up(session, FaqEntry.handed_over_count, [entry_id])


async def _write(session: AsyncSession, entry: FaqEntry, form: FaqForm, *, by: Agent) -> None:
    before, words = _noted(entry), _words(entry)
    entry.question, entry.answer, entry.keywords = form.question, form.answer, form.keywords
    entry.language = form.language
    if form.position is not None:
        entry.position = form.position
    _set_published(entry, form.is_published)
    _touch(entry, by)
    await session.flush()
    changes = audit.differences(before, _noted(entry)) | audit.rewriting(words, _words(entry))
    audit.note_setting(session, FaqEntry.__tablename__, entry.id, by=by, **changes)


def _set_published(entry: FaqEntry, is_published: bool) -> None:
    entry.published_at = (entry.published_at or now()) if is_published else None


def _touch(entry: FaqEntry, by: Agent) -> None:
    entry.changed_at, entry.changed_by_id = now(), by.id


def _noted(entry: FaqEntry) -> dict[str, Any]:
    return {
        "language": entry.language,
        "position": entry.position,
        "is_published": entry.published_at is not None,
    }


def _words(entry: FaqEntry) -> str:
    return "\n".join((entry.question, entry.answer, entry.keywords))
