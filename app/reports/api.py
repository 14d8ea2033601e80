"""`GET /reports/…`: the numbers for programs, and as files."""

from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import JSONResponse

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep
from app.core.i18n import use_locale
from app.inbox.deps import SightDep
from app.reports import service
from app.reports.asking import question_of
from app.reports.documents import table_document
from app.reports.formats import send_report
from app.reports.forms import ReportForm
from app.reports.values import ReportName
from app.web.deps import SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["reports"])


@router.get("/reports/{name}")
async def report(
    name: ReportName,
    session: SessionDep,
    sight: SightDep,
    settings: SettingsDep,
    trail: TrailDep,
    form: Annotated[ReportForm, Query()],
) -> Response:
    if form.lang is not None:
        use_locale(form.lang)
    question = await question_of(session, name, form, sight=sight, zone=settings.zone)
    table = await service.read_table(session, question)
    if form.file_form is None:
        return JSONResponse(table_document(table))
    trail.note(AuditKind.EXPORT, subject="reports", report=name.value, format=form.file_form.value)
    return await send_report(table, question, form=form.file_form, zone=settings.zone, tasks=trail.tasks)
