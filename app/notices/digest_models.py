"""Mails that tell agents what they have not read. They are on no ticket."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.sending.models import OwnMailing, index_of_mails


class Digest(OwnMailing):
    """One mail to one agent. Its notices name it; what it says is written when it leaves."""

    __tablename__ = "notice_digests"
    constraints = (index_of_mails("notice_digests"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    mail_id_hash: Mapped[str] = mapped_column(unique=True)
    """What the mail is known by when it, or an answer of a machine to it, comes back."""


class DigestMailbox(Base):
    """The mailbox that admins chose for these mails: one row, or none. Without one the first mailbox is taken."""

    __tablename__ = "notice_mailbox"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)


class OwnMail(Base):
    """A mail of ours that is on no ticket and no digest either: what it is known by when it comes back."""

    __tablename__ = "own_mails"

    mail_id_hash: Mapped[str] = mapped_column(primary_key=True)
