"""Boards of one's own: made, shared by leads, filled with reports, put in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.boards import queries
from app.boards.forms import BoardForm, TileForm
from app.boards.models import Board, BoardTile
from app.core.clock import now
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.i18n import mark
from app.tabs.forms import Scope
from app.tabs.service import is_seen, may_change

MAX_TILES = 12
"""Each is a report that is counted anew whenever the board is looked at."""


@dataclass(frozen=True, slots=True)
class SeenBoard:
    board: Board
    scope: Scope
    may_change: bool


async def list_seen(session: AsyncSession, viewer: Viewer) -> list[SeenBoard]:
    found = await queries.list_boards(session)
    return [_seen(board, viewer) for board in found if is_seen(board.owner_id, board.team_id, viewer)]


async def get(session: AsyncSession, board_id: int, *, viewer: Viewer) -> SeenBoard:
    """Raises NotFound for another's board."""
    board = await queries.get_board(session, board_id)
    if not is_seen(board.owner_id, board.team_id, viewer):
        raise NotFound(board_id=board_id)
    return _seen(board, viewer)


async def get_to_change(session: AsyncSession, board_id: int, *, viewer: Viewer) -> Board:
    """Raises Forbidden for what is shared by others."""
    seen = await get(session, board_id, viewer=viewer)
    if not seen.may_change:
        raise Forbidden
    return seen.board


async def make(session: AsyncSession, form: BoardForm, *, viewer: Viewer) -> Board:
    """Raises Forbidden where an agent would share it, Invalid at the team."""
    board = Board(name=form.name, created_by_id=viewer.agent.id)
    _share(board, form, viewer)
    session.add(board)
    await session.flush()
    return board


async def change(session: AsyncSession, board: Board, form: BoardForm, *, viewer: Viewer) -> None:
    board.name = form.name
    _share(board, form, viewer)
    await session.flush()


async def archive(session: AsyncSession, board: Board) -> None:
    board.archived_at = now()
    await session.flush()


async def add_tile(session: AsyncSession, form: TileForm, *, viewer: Viewer) -> Board:
    """On a new board of one's own, if a name for it was written, or on the one that is chosen."""
    if form.board_name:
        board = await make(session, BoardForm(name=form.board_name), viewer=viewer)
    elif form.board_id is not None:
        board = await get_to_change(session, form.board_id, viewer=viewer)
    else:
        raise Invalid("board_name", mark("Name the new board."))
    tiles = await queries.list_tiles(session, board.id)
    if len(tiles) >= MAX_TILES:
        raise Invalid("board_id", mark("This board is full. Remove a tile, or make a new board."))
    position = tiles[-1].position + 1 if tiles else 0
    tile = BoardTile(board_id=board.id, position=position, title=form.title, report=form.report, query=form.query)
    session.add(tile)
    await session.flush()
    return board


async def move_tile(session: AsyncSession, board: Board, tile_id: int, *, by: int) -> None:
    """One place to the front or to the back; at the end it stays where it is."""
    tiles = list(await queries.list_tiles(session, board.id))
    place = tiles.index(_tile(tiles, tile_id))
    other = min(max(place + by, 0), len(tiles) - 1)
    tiles.insert(other, tiles.pop(place))
    for position, tile in enumerate(tiles):
        tile.position = position
    await session.flush()


async def remove_tile(session: AsyncSession, board: Board, tile_id: int) -> None:
    await queries.delete_tile(session, _tile(await queries.list_tiles(session, board.id), tile_id))


def _tile(tiles: Sequence[BoardTile], tile_id: int) -> BoardTile:
    tile = next((each for each in tiles if each.id == tile_id), None)
    if tile is None:
        raise NotFound(tile_id=tile_id)
    return tile


def _share(board: Board, form: BoardForm, viewer: Viewer) -> None:
    if form.scope is not Scope.MINE and not viewer.agent.role.leads:
        raise Forbidden
    is_of_team = form.scope is Scope.TEAM
    if is_of_team and (form.team_id is None or not (form.team_id in viewer.team_ids or viewer.sees_all)):
        raise Invalid("team_id", mark("Choose a team of yours."))
    board.owner_id = viewer.agent.id if form.scope is Scope.MINE else None
    board.team_id = form.team_id if is_of_team else None


def _seen(board: Board, viewer: Viewer) -> SeenBoard:
    scope = Scope.MINE if board.owner_id else Scope.TEAM if board.team_id else Scope.EVERYONE
    return SeenBoard(board, scope, may_change(board.owner_id, viewer))
