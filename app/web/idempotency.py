"""The same request twice is one act (MODEL 6): a key, remembered in the request's own unit of work."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.i18n import mark
from app.web import queries
from app.web.bodies import is_form
from app.web.models import IdempotencyKey

HEADER = "idempotency-key"
MAX_KEY_LENGTH = 255
LIFE = timedelta(hours=72)
SEE_OTHER = 303
CHUNK_BYTES = 1024 * 1024
NOT_REMEMBERED = frozenset({"content-length", "set-cookie"})
NOT_PART_OF_THE_ACT = frozenset({"csrf_token"})

PrincipalOf = Callable[[Request, AsyncSession], Awaitable[str | None]]
"""Who asks, the same in each of their sessions; None when nobody is known. `state.principal_of`, set by main."""


class IdempotencyMismatch(Conflict):
    code = "idempotency_mismatch"
    message = mark("This Idempotency-Key was used for another request.")


async def hash_body(request: Request) -> str:
    """Of the parsed body, so that spacing, boundaries and the order of names make no other request."""
    if not _key_of(request):
        return ""
    digest = hashlib.sha256(request.url.query.encode())
    if is_form(request):
        await _add_form(digest, request)
    else:
        digest.update(_canonical(await request.body()))
    return digest.hexdigest()


async def answer_once(request: Request, handle: Callable[[Request], Awaitable[Response]], body_hash: str) -> Response:
    """Run the handler, or give the answer that it gave to the same request before."""
    session: AsyncSession = request.state.session
    principal_of: PrincipalOf = request.app.state.principal_of
    principal = await principal_of(request, session) if _key_of(request) else None
    if principal is None:
        return await handle(request)
    key_hash = _hash_key(request, principal)
    if not await queries.begin_key(session, key_hash, body_hash):
        return _same_again(await queries.find_key(session, key_hash), body_hash)
    response = await handle(request)
    await _remember(session, key_hash, response)
    return response


async def delete_old_keys(session: AsyncSession) -> None:
    await queries.delete_keys(session, before=now() - LIFE)


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER, "") if request.method == "POST" else ""
    if len(key) > MAX_KEY_LENGTH:
        raise Invalid("Idempotency-Key", mark("This is too long."))
    return key


def _hash_key(request: Request, principal: str) -> str:
    parts = (principal, request.method, request.url.path, _key_of(request))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _same_again(known: IdempotencyKey | None, body_hash: str) -> Response:
    if known is None or known.answer is None or known.body_hash != body_hash:
        raise IdempotencyMismatch
    return Response(known.answer["body"], status_code=known.status or 200, headers=known.answer["headers"])


async def _remember(session: AsyncSession, key_hash: str, response: Response) -> None:
    """Only success stays: a remembered refusal would forbid to try again (MODEL 6)."""
    if response.status_code >= 300 and response.status_code != SEE_OTHER:
        await queries.delete_key(session, key_hash)
        return
    headers = {name: value for name, value in response.headers.items() if name not in NOT_REMEMBERED}
    answer = {"body": bytes(response.body).decode(), "headers": headers}
    await queries.complete_key(session, key_hash, status=response.status_code, answer=answer)


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


async def _add_form(digest: "hashlib._Hash", request: Request) -> None:
    """Field by field in the order of their names; files by what is in them."""
    for name, value in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
        if name in NOT_PART_OF_THE_ACT:
            continue
        text = value.filename or "" if isinstance(value, UploadFile) else value
        digest.update(json.dumps([name, text]).encode())
        if isinstance(value, UploadFile):
            await _add_file(digest, value)


async def _add_file(digest: "hashlib._Hash", file: UploadFile) -> None:
    content = hashlib.sha256()
    await file.seek(0)
    while chunk := await file.read(CHUNK_BYTES):
        content.update(chunk)
    await file.seek(0)
    digest.update(content.digest())
