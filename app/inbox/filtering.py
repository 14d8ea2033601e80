"""A list by its conditions at the desk: the parameters of `GET /tickets`, said in words, with the way back (F6)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams

from app.core.errors import Invalid
from app.core.i18n import current_locale, gettext, mark
from app.customers.models import Customer
from app.inbox import selecting
from app.inbox.choices import Choices
from app.inbox.count_queries import count_tickets
from app.inbox.desk import Sight
from app.inbox.forms import TicketFilterForm, first_instant, instant, instant_after
from app.inbox.list_queries import Selection
from app.inbox.values import Act
from app.inbox.views import Narrowed
from app.inbox.words import PRIORITY_NAMES, STATUS_NAMES
from app.tickets.models import Phase
from app.trends.term_queries import find_term
from app.web.filters import exact_time
from app.web.forms import in_words

FILTERED = "filtered"
"""The place of a list by its conditions, beside the tabs."""

BACK = "back"
OF_THE_DESK = {"tab", "channel", "q", "cursor", "limit", "merged", BACK}
WAYS_BACK = ("/reports", "/boards", "/briefings")
WHOLE_DAY = {"ja": "y/M/d(E)", "en": "EEE, MMM d, y"}
INSTANT = timedelta(microseconds=1)

ACT_WORDS = {
    Act.ARRIVAL: mark("Arrived"),
    Act.INBOUND: mark("The customer wrote"),
    Act.OUTBOUND: mark("We answered"),
    Act.FIRST_REPLY: mark("First reply"),
    Act.NEXT_REPLY: mark("Next reply"),
    Act.RESOLUTION: mark("Done"),
    Act.REOPENING: mark("Reopened"),
    Act.HANDLED: mark("Answered or done"),
}
LABELS = {
    "channel": (mark("Mailbox"), "channel"),
    "came_in": (mark("Came in by"), "channel"),
    "assignee": (mark("Assignee"), "agent"),
    "team": (mark("Team"), "team"),
    "category": (mark("Category"), "category"),
    "label": (mark("Label"), "label"),
    "actor": (mark("By"), "agent"),
    "actor_team": (mark("By the team"), "team"),
    "then_assignee": (mark("Assignee then"), "agent"),
    "then_team": (mark("Team then"), "team"),
    "then_category": (mark("Category then"), "category"),
}
"""What is named by id, with what the names are kept under."""


def read_form(params: QueryParams) -> TicketFilterForm | None:
    """None where only a tab is asked for. Raises Invalid at the field that means nothing."""
    asked = set(params) - OF_THE_DESK
    if params.get("q", "").strip() or not asked & set(TicketFilterForm.model_fields):
        return None
    names = asked | ({"channel"} & set(params))
    values = {name: params.getlist(name) if name == "phase" else params[name] for name in names if params[name]}
    try:
        return TicketFilterForm.model_validate(values)
    except ValidationError as error:
        raise first_invalid(error) from None


def first_invalid(error: ValidationError) -> Invalid:
    """What is wrong with several fields at once has no field of its own."""
    problem = error.errors()[0]
    return Invalid(str(problem["loc"][-1]) if problem["loc"] else "q", in_words(problem))


async def read_narrowed(
    session: AsyncSession,
    params: QueryParams,
    form: TicketFilterForm,
    *,
    sight: Sight,
    choices: Choices,
    zone: ZoneInfo,
) -> tuple[Selection, Narrowed]:
    selection = await selecting.of_filters(session, form, sight=sight, zone=zone)
    kept = [(name, value) for name, value in params.multi_items() if name not in OF_THE_DESK - {"channel", BACK}]
    back = params.get(BACK, "")
    narrowed = Narrowed(
        words=(*words_of(form, sight, choices, zone), *await _looked_up(session, form)),
        count=await count_tickets(session, selection),
        address=urlencode(kept),
        back=back if back.startswith(WAYS_BACK) else "",
    )
    return selection, narrowed


async def _looked_up(session: AsyncSession, form: TicketFilterForm) -> list[str]:
    """What is no choice of the desk's. Who may not see a customer has been refused before."""
    term = await find_term(session, form.term) if form.term is not None else None
    customer = await session.get(Customer, form.customer) if form.customer is not None else None
    found = [gettext("Word: {word}", word=term.label)] if term else []
    return [*found, gettext("Customer: {name}", name=customer.name)] if customer else found


