from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class Tab(Record):
    """A saved view over tickets (B3): of one agent, of a team, or of everyone when neither is named.

    `conditions` are those of `GET /tickets`, read again whenever the tab is shown; it is never filtered by.
    """

    __tablename__ = "tabs"

    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]


class TabPlace(Base):
    """Where an agent has put a tab in their own order; one without a place stands at the end."""

    __tablename__ = "tab_places"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    tab_id: Mapped[int] = mapped_column(ForeignKey("tabs.id"), primary_key=True)
    position: Mapped[int]
