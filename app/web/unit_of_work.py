"""One request, one unit of work: a GET reads, everything else writes, and the answer leaves after COMMIT.

A route class does it, not a dependency, so that a failing COMMIT can never have answered 200. The body is
read and hashed before the unit begins: a slow upload holds no lock.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.core.database import Database
from app.web import bodies, idempotency

SAFE_METHODS = frozenset({"GET", "HEAD"})

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Preparation = Callable[[Request], Coroutine[Any, Any, None]]


class UnitOfWorkRoute(APIRoute):
    async def prepare(self, request: Request) -> None:
        """What takes long and changes nothing, before a unit that writes begins (MODEL 2). The body is read by then."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_in_unit(request: Request) -> Response:
            bodies.refuse_unstorable_address(request)
            if request.method in SAFE_METHODS:
                async with _database(request).reading() as request.state.session:
                    return await handle(request)
            try:
                return await _write(request, self.prepare, handle)
            finally:
                await request.close()

        return handle_in_unit


def unit_of_work_router(**options: Any) -> APIRouter:
    """A router whose every route is a unit of work; the session is `SessionDep`."""
    return APIRouter(route_class=UnitOfWorkRoute, **options)


async def _write(request: Request, prepare: Preparation, handle: Handler) -> Response:
    await bodies.read(request)
    body_hash = await idempotency.hash_body(request)
    await prepare(request)
    async with _database(request).transaction() as request.state.session:
        return await idempotency.answer_once(request, handle, body_hash)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
