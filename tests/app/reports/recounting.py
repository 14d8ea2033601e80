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
    def split_off(self) -> set[int]:
        """What they hold is older than they are: before that it was another ticket's."""
        return {each.ticket_id for each in self.events if each.kind is EventKind.SPLIT_FROM}

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
    acts = [(ticket, ticket.created_at, "received") for ticket in past.counted]
    acts += [(past.tickets[message.ticket_id], *act) for message in past.messages if (act := _said(message))]
    found: Counter[Any] = Counter()
    for ticket, at, measure in acts:
        for key in keys_of(ticket) if ticket.is_counted else ():
            found[label_of(at), key, measure] += 1
    return found


def _said(message: Message) -> tuple[datetime, str] | None:
    if message.kind is MessageKind.INBOUND:
        return message.created_at, "inbound"
    if message.kind is MessageKind.OUTBOUND and message.sent_at is not None:
        return message.sent_at, "outbound"
    return None


def standing(past: Past, at: datetime) -> list[Ticket]:
    """What was not done and not aside at an instant, by replaying all events up to then; and still counts now."""
    phases: dict[int, Phase] = {}
    aside: dict[int, set[str]] = defaultdict(set)
    for event in sorted(past.events, key=lambda each: (each.at, each.id)):
        if event.at <= at:
            _replay(past, event, phases, aside[event.ticket_id])
    return [each for each in past.counted if phases.get(each.id, Phase.DONE) is not Phase.DONE and not aside[each.id]]


def _replay(past: Past, event: TicketEvent, phases: dict[int, Phase], aside: set[str]) -> None:
    if event.kind is EventKind.SPLIT_FROM:
        phases[event.ticket_id] = Phase.NEW
    elif event.kind is EventKind.OPENED and event.ticket_id not in past.split_off:
        phases[event.ticket_id] = Phase.NEW if event.origin == "live" else Phase.DONE
    elif "status_id" in event.changes:
        phases[event.ticket_id] = past.phases[event.changes["status_id"][1]]
    for name, is_aside in _moves(event):
        (aside.add if is_aside else aside.discard)(name)


def _moves(event: TicketEvent) -> Iterable[tuple[str, bool]]:
    """Out of every count, or back."""
    for kind, name in ((EventKind.SPAM_CHANGED, "is_spam"), (EventKind.TRASH_CHANGED, "is_trashed")):
        if event.kind is kind:
            yield name, event.changes[name][1]
    if event.kind in (EventKind.MERGED_INTO, EventKind.UNMERGED):
        yield "merged", event.kind is EventKind.MERGED_INTO


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
