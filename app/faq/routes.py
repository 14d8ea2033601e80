"""Where leads and administrators keep the FAQ."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import LeadDep, require_role
from app.accounts.models import Role
from app.faq import queries, service
from app.faq.forms import FaqForm
from app.faq.models import FaqEntry
from app.faq.suggesting import suggest
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

PATH = "/settings/faq"
SEE_OTHER = 303
LEADS_ONLY = [Depends(require_role(Role.LEAD, Role.ADMIN))]

router: APIRouter = unit_of_work_router(prefix=PATH, dependencies=LEADS_ONLY)


@router.get("")
async def show_entries(request: Request, session: SessionDep, q: str = "") -> Response:
    """With `q`: what a visitor who writes this would be shown."""
    context = {
        "entries": await queries.list_entries(session, is_archived=False),
        "archived": await queries.list_entries(session, is_archived=True),
        "q": q.strip(),
        "found": await suggest(session, q) if q.strip() else (),
    }
    return render(request, "faq/entries.html", context)


@router.get("/new")
async def show_new(request: Request) -> Response:
    return await _page(request, None)


@router.post("")
async def add_entry(request: Request, session: SessionDep, lead: LeadDep) -> Response:
    async def verb(form: FaqForm) -> Response:
        await service.add_entry(session, form, by=lead)
        return _saved()

    return await attempt(request, FaqForm, verb, lambda entry: _page(request, None, entry))


@router.get("/{entry_id}")
async def show_entry(request: Request, session: SessionDep, entry_id: RowId) -> Response:
    return await _page(request, await queries.get_entry(session, entry_id))


@router.post("/{entry_id}")
async def change_entry(request: Request, session: SessionDep, lead: LeadDep, entry_id: RowId) -> Response:
    found = await queries.get_entry(session, entry_id)

    async def verb(form: FaqForm) -> Response:
        await service.change_entry(session, found, form, by=lead)
        return _saved()

    return await attempt(request, FaqForm, verb, lambda entry: _page(request, found, entry))


@router.post("/{entry_id}/publication")
async def publish(session: SessionDep, lead: LeadDep, entry_id: RowId) -> Response:
    await service.publish(session, await queries.get_entry(session, entry_id), True, by=lead)
    return _saved()


@router.post("/{entry_id}/withdrawal")
async def withdraw(session: SessionDep, lead: LeadDep, entry_id: RowId) -> Response:
    await service.publish(session, await queries.get_entry(session, entry_id), False, by=lead)
    return _saved()


@router.post("/{entry_id}/archiving")
async def archive(session: SessionDep, lead: LeadDep, entry_id: RowId) -> Response:
    await service.archive(session, await queries.get_entry(session, entry_id), True, by=lead)
    return RedirectResponse(f"{PATH}?archived={entry_id}", SEE_OTHER)


@router.post("/{entry_id}/restoring")
async def restore(session: SessionDep, lead: LeadDep, entry_id: RowId) -> Response:
    await service.archive(session, await queries.get_entry(session, entry_id), False, by=lead)
    return _saved()


def _saved() -> Response:
    return RedirectResponse(f"{PATH}?saved=1", SEE_OTHER)


async def _page(request: Request, found: FaqEntry | None, entry: Entry = NOTHING_TYPED) -> Response:
    return render(request, "faq/entry.html", {"row": found, "entry": entry}, status_code=entry.status_code)
