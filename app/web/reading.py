"""Requests whose unit of work only reads, whatever their method: their handlers write in a unit of their own.

For uploads: the bytes are on disk before the transaction that names them begins (MODEL 30).
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.core.database import Database
from app.web import bodies
from app.web.unit_of_work import SAFE_METHODS, Handler


class ReadingRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_reading(request: Request) -> Response:
            database: Database = request.app.state.database
            bodies.refuse_unstorable_address(request)
            if request.method not in SAFE_METHODS:
                await bodies.read(request)
            async with database.reading() as request.state.session:
                return await handle(request)

        return handle_reading


def reading_router(**options: Any) -> APIRouter:
    return APIRouter(route_class=ReadingRoute, **options)
