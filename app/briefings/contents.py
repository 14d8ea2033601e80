"""What a briefing says: numbers as values and the words around them, written down once.

The words are of the language that the briefing is made in. Nothing is read or computed when it is shown: what was
frozen looks the same whatever becomes of tickets, calendars and this program's formats.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.briefings import periods, queries
from app.briefings.models import BriefingKind, BriefingPlan
from app.briefings.periods import Days
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import current_locale, gettext, mark, ngettext, use_locale
from app.inbox.list_queries import Selection
from app.reports.service import read_table
from app.reports.values import Axis, ColumnType, Interval, Period, Question, ReportName, Table, Unit
from app.reports.wording import NOTHING, period_words, written
from app.web.filters import exact_time

MOST_ROWS = 10
MOST_TRENDS = 5
FORM = 1
"""Of what is stored; a reader of an older one must still read it."""

NAMES = {
    BriefingKind.DAILY: mark("Daily report"),
    BriefingKind.WEEKLY: mark("Weekly report"),
    BriefingKind.MONTHLY: mark("Monthly report"),
}
FIGURES = (
    (ReportName.VOLUME, "received", mark("Tickets received"), Unit.TICKETS),
    (ReportName.VOLUME, "inbound", mark("Messages received"), Unit.MESSAGES),
    (ReportName.VOLUME, "outbound", mark("Messages sent"), Unit.MESSAGES),
    (ReportName.WORK, "done", mark("Done"), Unit.TICKETS),
    (ReportName.WORK, "reopened", mark("Reopened"), Unit.TICKETS),
    (ReportName.SPEED, "first_reply_median", mark("First reply, median"), Unit.SECONDS),
    (ReportName.SPEED, "first_reply_p90", mark("First reply, nine of ten within"), Unit.SECONDS),
    (ReportName.SPEED, "resolution_median", mark("Resolution, median"), Unit.SECONDS),
    (ReportName.BACKLOG, "new", mark("Backlog at the end: new"), Unit.TICKETS),
    (ReportName.BACKLOG, "in_progress", mark("Backlog at the end: in progress"), Unit.TICKETS),
    (ReportName.BACKLOG, "over_7d", mark("Backlog at the end: older than 7 days"), Unit.TICKETS),
    (ReportName.ESCALATIONS, "count", mark("Escalations"), Unit.NONE),
    (ReportName.ESCALATIONS, "overdue", mark("Escalations overdue"), Unit.NONE),
)

Totals = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted, of which days."""

    kind: BriefingKind
    days: Days
    zone: ZoneInfo
    audience_ids: tuple[int, ...]
    team_id: int | None

    @property
    def period(self) -> Period:
        return Period(*self.days, self.zone)

    @property
    def period_before(self) -> Period:
        return Period(*periods.before(self.kind, self.days[0]), self.zone)

    def question(self, report: ReportName, period: Period, **others: Any) -> Question:
        return Question(report, period, Selection(self.audience_ids, team_id=self.team_id), **others)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number beside that of the period before; `…_text` is how it is written."""

    title: str
    now: float | None
    before: float | None
    now_text: str
    before_text: str
    change_text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` are as they are written, `values` the numbers in them."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    values: list[list[Any]]


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    spoken = current_locale()
    use_locale(locale)
    try:
        yield
    finally:
        use_locale(spoken)


def scope_of(plan: BriefingPlan, days: Days, audience_ids: Sequence[int], zone: ZoneInfo) -> Scope:
    return Scope(plan.kind, days, zone, tuple(audience_ids), plan.team_id)


async def read_contents(session: AsyncSession, scope: Scope, *, locale: str) -> dict[str, Any]:
    """Everything that a briefing says but its comment; plain values that can be stored."""
    with speaking(locale):
        totals = {report: await _totals(session, scope, report, scope.period) for report in READ}
        past = {report: await _totals(session, scope, report, scope.period_before) for report in READ}
        grids = [await _by_axis(session, scope, *each) for each in SPLITS]
        grids.append(await _trends(session, scope))
        return {
            "form": FORM,
            "title": gettext(NAMES[scope.kind]),
            "period": period_words(scope.period),
            "compared": period_words(scope.period_before),
            "counted_at": exact_time(now(), scope.zone),
            "figures": [asdict(each) for each in _figures(totals, past)],
            "grids": [asdict(each) for each in grids if each is not None and each.rows],
            "warnings": await _warnings(session, scope, at=now()),
        }


def _figures(totals: Mapping[ReportName, Totals], past: Mapping[ReportName, Totals]) -> Iterator[Figure]:
    for report, name, title, unit in FIGURES:
        amount, amount_before = totals[report].get(name), past[report].get(name)
        if name in totals[report] or name in past[report]:
            texts = written(amount, unit), written(amount_before, unit), change_words(amount, amount_before, unit)
            yield Figure(gettext(title), amount, amount_before, *texts)


def change_words(amount: float | None, before: float | None, unit: Unit) -> str:
    """With its sign, and in percent where there was something before."""
    if amount is None or before is None:
        return NOTHING
    sign = "+" if amount > before else "−" if amount < before else "±"
    words = f"{sign}{written(abs(amount - before), unit)}"
    return f"{words} ({sign}{abs(amount - before) * 100 / before:.0f}%)" if before and amount != before else words


async def _totals(session: AsyncSession, scope: Scope, report: ReportName, period: Period) -> Totals:
    """Of the whole period; the backlog is that of its end. Nothing where this desk has no such report."""
    if report is ReportName.BACKLOG:
        end = Period(period.last, period.last, period.zone)
        table = await _read(session, scope.question(report, end, interval=Interval.DAY))
        return _named(table, table.rows[-1]) if table and table.rows else {}
    table = await _read(session, scope.question(report, period))
    if table is None:
        return {}
    return dict(table.totals) or (_named(table, table.rows[0]) if table.rows else {})


async def _by_axis(
    session: AsyncSession, scope: Scope, report: ReportName, axis: Axis, title: str, names: tuple[str, ...]
) -> Grid | None:
    table = await _read(session, scope.question(report, scope.period, by=(axis,)))
    if table is None:
        return None
    rows = sorted(_rows(table), key=lambda row: -(row.get(names[0]) or 0))[:MOST_ROWS]
    return _grid(table, gettext(title), axis.value, names, rows)


async def _trends(session: AsyncSession, scope: Scope) -> Grid | None:
    """What rose, by the report of trends: its first column names it."""
    table = await _read(session, scope.question(ReportName.TRENDS, scope.period, by=(Axis.TERM,)))
    if table is None:
        return None
    names = tuple(each.name for each in table.columns if each.name in ("current", "previous", "change"))
    rose = [row for row in _rows(table) if (row.get("current") or 0) > (row.get("previous") or 0)][:MOST_TRENDS]
    return _grid(table, gettext("What customers ask about more than before"), Axis.TERM.value, names, rose)


def _grid(table: Table, title: str, axis: str, names: Sequence[str], rows: Sequence[Totals]) -> Grid:
    columns = [each for each in table.columns if each.name in names]
    label = next((each for each in table.columns if each.name == axis), table.columns[0])
    heads = [gettext(each.title) for each in (label, *columns)]
    labels = [str(row.get(label.name) or gettext("(none)")) for row in rows]
    texts = [[written(row.get(each.name), each.unit) for each in columns] for row in rows]
    values = [[row.get(each.name) for each in columns] for row in rows]
    return Grid(title, heads, [[name, *cells] for name, cells in zip(labels, texts, strict=True)], values)


async def _read(session: AsyncSession, question: Question) -> Table | None:
    try:
        return await read_table(session, question)
    except NotFound:
        return None


def _rows(table: Table) -> list[dict[str, Any]]:
    return [_named(table, row) for row in table.rows]


def _named(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    return {column.name: cell for column, cell in zip(table.columns, row, strict=True) if _is_plain(column.type, cell)}


def _is_plain(kind: ColumnType, cell: Any) -> bool:
    """What can be stored as it is."""
    return kind not in (ColumnType.DATE, ColumnType.INSTANT) and (cell is None or isinstance(cell, str | int | float))


async def _warnings(session: AsyncSession, scope: Scope, *, at: datetime) -> list[str]:
    """Of the moment of drafting, since that is when somebody can act."""
    late = await queries.count_late(session, scope.audience_ids, scope.team_id, at=at)
    undecided = await queries.count_undecided(session, scope.audience_ids, scope.team_id)
    words = (
        (late, ngettext("{count} ticket is late.", "{count} tickets are late.", late)),
        (
            undecided,
            ngettext(
                "{count} answer was not sent, or nobody knows: somebody must decide.",
                "{count} answers were not sent, or nobody knows: somebody must decide.",
                undecided,
            ),
        ),
    )
    return [sentence for count, sentence in words if count]


READ = (ReportName.VOLUME, ReportName.SPEED, ReportName.BACKLOG, ReportName.WORK, ReportName.ESCALATIONS)
SPLITS = (
    (ReportName.VOLUME, Axis.CATEGORY, mark("By category"), ("received", "inbound", "outbound")),
    (ReportName.VOLUME, Axis.CHANNEL, mark("By channel"), ("received", "inbound", "outbound")),
    (ReportName.WORK, Axis.ASSIGNEE, mark("By agent"), ("handled", "replies", "done", "reopened")),
)
