"""The page of those who run the desk."""

from fastapi import APIRouter, Request, Response

from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.administration.system import OUTBOX_NAMES, check_all, read_figures, resume_sending, versions
from app.administration.trying import admin_of
from app.core.desk import Desk
from app.web.deps import BlobsDep, DatabaseDep, SecretBoxDep, SessionDep, SettingsDep

router = APIRouter(prefix="/admin/system")
"""Its checks write a file and ask the database in their own ways: no unit of work around them."""

doors = admin_router("system")


@router.get("")
async def show_system(
    request: Request, database: DatabaseDep, settings: SettingsDep, box: SecretBoxDep, blobs: BlobsDep
) -> Response:
    await admin_of(request, database)
    checks = await check_all(Desk(settings, database, blobs, box))
    async with database.reading() as session:
        figures = await read_figures(session)
    kind = database.writer.dialect.name
    return show(
        request, "system.html", checks=checks, figures=figures, versions=versions(), outbox=OUTBOX_NAMES, kind=kind
    )


@doors.post("/resumption")
async def resume(session: SessionDep, admin: CurrentAgent) -> Response:
    await resume_sending(session, by=admin)
    return saved("/admin/system")
