"""Tickets without a category, each with the one it may belong to; what was accepted, and how to take it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.bulk import queries as bulk_queries
from app.bulk import service as bulk
from app.bulk.forms import BulkChanges, BulkForm, SeenTicket
from app.bulk.models import BulkRun, BulkState
from app.core.rows import AnyRow
from app.inbox.choices import Choices
from app.inbox.suggestions import SuggestionView, view_of
from app.trends import suggestion_queries
from app.trends.suggesting import Asked, suggest_many

PAGE = 40


@dataclass(frozen=True, slots=True)
class Unclassified:
    number: int
    subject: str
    created_at: datetime
    suggestion: SuggestionView | None

    @property
    def value(self) -> str:
        """As a page sends it back."""
        return f"{self.number}:{self.suggestion.category_id}:{self.suggestion.percent}" if self.suggestion else ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a page sent back: that ticket has this category; how sure the page was."""

    number: int
    category_id: int
    percent: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Of some runs together."""

    run_ids: tuple[int, ...]
    total: int
    done: int
    refused: int
    is_finished: bool
    is_undoing: bool
    only: AnyRow | None = None
    """Where they are about one ticket that is done: its id, subject and category."""


async def read_unclassified(
    session: AsyncSession, viewer: Viewer, choices: Choices, *, before: int | None
) -> list[Unclassified]:
    rows = await suggestion_queries.list_unclassified(session, viewer.audience_ids, before=before, limit=PAGE)
    asked = [Asked(row.id, row.customer_id, row.home_channel_id) for row in rows]
    found = await suggest_many(session, asked, viewer=viewer)
    views = {number: view_of(each, choices) for number, each in found.items()}
    return [Unclassified(row.id, row.subject, row.created_at, views.get(row.id)) for row in rows]


async def accept(session: AsyncSession, accepted: Iterable[Accepted], *, viewer: Viewer) -> list[int]:
    """A run for each category, over what has none still; the ids of the runs."""
    chosen = {each.number: each.category_id for each in accepted}
    free = await suggestion_queries.list_free(session, list(chosen), viewer.audience_ids)
    by_category: dict[int, list[SeenTicket]] = {}
    for number in sorted(free):
        by_category.setdefault(chosen[number], []).append(SeenTicket(number=number))
    run_ids = []
    for category_id, tickets in sorted(by_category.items()):
        form = BulkForm(tickets=tickets, changes=BulkChanges(category_id=category_id))
        run_ids.append((await bulk.begin(session, form, viewer=viewer)).id)
    return run_ids


async def undo(session: AsyncSession, run_ids: Sequence[int], *, viewer: Viewer) -> list[int]:
    """Raises NotFinished and UndoneBefore."""
    runs = await _own_runs(session, run_ids, viewer)
    return [(await bulk.undo(session, run)).id for run in runs]


async def read_progress(session: AsyncSession, run_ids: Sequence[int], *, viewer: Viewer) -> Progress | None:
    runs = await _own_runs(session, run_ids, viewer)
    if not runs:
        return None
    counts = [_counts(await bulk_queries.count_by_state(session, run.id)) for run in runs]
    done_ids = [each for run in runs for each in await bulk_queries.list_done_ids(session, run.id)]
    is_alone = len(done_ids) == 1
    return Progress(
        run_ids=tuple(run.id for run in runs),
        total=sum(sum(each.values()) for each in counts),
        done=sum(each.get(BulkState.DONE, 0) for each in counts),
        refused=sum(each.get(BulkState.REFUSED, 0) for each in counts),
        is_finished=all(run.finished_at is not None for run in runs),
        is_undoing=any(run.undoes_id is not None for run in runs),
        only=await suggestion_queries.find_named(session, done_ids[0], viewer.audience_ids) if is_alone else None,
    )


async def _own_runs(session: AsyncSession, run_ids: Sequence[int], viewer: Viewer) -> list[BulkRun]:
    found = [await bulk_queries.find_run(session, each, agent_id=viewer.agent.id) for each in run_ids]
    return [run for run in found if run is not None]


def _counts(rows: Iterable[AnyRow]) -> Mapping[str, int]:
    return {row.state: row.number for row in rows}
