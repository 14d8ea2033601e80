from functools import partial

from fastapi import Request, Response, UploadFile
from fastapi.responses import JSONResponse

from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.core.clock import now
from app.core.crypto import SecretBox
from app.tickets import attachments
from app.tickets.attachments import FileTooLarge, Upload, signed_url
from app.web import idempotency
from app.web.deps import BlobsDep, DatabaseDep, SecretBoxDep, SessionDep
from app.web.reading import reading_router

router = reading_router(tags=["attachments"])


@router.post("/attachments", status_code=201)
async def upload(
    request: Request,
    file: UploadFile,
    agent: CurrentAgent,
    session: SessionDep,
    database: DatabaseDep,
    blobs: BlobsDep,
    box: SecretBoxDep,
) -> Response:
    """Keep a file for a reply that is being written; `id` goes into its `attachment_ids`."""
    await session.close()
    data = await file.read(attachments.MAX_BYTES + 1)
    if len(data) > attachments.MAX_BYTES:
        raise FileTooLarge
    name, content_type = file.filename or "", file.content_type or ""
    kept = Upload(name, content_type, await blobs.put(data), len(data))
    body_hash = await idempotency.hash_body(request)
    async with database.transaction() as request.state.session:
        return await idempotency.answer_once(request, partial(_add, upload=kept, agent=agent, box=box), body_hash)


async def _add(request: Request, *, upload: Upload, agent: Agent, box: SecretBox) -> Response:
    attachment = await attachments.add_upload(request.state.session, upload, by=agent)
    answer = {
        "id": attachment.id,
        "name": attachment.name,
        "type": attachment.content_type,
        "size": attachment.size,
        "url": signed_url(box, attachment.id, attachment.name, now()),
    }
    return JSONResponse(answer, status_code=201)
