"""Every number once more, in plain Python from what was said and what happened."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import EventKind, FactKind, ReportFact, TicketEvent
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Phase, Status, Ticket

ZONE = ZoneInfo("Asia/Tokyo")
REPLIES = (FactKind.FIRST_REPLY, FactKind.REPLY)
WORK = (*REPLIES, FactKind.RESOLUTION, FactKind.REOPENING)


@dataclass
class Past:
    tickets: dict[int, Ticket]
    messages: Sequence[Message]
    facts: Sequence[ReportFact]
    events: Sequence[TicketEvent]
    labels: dict[int, list[int]]
    phases: dict[int, Phase]

    @property
    def counted(self) -> list[Ticket]:
        return [each for each in self.tickets.values() if each.is_counted]


async def remember(session: AsyncSession) -> Past:
    labels: dict[int, list[int]] = defaultdict(list)
    for each in (await session.scalars(select(TicketLabel))).all():
        labels[each.ticket_id].append(each.label_id)
    return Past(
        tickets={each.id: each for each in (await session.scalars(select(Ticket))).all()},
        messages=(await session.scalars(select(Message).order_by(Message.id))).all(),
        facts=(await session.scalars(select(ReportFact).order_by(ReportFact.id))).all(),
        events=(await session.scalars(select(TicketEvent).order_by(TicketEvent.id))).all(),
        labels=labels,
        phases={each.id: each.phase for each in (await session.scalars(select(Status))).all()},
    )


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def volume(past: Past, keys_of: Callable[[Ticket], Iterable[Any]], label_of: Callable[[datetime], Any]) -> Counter[Any]:
    """By (interval, key, measure)."""
    found: Counter[Any] = Counter()
    for ticket in past.counted:
        for key in keys_of(ticket):
            found[label_of(ticket.created_at), key, "received"] += 1
    for message in past.messages:
        ticket = past.tickets[message.ticket_id]
        for key in keys_of(ticket) if ticket.is_counted else ():
            if message.kind is MessageKind.INBOUND:
                found[label_of(message.created_at), key, "inbound"] += 1
            elif message.kind is MessageKind.OUTBOUND and message.sent_at is not None:
                found[label_of(message.sent_at), key, "outbound"] += 1
    return found


def standing(past: Past, at: datetime) -> list[Ticket]:
    """What was not done and not aside at an instant, by replaying all events up to then; and still counts now."""
    phases: dict[int, Phase] = {}
    aside: dict[int, set[str]] = defaultdict(set)
    for event in sorted(past.events, key=lambda each: (each.at, each.id)):
        if event.at <= at:
            _replay(past, event, phases, aside[event.ticket_id])
    return [each for each in past.counted if phases.get(each.id, Phase.DONE) is not Phase.DONE and not aside[each.id]]


def _replay(past: Past, event: TicketEvent, phases: dict[int, Phase], aside: set[str]) -> None:
    changes = event.changes
    if event.kind is EventKind.OPENED:
        imported = event.origin != "live"
        phases[event.ticket_id] = Phase.DONE if imported else Phase.NEW
    elif "status_id" in changes:
        phases[event.ticket_id] = past.phases[changes["status_id"][1]]
    for kind, name in ((EventKind.SPAM_CHANGED, "is_spam"), (EventKind.TRASH_CHANGED, "is_trashed")):
        if event.kind is kind:
            (aside.add if changes[name][1] else aside.discard)(name)
    if event.kind is EventKind.MERGED_INTO:
        aside.add("merged")
    if event.kind is EventKind.UNMERGED:
        aside.discard("merged")


def durations(past: Past, kind: FactKind, key: Callable[[ReportFact], Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for fact in past.facts:
        if fact.kind is kind and fact.calendar_seconds is not None and past.tickets[fact.ticket_id].is_counted:
            found[key(fact)].append(fact.calendar_seconds)
    return found


def work(past: Past) -> dict[Any, dict[str, int]]:
    """By agent, over everything."""
    facts = [fact for fact in past.facts if past.tickets[fact.ticket_id].is_counted and fact.kind in WORK]
    replies = Counter(fact.ticket_id for fact in past.facts if fact.kind in REPLIES)
    return {actor: _work([fact for fact in facts if fact.actor_id == actor], replies) for actor in _actors(facts)}


def _actors(facts: Iterable[ReportFact]) -> set[int | None]:
    return {fact.actor_id for fact in facts}


def _work(facts: Sequence[ReportFact], replies: Counter[int]) -> dict[str, int]:
    done = {fact.ticket_id for fact in facts if fact.kind is FactKind.RESOLUTION}
    return {
        "handled": len(done | {fact.ticket_id for fact in facts if fact.kind in REPLIES}),
        "replies": sum(fact.kind in REPLIES for fact in facts),
        "done": len(done),
        "one_reply_done": sum(replies[ticket_id] == 1 for ticket_id in done),
        "reopened": len({fact.ticket_id for fact in facts if fact.kind is FactKind.REOPENING}),
    }


def midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC) + timedelta(days=1)
