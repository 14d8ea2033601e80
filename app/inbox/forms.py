"""What `GET /tickets` may be asked; everything else is refused."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from app.core import moments
from app.core.clock import is_nameable
from app.core.errors import Invalid
from app.core.i18n import mark
from app.inbox.values import Act, Sort
from app.tabs.forms import Assignee, Id, IdOrNone, Yes
from app.tickets.models import Phase, Priority
from app.web.forms import PageForm

ASIDE_FIELDS = {"aside", "channel", "limit", "cursor"}
OF_ACT = {"act_from", "act_to", "actor", "actor_team", "in_time"}
OF_HOUR = {"then_phase", "then_status", "then_assignee", "then_team", "then_category"}
DATE_LENGTH = len("2026-11-20")


class TicketFilterForm(PageForm):
    phase: tuple[Phase, ...] = ()
    status: str | None = None
    open_at: str | None = None
    assignee: Assignee = None
    team: IdOrNone = None
    channel: Id | None = None
    category: IdOrNone = None
    label: IdOrNone = None
    priority: Priority | None = None
    complaint: bool | None = None
    waiting: bool | None = None
    escalated: bool | None = None
    overdue: Yes = None
    due_before: str | None = None
    customer: Id | None = None
    q: str = ""
    created_from: str | None = None
    created_to: str | None = None
    came_in: Id | None = None
    term: Id | None = None
    company: Annotated[str, Field(max_length=200)] | None = None
    act: Act | None = None
    act_from: str | None = None
    act_to: str | None = None
    actor: Assignee = None
    actor_team: IdOrNone = None
    in_time: bool | None = None
    replies: Annotated[int, Field(ge=0, le=1000)] | None = None
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    then_phase: Phase | None = None
    then_status: str | None = None
    then_assignee: Assignee = None
    then_team: IdOrNone = None
    then_category: IdOrNone = None
    aside: Literal["spam", "trash"] | None = None
    sort: Sort = Sort.LATEST

    @model_validator(mode="after")
    def _is_plain(self) -> "TicketFilterForm":
        if self.aside and self.model_fields_set - ASIDE_FIELDS:
            raise ValueError(mark("Spam and trash can be narrowed by channel only."))
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> "TicketFilterForm":
        """What says more of an act or of an hour needs that act or hour."""
        if self.act is None and self.model_fields_set & OF_ACT:
            raise ValueError(mark("Who acted and when says something only beside the act."))
        if self.open_at is None and self.model_fields_set & OF_HOUR:
            raise ValueError(mark("How a ticket was then says something only beside the hour that is meant."))
        return self

    @property
    def conditions(self) -> str:
        """What a cursor is bound to."""
        return self.model_dump_json(exclude={"limit", "cursor"})


def instant(field: str, text: str) -> datetime:
    """Raises Invalid for what has no zone: nobody can say which hour is meant."""
    try:
        # In a query string an unescaped + arrives as a space.
        read = datetime.fromisoformat(text.replace(" ", "+"))
        if read.tzinfo is not None and is_nameable(read.date()):
            return read.astimezone(UTC)
    except ValueError:
        pass
    raise Invalid(field, mark("This is neither a date nor an instant with its zone."))


def first_instant(field: str, text: str, zone: ZoneInfo) -> datetime:
    """The instant itself, or the beginning of the day."""
    return moments.first_instant(_moment(field, text), zone)


def instant_after(field: str, text: str, zone: ZoneInfo) -> datetime:
    """The first instant that is no longer meant: dates and instants are inclusive."""
    return moments.instant_after(_moment(field, text), zone)


def _moment(field: str, text: str) -> date:
    day = _day(text)
    return instant(field, text) if day is None else day


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == DATE_LENGTH else None
    except ValueError:
        return None
    return day if day is not None and is_nameable(day) else None
