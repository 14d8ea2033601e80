"""The same request twice is one act (MODEL 6): a key, remembered in the request's own unit of work."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.core.errors import Conflict, Invalid
from app.core.i18n import mark
from app.web.models import IdempotencyKey

HEADER = "idempotency-key"
MAX_KEY_LENGTH = 255
LIFE = timedelta(hours=72)


class IdempotencyMismatch(Conflict):
    code = "idempotency_mismatch"
    message = mark("This Idempotency-Key was used for another request.")


async def answer_once(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Run the handler, or give the answer that it gave to the same request before."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or not key:
        return await handle(request)
    if len(key) > MAX_KEY_LENGTH:
        raise Invalid("Idempotency-Key", mark("This is too long."))
    session: AsyncSession = request.state.session
    key_hash, body_hash = _hash_key(request, key), _hash_body(await request.body())
    if remembered := await _begin(session, key_hash, body_hash):
        return JSONResponse(remembered.answer, status_code=remembered.status or 200)
    response = await handle(request)
    await _remember(session, key_hash, response)
    return response


async def delete_old_keys(session: AsyncSession) -> None:
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - LIFE))


async def _begin(session: AsyncSession, key_hash: str, body_hash: str) -> IdempotencyKey | None:
    """A second request in flight waits here for the first one's row."""
    statement = insert_into(session, IdempotencyKey).values(key_hash=key_hash, body_hash=body_hash, created_at=now())
    begun = await session.scalar(statement.on_conflict_do_nothing().returning(IdempotencyKey.key_hash))
    if begun is not None:
        return None
    known = await session.scalar(select(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash))
    if known is None or known.body_hash != body_hash:
        raise IdempotencyMismatch
    return known


async def _remember(session: AsyncSession, key_hash: str, response: Response) -> None:
    statement = update(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash)
    answer: Any = json.loads(bytes(response.body)) if response.body else None
    await session.execute(statement.values(status=response.status_code, answer=answer))


def _hash_key(request: Request, key: str) -> str:
    """The principal is whatever proves it: the token's or the session's bytes, by hash only."""
    principal = request.headers.get("authorization") or request.headers.get("cookie", "")
    return hashlib.sha256("\0".join((principal, request.method, request.url.path, key)).encode()).hexdigest()


def _hash_body(body: bytes) -> str:
    """Of the parsed body, so that spacing and the order of names make no other request."""
    try:
        body = json.dumps(json.loads(body), sort_keys=True).encode() if body else b""
    except ValueError:
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha256(body).hexdigest()
