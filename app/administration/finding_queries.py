from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Team
from app.bulletin.models import Announcement
from app.channels.kinds import WITH_PAGES
from app.channels.models import EMAIL, FORM, LINE, Channel
from app.core.rows import AnyRow
from app.faq.models import FaqEntry
from app.letters.models import LetterTemplate
from app.tickets.classification_models import Field, Label
from app.tickets.models import Category, Status


def _named(noun: str, table: Any, name: Any, words: Any, *conditions: Any) -> Any:
    statement = select(literal(noun).label("noun"), table.id, name.label("name"), words.label("words"))
    return statement.where(*conditions)


NAMED = union_all(
    _named("people", Agent, Agent.name, Agent.email),
    _named("teams", Team, Team.name, literal(""), Team.archived_at.is_(None)),
    _named("mailboxes", Channel, Channel.name, Channel.address, Channel.kind.in_((EMAIL, LINE))),
    _named("channels", Channel, Channel.name, Channel.kind, Channel.kind.not_in(sorted(WITH_PAGES))),
    _named("forms", Channel, Channel.name, Channel.key, Channel.kind == FORM),
    _named("statuses", Status, Status.name, Status.key, Status.archived_at.is_(None)),
    _named("categories", Category, Category.name, literal(""), Category.archived_at.is_(None)),
    _named("labels", Label, Label.name, literal(""), Label.archived_at.is_(None)),
    _named("fields", Field, Field.name, Field.key, Field.archived_at.is_(None)),
    _named(
        "templates",
        LetterTemplate,
        LetterTemplate.name,
        LetterTemplate.reading,
        LetterTemplate.archived_at.is_(None),
        LetterTemplate.owner_id.is_(None),
    ),
    _named("faq", FaqEntry, FaqEntry.question, FaqEntry.keywords, FaqEntry.archived_at.is_(None)),
    _named("announcements", Announcement, Announcement.title, literal(""), Announcement.archived_at.is_(None)),
)


async def list_named(session: AsyncSession) -> Sequence[AnyRow]:
    """Everything in the settings that has a name: `noun`, `id`, `name`, and `words` it may be known by too."""
    return (await session.execute(NAMED)).all()
