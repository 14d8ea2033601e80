"""Boards: the live one for a wall, one's own numbers, and those that are made of reports."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.boards import personal, queries, service
from app.boards.forms import BoardForm, MoveForm, TileForm
from app.boards.standing import read_live
from app.boards.tiles import read_tile
from app.inbox.deps import SightDep
from app.inbox.desk import Sight
from app.reports.page_deps import Reader, ReaderDep
from app.tabs.forms import Scope
from app.web.deps import RowId, SessionDep
from app.web.entries import Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/boards")
NEW = Entry()


@router.get("")
async def show_boards(reader: ReaderDep) -> Response:
    return await _boards(reader)


@router.post("")
async def make_board(request: Request, session: SessionDep, reader: ReaderDep) -> Response:
    async def verb(form: BoardForm) -> Response:
        board = await service.make(session, form, viewer=reader.sight.viewer)
        return _to(f"/boards/{board.id}")

    return await attempt(request, BoardForm, verb, lambda entry: _boards(reader, entry))


@router.get("/live")
async def show_live(request: Request, session: SessionDep, sight: SightDep) -> Response:
    """A page of its own: on a wall nobody presses anything."""
    context = {"board": await read_live(session, sight)}
    is_part = "hx-request" in request.headers
    return render(request, "boards/_live.html" if is_part else "boards/live.html", context)


@router.get("/mine")
async def show_mine(reader: ReaderDep) -> Response:
    return await _answer(reader, "boards/mine.html", mine=await personal.read_mine(reader))


@router.get("/keeping")
async def show_keeping(reader: ReaderDep, report: str = "", query: str = "") -> Response:
    return await _keeping(reader, {"report": report, "query": query}, NEW)


@router.post("/keeping")
async def keep(request: Request, session: SessionDep, reader: ReaderDep) -> Response:
    """A report's page becomes a tile."""

    async def verb(form: TileForm) -> Response:
        board = await service.add_tile(session, form, viewer=reader.sight.viewer)
        return _to(f"/boards/{board.id}")

    async def again(entry: Entry) -> Response:
        return await _keeping(reader, entry.values, entry)

    return await attempt(request, TileForm, verb, again)


@router.get("/{board_id}")
async def show_board(reader: ReaderDep, board_id: RowId) -> Response:
    return await _board(reader, board_id, NEW)


@router.post("/{board_id}")
async def change_board(request: Request, session: SessionDep, reader: ReaderDep, board_id: RowId) -> Response:
    board = await service.get_to_change(session, board_id, viewer=reader.sight.viewer)

    async def verb(form: BoardForm) -> Response:
        await service.change(session, board, form, viewer=reader.sight.viewer)
        return _to(f"/boards/{board.id}")

    return await attempt(request, BoardForm, verb, lambda entry: _board(reader, board_id, entry))


@router.post("/{board_id}/removal")
async def remove_board(session: SessionDep, sight: SightDep, board_id: RowId) -> Response:
    await service.archive(session, await service.get_to_change(session, board_id, viewer=sight.viewer))
    return _to("/boards")


@router.post("/{board_id}/tiles/{tile_id}/place")
async def move_tile(
    request: Request, session: SessionDep, reader: ReaderDep, board_id: RowId, tile_id: RowId
) -> Response:
    board = await service.get_to_change(session, board_id, viewer=reader.sight.viewer)

    async def verb(form: MoveForm) -> Response:
        await service.move_tile(session, board, tile_id, by=form.by)
        return _to(f"/boards/{board_id}#tile-{tile_id}")

    return await attempt(request, MoveForm, verb, lambda entry: _board(reader, board_id, entry))


@router.post("/{board_id}/tiles/{tile_id}/removal")
async def remove_tile(session: SessionDep, sight: SightDep, board_id: RowId, tile_id: RowId) -> Response:
    board = await service.get_to_change(session, board_id, viewer=sight.viewer)
    await service.remove_tile(session, board, tile_id)
    return _to(f"/boards/{board_id}")


async def _boards(reader: Reader, entry: Entry = NEW) -> Response:
    boards = await service.list_seen(reader.session, reader.sight.viewer)
    return await _answer(
        reader, "boards/boards.html", boards=boards, entry=entry, scopes=_scopes(reader.sight), status=entry.status_code
    )


async def _board(reader: Reader, board_id: int, entry: Entry) -> Response:
    seen = await service.get(reader.session, board_id, viewer=reader.sight.viewer)
    tiles = [await read_tile(reader, each) for each in await queries.list_tiles(reader.session, board_id)]
    scopes = _scopes(reader.sight)
    status = entry.status_code
    return await _answer(reader, "boards/board.html", seen=seen, tiles=tiles, entry=entry, scopes=scopes, status=status)


async def _keeping(reader: Reader, values: Any, entry: Entry) -> Response:
    boards = await _changeable(reader.session, reader)
    status = entry.status_code
    return await _answer(reader, "boards/keeping.html", values=values, boards=boards, entry=entry, status=status)


async def _changeable(session: AsyncSession, reader: Reader) -> list[Any]:
    return [each.board for each in await service.list_seen(session, reader.sight.viewer) if each.may_change]


def _scopes(sight: Sight) -> list[Scope]:
    return list(Scope) if sight.viewer.agent.role.leads else [Scope.MINE]


async def _answer(reader: Reader, template: str, *, status: int = 200, **context: Any) -> Response:
    teams = [each for each in reader.choices.teams if _is_theirs(each.id, reader.sight)]
    values = {**await reader.frame(), "own_teams": teams, **context}
    return render(reader.request, template, values, status_code=status)


def _is_theirs(team_id: int, sight: Sight) -> bool:
    return team_id in sight.viewer.team_ids or sight.viewer.sees_all


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
