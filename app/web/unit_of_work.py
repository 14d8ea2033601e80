"""One request, one unit of work: a GET reads, everything else writes, and the answer leaves after COMMIT.

A route class does it, not a dependency, so that a failing COMMIT can never have answered 200. The body is
read before the unit begins: a slow upload holds no lock.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.core.database import Database
from app.web import idempotency

SAFE_METHODS = frozenset({"GET", "HEAD"})

Handler = Callable[[Request], Awaitable[Response]]


class UnitOfWorkRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_in_unit(request: Request) -> Response:
            database: Database = request.app.state.database
            if request.method in SAFE_METHODS:
                async with database.reading() as request.state.session:
                    return await handle(request)
            await _read_body(request)
            async with database.transaction() as request.state.session:
                return await idempotency.answer_once(request, handle)

        return handle_in_unit


def unit_of_work_router(**options: Any) -> APIRouter:
    """A router whose every route is a unit of work; the session is `SessionDep`."""
    return APIRouter(route_class=UnitOfWorkRoute, **options)


async def _read_body(request: Request) -> None:
    if request.headers.get("content-type", "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        await request.form()
    else:
        await request.body()
