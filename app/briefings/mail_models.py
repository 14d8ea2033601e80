"""Mails of briefings: who is told of a draft, and to whom a frozen one went. They are on no ticket."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sending.models import OwnMailing, index_of_mails


class MailPurpose(StrEnum):
    DRAFT = "draft"
    """Tells who comments that there is something to comment on."""
    REPORT = "report"


class BriefingMail(OwnMailing):
    """One mail to one address."""

    __tablename__ = "briefing_mails"
    constraints = (UniqueConstraint("briefing_id", "purpose", "address"), index_of_mails("briefing_mails"))

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"))
    purpose: Mapped[MailPurpose]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
