"""From the address of a report's number to what it counts; the list of tickets reads the very same address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.local_time import Stretch, stretches
from app.inbox.choices import Choices
from app.inbox.counting_queries import NOBODY, REPLIES, Counted
from app.inbox.desk import Sight
from app.inbox.forms import TicketFilterForm, first_instant, instant, instant_after
from app.inbox.values import Act, StatusView
from app.tickets.errors import Unknown
from app.tickets.history_models import FactKind

ACTS: Mapping[Act, tuple[FactKind, ...]] = {
    Act.ARRIVAL: (FactKind.ARRIVAL,),
    Act.INBOUND: (FactKind.INBOUND,),
    Act.OUTBOUND: REPLIES,
    Act.FIRST_REPLY: (FactKind.FIRST_REPLY,),
    Act.NEXT_REPLY: (FactKind.REPLY,),
    Act.RESOLUTION: (FactKind.RESOLUTION,),
    Act.REOPENING: (FactKind.REOPENING,),
    Act.HANDLED: (*REPLIES, FactKind.RESOLUTION),
}
TIMED = (Act.FIRST_REPLY, Act.NEXT_REPLY)
LACKABLE = ("team", "category", "label")

Bounds = tuple[datetime | None, datetime | None]


def read(form: TicketFilterForm, choices: Choices, sight: Sight, zone: ZoneInfo, *, created: Bounds) -> Counted | None:
    """None where a list asks for nothing of the kind, as most do. Raises Invalid."""
    status = status_named("then_status", form.then_status, choices)
    counted = Counted(
        acts=ACTS[form.act] if form.act else (),
        act_from=first_instant("act_from", form.act_from, zone) if form.act_from else None,
        act_before=instant_after("act_to", form.act_to, zone) if form.act_to else None,
        actor_id=_somebody(form.actor, sight),
        actor_team_id=_somebody(form.actor_team, sight),
        is_timed=form.act in TIMED,
        in_time=form.in_time,
        weekday=form.weekday,
        hour=form.hour,
        then_phase=form.then_phase,
        then_status_id=status.id if status else None,
        then_assignee_id=_somebody(form.then_assignee, sight),
        then_team_id=_somebody(form.then_team, sight),
        then_category_id=_somebody(form.then_category, sight),
        home_channel_id=form.came_in,
        term_id=form.term,
        company=form.company,
        reply_count=form.replies,
        lacks=frozenset(name for name in LACKABLE if getattr(form, name) == "none"),
    )
    if counted == Counted():
        return None
    clock = _clock(counted, zone, created) if form.weekday or form.hour is not None else ()
    return replace(counted, clock=clock, open_at=instant("open_at", form.open_at) if form.open_at else None)


def status_named(field: str, key: str | None, choices: Choices) -> StatusView | None:
    """Raises Unknown at the field."""
    if key is None:
        return None
    status = next((each for each in choices.all_statuses if each.key == key), None)
    if status is None:
        raise Unknown(field)
    return status


def _clock(counted: Counted, zone: ZoneInfo, created: Bounds) -> tuple[Stretch, ...]:
    begins, ends = (counted.act_from, counted.act_before) if counted.names_act else created
    if begins is None:
        raise Invalid("weekday", mark("Weekdays and hours need the first day of a period."))
    return stretches(zone, begins, max(begins, ends or now()))


def _somebody(value: int | str | None, sight: Sight) -> int | None:
    words = {"me": sight.viewer.agent.id, "none": NOBODY}
    return words.get(value) if isinstance(value, str) else value
