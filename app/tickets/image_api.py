"""Images of a mail that lie elsewhere: shown, for this mail or for its sender, and hidden again."""

from typing import Any

from app.tickets import remote_images
from app.tickets.deps import DocumentsDep, MessageDep
from app.tickets.forms import ImagesForm
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}/messages/{message_id}/images", tags=["messages"])


@router.post("")
async def show(form: ImagesForm, session: SessionDep, message: MessageDep, documents: DocumentsDep) -> dict[str, Any]:
    """They are fetched by us, and only from public addresses: the sender does not learn who reads."""
    await remote_images.show(session, message, of_sender=form.of_sender)
    await session.flush()
    return await documents.message(session, message.id)


@router.delete("")
async def hide(session: SessionDep, message: MessageDep, documents: DocumentsDep) -> dict[str, Any]:
    await remote_images.hide(session, message)
    await session.flush()
    return await documents.message(session, message.id)
