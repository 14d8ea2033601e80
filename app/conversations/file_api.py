"""A file that could not be taken in is asked for again, because somebody wants it."""

from typing import Any

from app.conversations import file_queries, files
from app.core.errors import NotFound
from app.tickets.deps import DocumentsDep, MessageDep
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["messages"])


@router.post("/tickets/{number}/messages/{message_id}/files/{file_id}/attempt")
async def ask_again(
    file_id: RowId, message: MessageDep, session: SessionDep, documents: DocumentsDep
) -> dict[str, Any]:
    """From now, for as long as at first; answers with the message."""
    pending = await file_queries.find_file(session, file_id)
    if pending is None or pending.message_id != message.id:
        raise NotFound(file_id=file_id)
    await files.ask_again(session, pending)
    await session.flush()
    return await documents.message(session, message.id)
