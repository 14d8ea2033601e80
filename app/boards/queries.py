from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Team
from app.boards.models import Board, BoardTile
from app.core.errors import NotFound
from app.core.rows import AnyRow, fetch
from app.tickets.models import Phase, Ticket

UNDONE = (Phase.NEW, Phase.IN_PROGRESS)


async def list_boards(session: AsyncSession) -> Sequence[Board]:
    """By name; who sees which is for the service to say."""
    statement = select(Board).where(Board.archived_at.is_(None)).order_by(Board.name, Board.id)
    return (await session.scalars(statement)).all()


async def get_board(session: AsyncSession, board_id: int) -> Board:
    board = await session.get(Board, board_id)
    if board is None or board.archived_at is not None:
        raise NotFound(board_id=board_id)
    return board


async def list_tiles(session: AsyncSession, board_id: int) -> Sequence[BoardTile]:
    statement = select(BoardTile).where(BoardTile.board_id == board_id).order_by(BoardTile.position, BoardTile.id)
    return (await session.scalars(statement)).all()


async def delete_tile(session: AsyncSession, tile: BoardTile) -> None:
    await session.execute(delete(BoardTile).where(BoardTile.id == tile.id))


async def count_standing(session: AsyncSession, viewer: Viewer, *, at: datetime) -> Sequence[AnyRow]:
    """Of everything that is not done now: phase, team, assignee, how many, how many late, since when the oldest."""
    statement = (
        select(
            Ticket.phase,
            Ticket.team_id,
            Team.name.label("team"),
            Ticket.assignee_id,
            Agent.name.label("assignee"),
            func.count().label("tickets"),
            func.count().filter(Ticket.due_at < at).label("late"),
            func.min(Ticket.created_at).label("oldest_at"),
        )
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .where(
            Ticket.is_counted.is_(True),
            Ticket.snoozed_until.is_(None),
            Ticket.phase.in_(UNDONE),
            Ticket.audience_id.in_(viewer.audience_ids),
        )
        .group_by(Ticket.phase, Ticket.team_id, Team.name, Ticket.assignee_id, Agent.name)
        .order_by(Ticket.phase, Team.name, Agent.name, Ticket.team_id, Ticket.assignee_id)
    )
    return await fetch(session, statement)
