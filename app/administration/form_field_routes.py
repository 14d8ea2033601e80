"""What a form asks: written on one page, put in order there, saved at once."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.form_routes import PATH
from app.administration.pages import admin_router, saved, show
from app.administration.tree import paths
from app.channels.models import Channel
from app.core.i18n import mark
from app.tickets import settings_queries
from app.tickets.models import Category
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry
from app.webforms import drafting, queries
from app.webforms.drafting import Drafts
from app.webforms.models import FormFieldKind

KIND_NAMES = {
    FormFieldKind.TEXT: mark("One line"),
    FormFieldKind.LONG: mark("Several lines"),
    FormFieldKind.CHOICE: mark("Choice"),
    FormFieldKind.DATE: mark("Date"),
    FormFieldKind.FILE: mark("Files"),
    FormFieldKind.CONSENT: mark("Consent"),
}

router = admin_router("forms")


@router.get("/{channel_id}/fields")
async def show_fields(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    channel = await queries.get_form(session, channel_id)
    return await _page(request, session, channel, await drafting.read_rows(session, channel))


@router.post("/{channel_id}/fields")
async def write_fields(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    """Either something is done with what stands in the page, or it is saved."""
    channel = await queries.get_form(session, channel_id)
    typed = await request.form()
    drafts, asked = drafting.read_page(typed), str(typed.get("act", "save"))
    if asked != "save":
        return await _page(request, session, channel, drafts, focus=drafting.act(drafts, asked), is_changed=True)
    wrong = drafting.check(drafts)
    if wrong:
        entry = Entry(errors=wrong)
        return await _page(request, session, channel, drafts, entry, focus=next(iter(wrong)), is_changed=True)
    await drafting.save(session, channel, drafts, [each for each, _ in await _categories(session)], by=admin)
    return saved(f"{PATH}/{channel_id}/fields")


async def _page(
    request: Request, session: AsyncSession, channel: Channel, drafts: Drafts, entry: Entry = NOTHING_TYPED, **more: Any
) -> Response:
    context = {"focus": "", "is_changed": False, **more, "kinds": list(KIND_NAMES.items())}
    categories = await _categories(session)
    return show(request, "form_fields.html", entry, channel=channel, drafts=drafts, categories=categories, **context)


async def _categories(session: AsyncSession) -> list[tuple[int, str]]:
    rows = await settings_queries.list_all(session, Category)
    return paths([row for row in rows if row.archived_at is None])
