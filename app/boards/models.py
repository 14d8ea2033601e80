from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class Board(Record):
    """Reports that somebody keeps together (F8): of one agent, of a team, or of everyone when neither is named."""

    __tablename__ = "boards"

    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]


class BoardTile(Record):
    """A report under a name. `query` is what stands in the address of its page, read again whenever it is shown.

    It is counted in the rights of who looks at it.
    """

    __tablename__ = "board_tiles"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    report: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
