"""Pages of questions: the form to ask, one question for those whom it concerns, the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import gettext, mark
from app.escalations import queries, reasons
from app.escalations.ledger_queries import LEDGER_ROLES
from app.escalations.models import LEVELS, EscalationState, Outcome
from app.inbox.choices import Choices
from app.inbox.desk import Sight

STATES = {
    "unfinished": mark("Not over"),
    EscalationState.OPEN.value: mark("Waits for an answer"),
    EscalationState.RETURNED.value: mark("Came back: more is needed"),
    "overdue": mark("Overdue"),
    EscalationState.OVER.value: mark("Over"),
    "late": mark("Answered late"),
}
OUTCOMES = {
    Outcome.ANSWERED: mark("Answered"),
    Outcome.WITHDRAWN: mark("Withdrawn"),
    Outcome.CLOSED: mark("Settled otherwise"),
    Outcome.TICKET_DONE: mark("Ended with the ticket"),
    Outcome.OVERTAKEN: mark("Overtaken by the question above"),
}
LEVEL_NAMES = {1: mark("1: a question"), 2: mark("2: a decision is needed"), 3: mark("3: urgent or serious")}
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A file of the ticket that can go along with a question."""

    id: int
    name: str
    size: int


async def read_options(session: AsyncSession, choices: Choices) -> dict[str, Options]:
    """What one can choose among, in the form to ask and in the ledger."""
    return {
        "reasons": reasons.named(await queries.list_reasons(session)),
        "levels": [(str(level), gettext(LEVEL_NAMES[level])) for level in LEVELS],
        "agents": [(str(each.id), each.name) for each in choices.agents],
        "teams": [(str(each.id), each.name) for each in choices.teams],
        "categories": [(str(each.id), each.name) for each in choices.categories],
        "states": [(key, gettext(words)) for key, words in STATES.items()],
        "outcomes": [(key.value, gettext(words)) for key, words in OUTCOMES.items()],
    }


async def list_files(session: AsyncSession, ticket_id: int) -> Sequence[FileChoice]:
    return [FileChoice(row.id, row.name, row.size) for row in await queries.list_ticket_files(session, ticket_id)]


def keeps_ledger(sight: Sight) -> bool:
    return sight.viewer.agent.role in LEDGER_ROLES


def duration(seconds: int | None) -> str:
    """Two parts at most."""
    if seconds is None:
        return ""
    minutes = seconds // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return gettext("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return gettext("{hours} h {minutes} min", hours=hours, minutes=minutes % 60)
    return gettext("{count} min", count=minutes)


def words() -> dict[str, Any]:
    """For templates: what states and outcomes are called."""
    return {
        "state_words": {key: gettext(each) for key, each in STATES.items()},
        "outcome_words": {key.value: gettext(each) for key, each in OUTCOMES.items()},
        "duration": duration,
        "level_words": {level: gettext(each) for level, each in LEVEL_NAMES.items()},
    }
