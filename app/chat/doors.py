"""The door of a chat for browsers of other sites: which channel it is, whether that site may, and CORS without cookies.

A route class does it, so that every answer has its headers, that to an error too.
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.channels import queries as channel_queries
from app.channels.chats import read_chat
from app.channels.models import CHAT, Channel
from app.chat.errors import OriginNotAllowed
from app.core.database import Database
from app.core.errors import AppError, NotFound
from app.web import bodies, problems
from app.web.unit_of_work import SAFE_METHODS, Handler

KNOWN_SECONDS = 2.0
"""For so long what was changed at the settings is still as it was."""
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, x-file-name",
    "Access-Control-Max-Age": "600",
}


class KnownChats:
    """Of one process: hundreds of visitors are not to ask for the same channel each."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Channel]] = {}

    async def get(self, database: Database, key: str) -> Channel:
        """A paused one too: nothing that is said there is missed. Raises NotFound."""
        until, channel = self._known.get(key, (0.0, None))
        if channel is None or time.monotonic() >= until:
            channel = await _look_up(database, key)
            self._known[key] = (time.monotonic() + KNOWN_SECONDS, channel)
        return channel


async def _look_up(database: Database, key: str) -> Channel:
    async with database.reading() as session:
        channel = await channel_queries.find_for_hook(session, key)
    if channel is None or channel.kind != CHAT:
        raise NotFound
    return channel


class DoorRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_at_door(request: Request) -> Response:
            try:
                response = await _let_in(request, handle)
            except AppError as error:
                response = await problems.show_app_error(request, error)
            except RequestValidationError as error:
                response = await problems.show_validation_error(request, error)
            response.headers.update(cors_of(request))
            return response

        return handle_at_door


async def _let_in(request: Request, handle: Handler) -> Response:
    bodies.refuse_unstorable_address(request)
    chats: KnownChats = request.app.state.known_chats
    database: Database = request.app.state.database
    channel = await chats.get(database, request.path_params["channel_key"])
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(request, origin) and not read_chat(channel).allows(origin):
        raise OriginNotAllowed
    request.state.channel, request.state.origin = channel, origin
    if request.method not in SAFE_METHODS and not is_file(request):
        await bodies.read(request)
    return await handle(request)


def cors_of(request: Request) -> Mapping[str, str]:
    """Nothing for a site that may not."""
    origin = getattr(request.state, "origin", None)
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {"Vary": "Origin"}


def is_file(request: Request) -> bool:
    return request.url.path.endswith("/files")


def door_router(**options: Any) -> APIRouter:
    return APIRouter(prefix="/chat/{channel_key}", route_class=DoorRoute, **options)


async def answer_preflight(request: Request) -> Response:
    """A browser asks before it sends what a page of another site may not send unasked."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=ALLOWED)


def _is_ours(request: Request, origin: str) -> bool:
    """Our own page to try it on."""
    settings = request.app.state.settings
    hosts = (request.headers.get("host", ""), settings.base_url.split("//")[-1].rstrip("/"))
    return origin.split("//")[-1] in hosts
