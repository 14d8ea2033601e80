"""A visitor's files, before they say them."""

from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request

from app.accounts.sign_in import network_of
from app.channels.chats import read_chat
from app.chat import saying
from app.chat.deps import ChatDep, VisitorDep
from app.chat.doors import door_router
from app.chat.rates import FILES, FILES_OF_PLACE
from app.core.blobs import BlobStore
from app.core.errors import Forbidden, TooLarge
from app.core.i18n import mark
from app.tickets import attachments
from app.tickets.attachments import Upload
from app.web import rates
from app.web.deps import BlobsDep, DatabaseDep, SecretBoxDep

router: APIRouter = door_router()


class NoFiles(Forbidden):
    code = "no_files"
    message = mark("Files cannot be sent here.")


@router.post("/files", status_code=201)
async def upload(
    request: Request,
    channel: ChatDep,
    visitor: VisitorDep,
    database: DatabaseDep,
    blobs: BlobsDep,
    box: SecretBoxDep,
    content_type: Annotated[str, Header()] = "",
    x_file_name: Annotated[str, Header(max_length=2_000)] = "",
) -> dict[str, Any]:
    """The body is the file; the answer's `token` goes into `files` of what is said."""
    settings = read_chat(channel)
    if not settings.has_files:
        raise NoFiles
    await rates.require(database, FILES, visitor.id)
    await rates.require(database, FILES_OF_PLACE, channel.id, network_of(rates.caller_of(request)))
    kept = await _keep(request, blobs, most=min(settings.max_file_bytes, attachments.MAX_BYTES))
    upload = Upload(unquote(x_file_name), content_type, *kept)
    async with database.transaction() as session:
        attachment = await attachments.add_upload(session, upload, by=None)
    return {
        "token": saying.file_token(box, attachment.id, visitor),
        "name": attachment.name,
        "type": attachment.content_type,
        "size": attachment.size,
    }


async def _keep(request: Request, blobs: BlobStore, *, most: int) -> tuple[str, int]:
    """Its SHA-256 and size. Raises TooLarge as soon as it is, or says that it will be."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise TooLarge
    return await blobs.put(bytes(body)), len(body)
