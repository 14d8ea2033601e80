"""Suggests categories for unclassified tickets from similar ones, within one's sight; it never acts by itself (F5)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.rows import AnyRow
from app.trends import suggestion_queries
from app.trends.guessing import Hint, guess
from app.trends.suggestion_queries import Counts


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a ticket beside its words."""

    ticket_id: int
    customer_id: int
    channel_id: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, how sure it is, the customer's words that speak for it, and a ticket like this one."""

    category_id: int
    confidence: float
    because: tuple[str, ...]
    like: int | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """The categories of the newest tickets, and those by channel."""

    categories: Counter[int]
    by_channel: Mapping[int, Counter[int]]


async def suggest(session: AsyncSession, asked: Asked, *, viewer: Viewer) -> Suggestion | None:
    """In six statements, each of which looks at the newest tickets only."""
    audiences = viewer.audience_ids
    terms = (await suggestion_queries.list_terms(session, [asked.ticket_id]))[asked.ticket_id]
    term_ids = [term.id for term in terms]
    counts = await suggestion_queries.count_by_term(session, term_ids, audiences, but=asked.ticket_id)
    usual = await read_usual(session, audiences)
    hints = [*_hints(terms, counts), await _of_customer(session, asked, audiences), _of_channel(asked, usual)]
    found = guess(hints, usual.categories)
    if found is None:
        return None
    speaking = [hint.term_id for hint in found.hints if hint.term_id is not None]
    like = await suggestion_queries.find_nearest(session, speaking, found.category_id, audiences, but=asked.ticket_id)
    return Suggestion(found.category_id, found.confidence, found.because, like)


async def suggest_many(session: AsyncSession, asked: Sequence[Asked], *, viewer: Viewer) -> dict[int, Suggestion]:
    """By ticket, those alone for which there is one; without looking at who wrote, so that it is few statements."""
    audiences = viewer.audience_ids
    terms = await suggestion_queries.list_terms(session, [each.ticket_id for each in asked])
    term_ids = {term.id for each in terms.values() for term in each}
    counts = await suggestion_queries.count_by_term(session, term_ids, audiences)
    usual = await read_usual(session, audiences)
    found: dict[int, Suggestion] = {}
    for each in asked:
        best = guess([*_hints(terms[each.ticket_id], counts), _of_channel(each, usual)], usual.categories)
        if best is not None:
            found[each.ticket_id] = Suggestion(best.category_id, best.confidence, best.because)
    return found


async def read_usual(session: AsyncSession, audience_ids: Sequence[int]) -> Usual:
    by_channel: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for row in await suggestion_queries.list_usual(session, audience_ids):
        by_channel[row.home_channel_id][row.category_id] += 1
    return Usual(sum(by_channel.values(), Counter()), by_channel)


def _hints(terms: Sequence[AnyRow], counts: Counts) -> Iterator[Hint]:
    for term in terms:
        yield Hint(counts.get(term.id, {}), term.label, term.id)


async def _of_customer(session: AsyncSession, asked: Asked, audience_ids: Sequence[int]) -> Hint:
    return Hint(
        await suggestion_queries.list_of_customer(session, asked.customer_id, audience_ids, but=asked.ticket_id)
    )


def _of_channel(asked: Asked, usual: Usual) -> Hint:
    return Hint(usual.by_channel.get(asked.channel_id, {}), is_evidence=False)
