"""From what was asked to which tickets are meant."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.inbox import counting
from app.inbox.choices import NO_CHOICES, Choices, read_choices
from app.inbox.desk import Sight
from app.inbox.forms import TicketFilterForm, first_instant, instant, instant_after
from app.inbox.list_queries import Selection
from app.inbox.values import Sort, StatusView
from app.inbox.wishes import Asked, read_asked
from app.inbox.words import MINE, OVERDUE
from app.tickets import queries as ticket_queries
from app.tickets.errors import Unknown
from app.tickets.models import Phase
from app.trends.term_queries import find_term

NOBODY = 0


def of_tab(sight: Sight, tab: str, channel_id: int | None) -> Selection:
    """Raises NotFound for a tab that does not exist and a channel that is not seen."""
    if channel_id is not None and not sight.sees(channel_id):
        raise NotFound(channel=channel_id)
    audience_ids = sight.audience_ids(channel_id)
    if tab == MINE:
        return Selection(audience_ids, (Phase.NEW, Phase.IN_PROGRESS), assignee_id=sight.viewer.agent.id)
    if tab == OVERDUE:
        return Selection(audience_ids, (Phase.NEW, Phase.IN_PROGRESS), sort=Sort.DUE, due_before=now())
    if tab not in set(Phase):
        raise NotFound(tab=tab)
    sort = Sort.OLDEST if tab == Phase.NEW else Sort.LATEST
    return Selection(audience_ids, (Phase(tab),), sort=sort)


def of_everything(sight: Sight, channel_id: int | None) -> Selection:
    """Where a search looks. Raises NotFound for a channel that is not seen."""
    if channel_id is not None and not sight.sees(channel_id):
        raise NotFound(channel=channel_id)
    return Selection(sight.audience_ids(channel_id))


async def of_filters(session: AsyncSession, form: TicketFilterForm, *, sight: Sight, zone: ZoneInfo) -> Selection:
    """Raises Invalid at the field whose value names nothing that the viewer knows.

    What names a day, an hour or an act is what a number of a report opens; it holds the snoozed, as the number does.
    """
    choices = await read_choices(session) if _names_choice(form) else NO_CHOICES
    _require_known(form, sight, choices)
    await _require_customer(session, form.customer, sight)
    await _require_term(session, form.term)
    status = _status(form, choices)
    phases = tuple(dict.fromkeys(form.phase)) or tuple(Phase)
    created_from = first_instant("created_from", form.created_from, zone) if form.created_from else None
    created_before = instant_after("created_to", form.created_to, zone) if form.created_to else None
    counted = counting.read(form, choices, sight, zone, created=(created_from, created_before))
    return Selection(
        audience_ids=sight.audience_ids(form.channel),
        phases=tuple(phase for phase in phases if status is None or phase is status.phase),
        sort=form.sort,
        status_id=status.id if status else None,
        assignee_id=_assignee(form, sight),
        team_id=_named(form.team),
        category_id=_named(form.category),
        customer_id=form.customer,
        created_from=created_from,
        created_before=created_before,
        open_at=instant("open_at", form.open_at) if form.open_at else None,
        label_id=_named(form.label),
        priority=form.priority,
        is_complaint=form.complaint,
        is_waiting=form.waiting,
        is_escalated=form.escalated,
        due_before=_due_before(form),
        counted=counted,
        has_snoozed=counted is not None or bool(form.created_from or form.created_to or form.open_at),
    )


async def of_search(session: AsyncSession, text: str, *, sight: Sight, zone: ZoneInfo) -> Asked | None:
    """Raises Invalid at `q` for what was not understood."""
    if not text.strip():
        return None
    asked = await read_asked(session, text, sight=sight, zone=zone)
    for mistake in asked.mistakes:
        raise Invalid("q", mistake.reason, **mistake.params)
    return asked


def _due_before(form: TicketFilterForm) -> datetime | None:
    """What is late now is due before now; of two ends the earlier one holds."""
    named = instant("due_before", form.due_before) if form.due_before else None
    ends = [end for end in (named, now() if form.overdue else None) if end is not None]
    return min(ends, default=None)


def _names_choice(form: TicketFilterForm) -> bool:
    """Most lists are asked for without, and then nothing is to be looked up."""
    named = (form.assignee, form.actor, form.actor_team, form.then_assignee, form.then_team, form.then_category)
    return any((form.status, form.team, form.category, form.label, form.then_status)) or any(
        isinstance(each, int) for each in named
    )


def _named(value: int | str | None) -> int | None:
    """What a ticket is to have; what it is to lack says `counted`."""
    return value if isinstance(value, int) else None


def _assignee(form: TicketFilterForm, sight: Sight) -> int | None:
    words = {"me": sight.viewer.agent.id, "none": NOBODY}
    return words.get(form.assignee) if isinstance(form.assignee, str) else form.assignee


def _require_known(form: TicketFilterForm, sight: Sight, choices: Choices) -> None:
    asked = {"assignee": ("agent", form.assignee), "team": ("team", form.team), "category": ("category", form.category)}
    asked["label"] = ("label", form.label)
    asked |= {"actor": ("agent", form.actor), "then_assignee": ("agent", form.then_assignee)}
    asked |= {"actor_team": ("team", form.actor_team), "then_team": ("team", form.then_team)}
    asked["then_category"] = ("category", form.then_category)
    for field, (what, row_id) in asked.items():
        if isinstance(row_id, int) and row_id not in choices.names[what]:
            raise Unknown(field)
    for field, channel_id in (("channel", form.channel), ("came_in", form.came_in)):
        if channel_id is not None and not sight.sees(channel_id):
            raise Unknown(field)


async def _require_customer(session: AsyncSession, customer_id: int | None, sight: Sight) -> None:
    if customer_id is not None and not await ticket_queries.has_customer(session, customer_id, viewer=sight.viewer):
        raise Unknown("customer")


async def _require_term(session: AsyncSession, term_id: int | None) -> None:
    if term_id is not None and await find_term(session, term_id) is None:
        raise Unknown("term")


def _status(form: TicketFilterForm, choices: Choices) -> StatusView | None:
    return counting.status_named("status", form.status, choices)
