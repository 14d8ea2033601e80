"""What a tally keeps of each fact and of each span, and the numbers that stand for what is no number."""

from collections.abc import Mapping, Sequence

from app.tallies.models import Tally
from app.tickets.history_models import FactKind
from app.tickets.models import Phase, Priority

NOTHING = 0
"""The key of what a ticket lacks."""

UNTIMED = -(2**31)
"""In place of a duration: nobody had waited."""

MET = 2
"""Of `met`: in time; 1 is late, nothing that there was no deadline."""

KINDS = tuple(FactKind)
PHASES = (Phase.NEW, Phase.IN_PROGRESS)
PRIORITIES = tuple(Priority)
"""Their numbers are their places here, from 1 on."""

LABELED, LABELS = "labeled", "labels"
"""Pairs: the place of an entry within its day, and one of its labels."""

TERM_COUNT, TERMS = "term_count", "terms"
"""Of arrivals alone, which stand first: how many terms the ticket of each has, and those of one after another's."""

COUNTS = "counts"
"""Of facts: how many there are of each kind. They stand in the order of kinds."""

MINUTE = "minute"
"""Of a fact: that of the day."""

OF_TICKET = (
    *("ticket", "audience", "channel", "customer", "category"),
    *("assignee", "team", "status", "priority", "complaint"),
)
"""As it is now (MODEL 25); what changes one of them marks the days."""

OF_FACT = ("actor", "actor_team", "calendar", "business", "met", "reply_count", MINUTE)
OF_SPAN = ("from", "to", "created", "then_phase", "then_status", "then_assignee", "then_team", "then_category")
"""As it was; times in seconds since 1970, rounded up."""

NAMES: Mapping[Tally, Sequence[str]] = {Tally.FACTS: (*OF_TICKET, *OF_FACT), Tally.SPANS: (*OF_TICKET, *OF_SPAN)}
"""An entry has one number of each."""

ALL_NAMES: Mapping[Tally, Sequence[str]] = {
    Tally.FACTS: (*NAMES[Tally.FACTS], LABELS, TERMS),
    Tally.SPANS: (*NAMES[Tally.SPANS], LABELS),
}
