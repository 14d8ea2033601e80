from datetime import datetime, timedelta

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Role
from app.core.base import Base, Record
from app.core.clock import now

INVITATION_LIFE = timedelta(days=7)


class Invitation(Record):
    """A link that makes one agent, once. The link's token itself is stored nowhere."""

    __tablename__ = "invitations"

    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(default=Role.AGENT)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class InvitationTeam(Base):
    """The teams that who was invited will belong to."""

    __tablename__ = "invitation_teams"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
