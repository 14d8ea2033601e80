"""`GET /reports/…`: the numbers for programs, and as files."""

from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import JSONResponse

from app.inbox.deps import SightDep
from app.reports import service
from app.reports.asking import question_of
from app.reports.documents import table_document
from app.reports.forms import ReportForm
from app.reports.values import ReportName
from app.web.deps import SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["reports"])


@router.get("/reports/{name}")
async def report(
    name: ReportName, session: SessionDep, sight: SightDep, settings: SettingsDep, form: Annotated[ReportForm, Query()]
) -> Response:
    question = await question_of(session, name, form, sight=sight, zone=settings.zone)
    table = await service.read_table(session, question)
    return JSONResponse(table_document(table))
