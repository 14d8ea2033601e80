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
from app.web.downloads import headers_of


async def _export(export_id: RowId, session: SessionDep, agent: CurrentAgent) -> HistoryExport:
    return await service.get_export(session, export_id, agent_id=agent.id)


ExportDep = Annotated[HistoryExport, Depends(_export)]
"""One's own."""


def file_answer(export: HistoryExport, blobs: BlobStore) -> FileResponse:
    """Sent piece by piece from the disk; raises NotFound before it is finished and after its day."""
    if export.sha256 is None:
        raise NotFound(export_id=export.id)
    day = f"{export.created_at:%Y%m%d}-{export.id}"
    words = gettext("history-{day}.{suffix}", day=day, suffix=export.form.suffix)
    plain = f"history-{day}.{export.form.suffix}"
    headers = headers_of(plain, words, lost_count=export.lost_count, lost=export.lost_characters)
    return FileResponse(blobs.path(export.sha256), media_type=export.form.media_type, headers=headers)
