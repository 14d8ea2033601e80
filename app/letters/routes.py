"""Templates in the composer, and the pages where people keep them."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.deps import ViewerDep
from app.letters import queries, service
from app.letters.deps import KeptTemplateDep, TemplateDep, WritingDep
from app.letters.documents import Document, mailbox_document, opening_document
from app.letters.fields import EXAMPLE, FIELDS
from app.letters.forms import MAX_QUERY_LENGTH, MAX_TEXT_LENGTH, TemplateForm
from app.letters.frames import opening_of
from app.letters.merging import fill
from app.letters.models import LetterTemplate
from app.letters.scenes import look_up
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()

PATH = "/settings/templates"
SEE_OTHER = 303
SHOWN = 30


@router.get("/templates/offers")
async def show_offers(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    writing: WritingDep,
    q: Annotated[str, Query(max_length=MAX_QUERY_LENGTH)] = "",
) -> Response:
    """What the composer's picker lists, each filled for what is being written."""
    offers = (await service.find_offers(session, viewer, q, category_id=writing.category_id))[:SHOWN]
    values = (await look_up(session, writing.scene)).values if writing.scene else {}
    filled = [(offer, service.filled(offer.template, values)) for offer in offers]
    return render(request, "letters/_offers.html", {"offers": filled, "query": q, "keeps_all": viewer.agent.role.leads})


@router.post("/templates/{template_id}/uses", status_code=204)
async def count_use(session: SessionDep, template: TemplateDep) -> None:
    await service.count_use(session, template)


@router.get("/letters/opening")
async def show_opening(session: SessionDep, writing: WritingDep) -> Document:
    """Greeting and signature of a new mail, anew when its mailbox or recipient changes."""
    if writing.scene is None:
        return {}
    opening = opening_document(await opening_of(session, writing.scene), is_new=writing.scene.number is None)
    return {**opening, **(mailbox_document(writing.channel) if writing.channel else {})}


@router.get(PATH)
async def show_templates(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    leads = viewer.agent.role.leads
    offers = await service.list_offers(session, viewer, keeps_all=leads)
    groups = {
        "own": [each for each in offers if each.template.owner_id is not None],
        "team": [each for each in offers if each.template.team_id is not None],
        "everyone": [each for each in offers if each.template.owner_id is None and each.template.team_id is None],
    }
    return render(request, "letters/templates.html", {"groups": groups, "leads": leads})


@router.get(f"{PATH}/new")
async def show_new(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    return await _form_page(request, session, viewer, None)


@router.post(PATH)
async def create(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    async def verb(form: TemplateForm) -> Response:
        await service.save(session, None, form, by=viewer)
        return _saved()

    return await attempt(request, TemplateForm, verb, lambda entry: _form_page(request, session, viewer, None, entry))


@router.post(f"{PATH}/preview")
async def preview(request: Request, viewer: ViewerDep) -> Response:
    """As an example customer would get it."""
    text = str((await request.form()).get("text", ""))[:MAX_TEXT_LENGTH]
    example = {**EXAMPLE, "agent.name": viewer.agent.name, "agent.signature": viewer.agent.signature}
    return render(request, "letters/_preview.html", {"merged": fill(text.replace("\r\n", "\n"), example)})


@router.get(f"{PATH}/{{template_id}}")
async def show_template(
    request: Request, session: SessionDep, viewer: ViewerDep, template: KeptTemplateDep
) -> Response:
    return await _form_page(request, session, viewer, template)


@router.post(f"{PATH}/{{template_id}}")
async def change(request: Request, session: SessionDep, viewer: ViewerDep, template: KeptTemplateDep) -> Response:
    async def verb(form: TemplateForm) -> Response:
        await service.save(session, template, form, by=viewer)
        return _saved()

    return await attempt(
        request, TemplateForm, verb, lambda entry: _form_page(request, session, viewer, template, entry)
    )


@router.post(f"{PATH}/{{template_id}}/archiving")
async def archive(session: SessionDep, viewer: ViewerDep, template: KeptTemplateDep) -> Response:
    service.archive(session, template, by=viewer)
    return RedirectResponse(f"{PATH}?deleted={template.id}", SEE_OTHER)


@router.post(f"{PATH}/{{template_id}}/restoring")
async def restore(session: SessionDep, viewer: ViewerDep, template_id: RowId) -> Response:
    await service.restore(session, template_id, by=viewer)
    return _saved()


def _saved() -> Response:
    return RedirectResponse(f"{PATH}?saved=1", SEE_OTHER)


async def _form_page(
    request: Request,
    session: AsyncSession,
    viewer: ViewerDep,
    template: LetterTemplate | None,
    entry: Entry = NOTHING_TYPED,
) -> Response:
    teams = [team for team in await account_queries.list_teams(session) if team.archived_at is None]
    context = {
        "template": template,
        "teams": teams if viewer.agent.role.leads else [],
        "leads": viewer.agent.role.leads,
        "categories": await queries.list_categories(session),
        "fields": FIELDS,
        "entry": entry,
    }
    return render(request, "letters/template.html", context, status_code=entry.status_code)
