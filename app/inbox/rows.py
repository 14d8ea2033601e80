"""From the columns of `row_queries` to the values that are shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import current_locale
from app.core.rows import AnyRow
from app.inbox import row_queries
from app.inbox.custom_fields import make_field
from app.inbox.row_queries import WORST_FIRST, Moment
from app.inbox.values import ChannelView, CustomerView, FieldView, LabelView, LockView, Named, PresenceView, StatusView
from app.inbox.views import Row, TicketView
from app.inbox.words import status_name
from app.live.models import PresenceState
from app.sla.views import DeadlineView, read_deadlines
from app.tickets.models import Phase

Presences = Mapping[int, Sequence[PresenceView]]
Labels = Mapping[int, Sequence[LabelView]]


async def read_rows(session: AsyncSession, ids: Sequence[int], moment: Moment) -> list[Row]:
    """Lines of the list, in the order of the ids."""
    results = await row_queries.list_tickets(session, ids)
    presences = await read_presences(session, ids)
    labels = await read_labels(session, ids)
    rows = {result.id: make_row(result, presences, labels, moment) for result in results}
    return [rows[ticket_id] for ticket_id in ids if ticket_id in rows]


async def read_tickets(session: AsyncSession, ids: Sequence[int], moment: Moment) -> list[TicketView]:
    """What the API tells of tickets, in the order of the ids."""
    results = {result.id: result for result in await row_queries.list_tickets(session, ids)}
    labels, fields = await read_labels(session, ids), await read_fields(session, ids)
    deadlines = await read_deadlines(session, [each for each in results if results[each].phase is not Phase.DONE])
    return [
        make_ticket(
            results[each],
            moment,
            labels=labels.get(each, ()),
            fields=fields.get(each, ()),
            deadlines=deadlines.get(each, ()),
        )
        for each in ids
        if each in results
    ]


async def read_presences(session: AsyncSession, ids: Sequence[int]) -> Presences:
    presences: defaultdict[int, list[PresenceView]] = defaultdict(list)
    for result in await row_queries.list_presence(session, ids):
        is_typing = result.state is PresenceState.TYPING
        presences[result.ticket_id].append(PresenceView(Named(result.agent_id, result.name), is_typing))
    return presences


async def read_labels(session: AsyncSession, ids: Sequence[int]) -> Labels:
    labels: defaultdict[int, list[LabelView]] = defaultdict(list)
    for result in await row_queries.list_labels(session, ids):
        labels[result.ticket_id].append(LabelView(result.id, result.name, result.colour))
    return labels


async def read_fields(session: AsyncSession, ids: Sequence[int]) -> Mapping[int, Sequence[FieldView]]:
    fields: defaultdict[int, list[FieldView]] = defaultdict(list)
    for result in await row_queries.list_fields(session, ids):
        fields[result.ticket_id].append(make_field(result))
    return fields


def make_row(result: AnyRow, presences: Presences, labels: Labels, moment: Moment) -> Row:
    lock, presence = _lock(result, moment), tuple(presences.get(result.id, ()))
    is_late = result.due_at is not None and result.due_at <= now()
    return _row(result, tuple(labels.get(result.id, ())), lock, presence, is_late, current_locale())


@lru_cache(maxsize=row_queries.KEPT_ROWS)
def _row(
    result: AnyRow,
    labels: tuple[LabelView, ...],
    lock: LockView | None,
    presence: tuple[PresenceView, ...],
    is_late: bool,
    locale: str,
) -> Row:
    """Of the same values the same line, which is drawn already; a status is named in the language of the moment."""
    rank = result.delivery_rank
    return Row(
        number=result.id,
        subject=result.subject,
        preview=result.preview,
        phase=result.phase,
        status=_status(result),
        channel=_channel(result),
        customer=_customer(result),
        assignee=named(result.assignee_id, result.assignee_name),
        team=named(result.team_id, result.team_name),
        category=named(result.category_id, result.category_name),
        labels=labels,
        priority=result.priority,
        is_complaint=result.is_complaint,
        is_escalated=result.is_escalated,
        hold_reason=result.hold_reason,
        spam_at=result.spam_at,
        trashed_at=result.trashed_at,
        has_attachment=result.has_attachment,
        version=result.version,
        created_at=result.created_at,
        updated_at=result.last_activity_at,
        lock=lock,
        presence=presence,
        delivery=None if rank is None else WORST_FIRST[rank],
        newest_nature=result.newest_nature,
        bounced_at=result.bounced_at,
        due_at=result.due_at,
        is_late=is_late,
    )


def make_ticket(
    result: AnyRow,
    moment: Moment,
    *,
    labels: Iterable[LabelView] = (),
    fields: Iterable[FieldView] = (),
    presence: Iterable[PresenceView] = (),
    channels: Iterable[ChannelView] = (),
    deadlines: Iterable[DeadlineView] = (),
) -> TicketView:
    return TicketView(
        number=result.id,
        subject=result.subject,
        phase=result.phase,
        status=_status(result),
        channel=_channel(result),
        channels=tuple(channels),
        customer=_customer(result),
        assignee=named(result.assignee_id, result.assignee_name),
        team=named(result.team_id, result.team_name),
        category=named(result.category_id, result.category_name),
        labels=tuple(labels),
        priority=result.priority,
        is_complaint=result.is_complaint,
        hold_reason=result.hold_reason,
        spam_at=result.spam_at,
        trashed_at=result.trashed_at,
        fields=tuple(fields),
        version=result.version,
        created_at=result.created_at,
        updated_at=result.last_activity_at,
        bounced_at=result.bounced_at,
        first_reply_at=result.first_reply_at,
        done_at=result.done_at,
        lock=_lock(result, moment),
        presence=tuple(presence),
        due_at=result.due_at,
        deadlines=tuple(deadlines),
    )


def named(row_id: int | None, name: str | None) -> Named | None:
    return None if row_id is None else Named(row_id, name or "")


def _status(result: AnyRow) -> StatusView:
    name = status_name(result.status_key, result.status_name)
    return _status_view(
        result.status_id, result.status_key, result.phase, name, result.status_team_id, result.needs_reason
    )


def _channel(result: AnyRow) -> ChannelView:
    return _channel_view(
        result.channel_id, result.channel_kind, result.channel_name, result.channel_key, result.channel_address
    )


# A list has few of them, again and again; they never change.
_status_view = lru_cache(maxsize=1_000)(StatusView)
_channel_view = lru_cache(maxsize=1_000)(ChannelView)


def _customer(result: AnyRow) -> CustomerView:
    return CustomerView(result.customer_id, result.customer_name, result.customer_address or "")


def _lock(result: AnyRow, moment: Moment) -> LockView | None:
    """A lock of another boot, or one that ran out, is no lock for the eye (MODEL 5)."""
    if result.holder_id is None or result.lock_boot_id != moment.boot_id:
        return None
    left = result.lock_expires - moment.lease_now
    holder = Named(result.holder_id, result.holder_name or "")
    return LockView(holder, result.taken_at, _in_seconds(left)) if left > 0 else None


def _in_seconds(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)
