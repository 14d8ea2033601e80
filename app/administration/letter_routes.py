"""Greetings and signatures of mailboxes and teams; the templates themselves are kept where everybody keeps theirs."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.channels import queries as channel_queries
from app.channels.models import EMAIL
from app.core.errors import NotFound
from app.letters import frames, queries
from app.letters.fields import FIELDS
from app.letters.forms import FrameForm
from app.letters.models import LetterFrame
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/templates"
router = admin_router("templates")


@router.get("")
async def show_frames(request: Request, session: SessionDep) -> Response:
    return show(request, "frames.html", frames=await queries.list_frames(session))


@router.get("/frames/new")
async def show_new_frame(request: Request, session: SessionDep) -> Response:
    return await _frame_page(request, session, None)


@router.post("/frames")
async def add_frame(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    return await _save(request, session, None, admin)


@router.get("/frames/{frame_id}")
async def show_frame(request: Request, session: SessionDep, frame_id: RowId) -> Response:
    return await _frame_page(request, session, await _get_frame(session, frame_id))


@router.post("/frames/{frame_id}")
async def change_frame(request: Request, session: SessionDep, admin: CurrentAgent, frame_id: RowId) -> Response:
    return await _save(request, session, await _get_frame(session, frame_id), admin)


@router.post("/frames/{frame_id}/deletion")
async def delete_frame(session: SessionDep, admin: CurrentAgent, frame_id: RowId) -> Response:
    await frames.delete_frame(session, await _get_frame(session, frame_id), by=admin)
    return saved(PATH)


async def _save(request: Request, session: AsyncSession, frame: LetterFrame | None, admin: CurrentAgent) -> Response:
    async def verb(form: FrameForm) -> Response:
        await frames.save_frame(session, frame, form, by=admin)
        return saved(PATH)

    return await attempt(request, FrameForm, verb, lambda entry: _frame_page(request, session, frame, entry))


async def _get_frame(session: AsyncSession, frame_id: int) -> LetterFrame:
    frame = await queries.find_frame(session, frame_id)
    if frame is None:
        raise NotFound(frame_id=frame_id)
    return frame


async def _frame_page(
    request: Request, session: AsyncSession, frame: LetterFrame | None, entry: Entry = NOTHING_TYPED
) -> Response:
    teams = [(each.id, each.name) for each in await account_queries.list_teams(session) if each.archived_at is None]
    everything = await channel_queries.list_channels(session)
    mailboxes = [(each.id, each.name) for each in everything if each.kind == EMAIL]
    return show(request, "frame.html", entry, frame=frame, teams=teams, mailboxes=mailboxes, fields=FIELDS)
