"""The search box over all settings: pages by what they are about, things by their names."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.administration import finding_queries
from app.administration.directory import SETTINGS, Setting
from app.core.folding import fold
from app.core.i18n import gettext
from app.core.latin import latin, latin_query
from app.core.rows import AnyRow
from app.inbox.words import status_name

MOST = 20
PAGES = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Finding:
    """A page of the settings, or something that has a name in them."""

    name: str
    where: str
    icon: str
    path: str
    words: str = ""
    """What else it may be looked for by."""


async def find(session: AsyncSession, query: str) -> list[Finding]:
    """What fits every word of the query: pages first, then what begins with it."""
    wanted = fold(query)
    if not wanted:
        return []
    things = [*map(_page, SETTINGS), *await _named(session)]
    fitting = [each for each in things if _fits(each, wanted)]
    return sorted(fitting, key=lambda each: not fold(each.name).startswith(wanted))[:MOST]


def _page(setting: Setting) -> Finding:
    words = f"{setting.keywords} {setting.title} {gettext(setting.summary)}"
    return Finding(gettext(setting.title), gettext("Settings"), setting.icon, setting.path, words)


async def _named(session: AsyncSession) -> list[Finding]:
    return [_thing(row) for row in await finding_queries.list_named(session)]


def _thing(row: AnyRow) -> Finding:
    page = PAGES[row.noun]
    name = status_name(row.words, row.name) if row.noun == "statuses" else row.name
    return Finding(name, gettext(page.title), page.icon, f"{page.path}/{row.id}", row.words)


def _fits(finding: Finding, wanted: str) -> bool:
    text = fold(f"{finding.name} {finding.words}")
    return all(_has(text, word) for word in wanted.split())


def _has(text: str, word: str) -> bool:
    return word in text or latin_query(word) in latin(text)
