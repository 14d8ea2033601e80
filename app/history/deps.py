from typing import Annotated

from fastapi import Depends
from fastapi.responses import FileResponse

from app.accounts.deps import CurrentAgent
from app.core.blobs import BlobStore
from app.core.errors import NotFound
from app.core.i18n import gettext
from app.history import service
from app.history.models import HistoryExport
from app.web.deps import RowId, SessionDep


async def _export(export_id: RowId, session: SessionDep, agent: CurrentAgent) -> HistoryExport:
    return await service.get_export(session, export_id, agent_id=agent.id)


ExportDep = Annotated[HistoryExport, Depends(_export)]
"""One's own."""


def file_answer(export: HistoryExport, blobs: BlobStore) -> FileResponse:
    """Sent piece by piece from the disk; raises NotFound before it is finished and after its day."""
    if export.sha256 is None:
        raise NotFound(export_id=export.id)
    name = gettext("history-{day}.{suffix}", day=f"{export.created_at:%Y%m%d}-{export.id}", suffix=export.form.suffix)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(blobs.path(export.sha256), media_type=export.form.media_type, filename=name, headers=headers)
