"""The verbs of files of the 「対応履歴」: asked for, cancelled."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.audit_models import AuditKind
from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import NotFound
from app.core.table_files import FileForm
from app.core.wakeups import EXPORTS
from app.history import export_queries
from app.history.errors import ExportOver, TooManyExports
from app.history.models import HistoryExport

AT_ONCE = 3


async def begin(session: AsyncSession, form: FileForm, conditions: dict[str, Any], *, by: Agent) -> HistoryExport:
    """Made beside the requests; the audit log has the conditions."""
    if await export_queries.count_under_way(session, by.id) >= AT_ONCE:
        raise TooManyExports
    export = HistoryExport(agent_id=by.id, form=form, conditions=conditions)
    session.add(export)
    await session.flush()
    details = {"form": form.value, "conditions": conditions}
    audit.note(session, AuditKind.EXPORT, by=by, subject="history_exports", subject_id=export.id, **details)
    wake_at_commit(session, EXPORTS)
    return export


async def cancel(session: AsyncSession, export: HistoryExport) -> None:
    """Raises ExportOver where there is nothing left to stop."""
    if not await export_queries.cancel(session, export.id, at=now()):
        raise ExportOver
    await session.refresh(export)


async def get_export(session: AsyncSession, export_id: int, *, agent_id: int) -> HistoryExport:
    """Another's does not exist."""
    export = await export_queries.find_export(session, export_id, agent_id=agent_id)
    if export is None:
        raise NotFound(export_id=export_id)
    return export
