"""The ledger of escalations as a file: what the page shows, all of it, in the same order."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.i18n import gettext, mark
from app.core.table_files import FileForm
from app.escalations import ledger
from app.escalations.forms import LedgerForm
from app.escalations.views import EscalationView
from app.web.deps import DatabaseDep, SessionDep, SettingsDep
from app.web.downloads import send_table
from app.web.unit_of_work import unit_of_work_router

TITLES = (
    mark("Question"),
    mark("Asked at"),
    mark("Asked by"),
    mark("Asked of"),
    mark("Level"),
    mark("Reason"),
    mark("Question"),
    mark("Answer"),
    mark("Answer until"),
    mark("Ended at"),
    mark("Calendar seconds"),
    mark("Business seconds"),
    mark("Sent back"),
    mark("State"),
    mark("Outcome"),
    mark("Ticket"),
    mark("Customer"),
    mark("Category"),
)
FORMS = {"csv": FileForm.CSV, "cp932.csv": FileForm.CP932, "xlsx": FileForm.XLSX}

router = unit_of_work_router(prefix="/escalations")


@router.get("/export.csv")
@router.get("/export.cp932.csv")
@router.get("/export.xlsx")
async def export(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    settings: SettingsDep,
    trail: TrailDep,
    form: Annotated[LedgerForm, Query()],
) -> Response:
    """Who took what out, under which conditions, is in the audit log."""
    suffix = request.url.path.partition("export.")[2]
    trail.note(AuditKind.EXPORT, subject="escalation_steps", conditions=form.conditions, format=suffix)
    wanted = await ledger.read_wanted(session, form, settings.zone)
    await session.close()
    return await send_table(
        _rows(ledger.read_all(database, viewer, wanted)),
        form=FORMS[suffix],
        names=("escalations", gettext("Escalations")),
        titles=[gettext(each) for each in TITLES],
        zone=settings.zone,
        tasks=trail.tasks,
    )


async def _rows(pages: AsyncIterator[Sequence[EscalationView]]) -> AsyncIterator[list[tuple[Any, ...]]]:
    async for views in pages:
        yield [_row(view) for view in views]


def _row(view: EscalationView) -> tuple[Any, ...]:
    about = view.ticket
    return (
        f"Q-{view.id}",
        view.asked_at,
        view.asker.name,
        view.asked.name,
        view.level,
        view.reason,
        view.question,
        view.answer,
        view.due_at,
        view.ended_at,
        view.seconds,
        view.business_seconds,
        view.returned_count,
        view.state.value,
        view.outcome.value if view.outcome else "",
        about.number if about else None,
        about.customer if about else "",
        about.category if about else "",
    )
