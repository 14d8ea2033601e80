from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now

MAX_FAILURES_OF_AN_ADDRESS = 5
MAX_FAILURES_FROM_A_PLACE = 50
SIGN_IN_PAUSE = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=14)


class Role(StrEnum):
    AGENT = "agent"
    CS = "cs"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def leads(self) -> bool:
        """May take over locks and see what a lead sees."""
        return self in (Role.LEAD, Role.ADMIN)


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    REPORTS = "reports"
    ADMIN = "admin"


class Agent(Record):
    """A user of the inbox."""

    __tablename__ = "agents"

    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    reading: Mapped[str] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(default=Role.AGENT)
    password_hash: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="ja")
    signature: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]
    absent_until: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def is_absent(self) -> bool:
        """Away now; whoever named a day is back by themselves."""
        is_over = self.absent_until is not None and self.absent_until <= now()
        return self.absent_since is not None and not is_over


class Team(Record):
    """`shares_by_turn` hands new tickets round among the members who are there."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_category_required: Mapped[bool] = mapped_column(default=False)
    shares_by_turn: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]


class TeamMember(Base):
    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True, index=True)
    last_turn_at: Mapped[datetime | None]


class TeamChannel(Base):
    """A channel that belongs to a team is seen by that team's members; one of no team by everybody."""

    __tablename__ = "team_channels"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True, index=True)


class AgentSession(Record):
    """A browser that is signed in. The cookie's token itself is stored nowhere."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    user_agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]

    agent: Mapped[Agent] = relationship(lazy="raise")


class SignInFailures(Base):
    """Failed sign-ins for one e-mail address, known or not, or from one place in the net; by hash only."""

    __tablename__ = "sign_in_failures"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(default=now, index=True)
    paused_until: Mapped[datetime | None]

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > now()

    def note(self, *, limit: int) -> None:
        """After `limit` of them nobody gets in for a while, whatever the password."""
        self.count += 1
        self.last_at = now()
        if self.count >= limit:
            self.paused_until = self.last_at + SIGN_IN_PAUSE
            self.count = 0


class ApiToken(Record):
    __tablename__ = "api_tokens"

    token_hash: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)

    agent: Mapped[Agent] = relationship(lazy="raise")

    def allows(self, scope: Scope) -> bool:
        """A token without scopes may do all that its agent may."""
        return not self.scopes or scope in self.scopes


class Audience(Record):
    """A distinct set of channels that tickets are linked to; rights are a list of audience ids (MODEL 16)."""

    __tablename__ = "audiences"

    key_hash: Mapped[str] = mapped_column(unique=True)


class AudienceChannel(Base):
    __tablename__ = "audience_channels"

    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True, index=True)