def words_of(form: TicketFilterForm, sight: Sight, choices: Choices, zone: ZoneInfo) -> Iterator[str]:
    """One condition after another, as one would say it."""
    yield from _acts(form, zone)
    yield from _standing(form, choices, zone)
    created = _span(form.created_from, form.created_to, "created_from", zone)
    if created:
        yield gettext("Arrived: {days}", days=created)
    yield from _named(form, sight, choices)
    yield from _marks(form, choices, zone)


def _acts(form: TicketFilterForm, zone: ZoneInfo) -> Iterator[str]:
    if form.act is not None:
        what, days = gettext(ACT_WORDS[form.act]), _span(form.act_from, form.act_to, "act_from", zone)
        yield f"{what}: {days}" if days else what
    if form.in_time is not None:
        yield gettext("Within the deadline") if form.in_time else gettext("After the deadline")
    if form.replies is not None:
        yield gettext("Replies in all: {count}", count=form.replies)
    if form.weekday is not None:
        yield str(format_date(date(2026, 1, 4) + timedelta(days=form.weekday), "EEEE", locale=current_locale()))
    if form.hour is not None:
        yield gettext("{hour}:00 to {hour}:59", hour=form.hour)


def _standing(form: TicketFilterForm, choices: Choices, zone: ZoneInfo) -> Iterator[str]:
    if form.open_at is not None:
        yield gettext("Not done at {time}", time=exact_time(instant("open_at", form.open_at), zone))
    if form.then_phase is not None:
        yield gettext("Then: {phase}", phase=gettext(STATUS_NAMES[form.then_phase]))
    if form.then_status is not None:
        yield gettext("Status then: {name}", name=_status(form.then_status, choices))


def _named(form: TicketFilterForm, sight: Sight, choices: Choices) -> Iterator[str]:
    for field, (label, what) in LABELS.items():
        value = getattr(form, field)
        if value is not None:
            yield f"{gettext(label)}: {_name(value, what, sight, choices)}"


def _name(value: int | str, what: str, sight: Sight, choices: Choices) -> str:
    if value == "me":
        return sight.viewer.agent.name
    names: Mapping[int, str] = choices.names.get(what, {})
    return gettext("None") if isinstance(value, str) else names.get(value, "?")


def _times(form: TicketFilterForm, zone: ZoneInfo) -> Iterator[str]:
    if form.overdue:
        yield gettext("Reply overdue")
    if form.due_before is not None:
        yield gettext("Due: {days}", days=_span(None, form.due_before, "due_before", zone))


def _marks(form: TicketFilterForm, choices: Choices, zone: ZoneInfo) -> Iterator[str]:
    if form.phase:
        yield " / ".join(gettext(STATUS_NAMES[Phase(each)]) for each in form.phase)
    if form.status is not None:
        yield gettext("Status: {name}", name=_status(form.status, choices))
    yield from _signs(form)
    yield from _times(form, zone)


def _signs(form: TicketFilterForm) -> Iterator[str]:
    if form.priority is not None:
        yield gettext("Priority: {name}", name=gettext(PRIORITY_NAMES[form.priority]))
    if form.complaint is not None:
        yield gettext("Only complaints") if form.complaint else gettext("Without complaints")
    if form.waiting is not None:
        yield gettext("The customer waits for us") if form.waiting else gettext("The customer does not wait for us")
    if form.escalated is not None:
        yield gettext("Asked of others") if form.escalated else gettext("No open question")
    if form.company is not None:
        yield gettext("Company: {name}", name=form.company or gettext("None"))


def _status(key: str, choices: Choices) -> str:
    return next((each.name for each in choices.all_statuses if each.key == key), key)


def _span(first: str | None, last: str | None, field: str, zone: ZoneInfo) -> str:
    """Days where whole days are meant, else instants; '' for neither."""
    begins = first_instant(field, first, zone).astimezone(zone) if first else None
    ends = instant_after(field, last, zone).astimezone(zone) if last else None
    is_days = all(each is None or (each.hour, each.minute, each.second) == (0, 0, 0) for each in (begins, ends))
    shown = [_day(each) if is_days else exact_time(each, zone) for each in (begins, ends and ends - INSTANT) if each]
    if begins is None or ends is None:
        return "".join(shown) and (
            gettext("from {time}", time=shown[0]) if begins else gettext("until {time}", time=shown[0])
        )
    return shown[0] if shown[0] == shown[1] else gettext("{first} to {last}", first=shown[0], last=shown[1])


def _day(moment: date) -> str:
    return str(format_date(moment, WHOLE_DAY[current_locale()], locale=current_locale()))
