from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.deps import CurrentAgent, ViewerDep
from app.bulletin import queries, service
from app.bulletin.forms import HandoverForm
from app.bulletin.views import AnnouncementView, NoteView, Who, read_announcements, read_notes
from app.core.clock import rfc3339
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["bulletin"])


@router.get("/handover-notes")
async def list_notes(session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """What is open, oldest first, and what was done in the last twelve hours."""
    notes = await read_notes(session, viewer)
    return {"items": [_note(each) for each in notes], "next_cursor": None}


@router.post("/handover-notes", status_code=201)
async def hand_over(form: HandoverForm, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """For a team or everybody; about a ticket or none."""
    note = await service.hand_over(session, form, viewer=viewer)
    return {"id": note.id, **await _one(session, note.id, viewer)}


@router.put("/handover-notes/{note_id}")
async def reword(note_id: RowId, form: HandoverForm, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """By its writer, or a lead."""
    note = await queries.get_note(session, note_id, viewer=viewer)
    await service.reword(session, note, form, viewer=viewer)
    return await _one(session, note_id, viewer)


@router.post("/handover-notes/{note_id}/done")
async def mark_done(note_id: RowId, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    note = await queries.get_note(session, note_id, viewer=viewer)
    await service.mark_done(session, note, by=viewer.agent)
    return await _one(session, note_id, viewer)


@router.delete("/handover-notes/{note_id}/done")
async def reopen(note_id: RowId, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """It is to be done again."""
    note = await queries.get_note(session, note_id, viewer=viewer)
    await service.reopen(session, note)
    return await _one(session, note_id, viewer)


@router.get("/announcements")
async def list_announcements(session: SessionDep, agent: CurrentAgent) -> dict[str, Any]:
    """What is shown now."""
    found = await read_announcements(session, agent.id)
    return {"items": [_announcement(each) for each in found], "next_cursor": None}


@router.post("/announcements/{announcement_id}/reading", status_code=204)
async def read(announcement_id: RowId, session: SessionDep, agent: CurrentAgent) -> None:
    """「読みました」."""
    await service.read(session, announcement_id, by=agent)


async def _one(session: AsyncSession, note_id: int, viewer: Viewer) -> dict[str, Any]:
    """Empty for a team's note that its writer does not see."""
    await session.flush()
    notes = await read_notes(session, viewer)
    return next((_note(each) for each in notes if each.id == note_id), {})


def _note(note: NoteView) -> dict[str, Any]:
    return {
        "id": note.id,
        "text": note.text,
        "author": _named(note.author),
        "team": _named(note.team),
        "ticket_number": note.ticket_number,
        "created_at": rfc3339(note.created_at),
        "changed_at": rfc3339(note.changed_at),
        "changed_by": _named(note.changed_by),
        "done_at": rfc3339(note.done_at),
        "done_by": _named(note.done_by),
    }


def _named(who: Who | None) -> dict[str, Any] | None:
    return {"id": who.id, "name": who.name} if who else None


def _announcement(announcement: AnnouncementView) -> dict[str, Any]:
    return {
        "id": announcement.id,
        "title": announcement.title,
        "text": announcement.text,
        "is_important": announcement.is_important,
        "shown_from": rfc3339(announcement.shown_from),
        "shown_until": rfc3339(announcement.shown_until),
        "is_read": announcement.is_read,
    }
