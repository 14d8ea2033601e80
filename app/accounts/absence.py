"""Who is away, and who is there: signed in, seen lately, and not away (B4)."""

from datetime import datetime, timedelta

from app.accounts.models import Agent
from app.core.clock import now

PRESENT_FOR = timedelta(minutes=15)
"""How long after a sign of life somebody counts as being there; who works gives one every five minutes or sooner."""


def go_away(agent: Agent, *, until: datetime | None) -> None:
    """From now on, until an instant or until they come back."""
    agent.absent_since, agent.absent_until = now(), until


def come_back(agent: Agent) -> None:
    agent.absent_since = agent.absent_until = None
