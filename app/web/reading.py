"""Requests whose unit of work only reads, whatever their method: their handlers write in a unit of their own.

For uploads: the bytes are on disk before the transaction that names them begins (MODEL 30).
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.core.database import Database
from app.web.unit_of_work import Handler


class ReadingRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_reading(request: Request) -> Response:
            database: Database = request.app.state.database
            async with database.reading() as request.state.session:
                return await handle(request)

        return handle_reading


def reading_router(**options: Any) -> APIRouter:
    return APIRouter(route_class=ReadingRoute, **options)
