"""`create_app()`: the one place that wires routes, errors, headers and what runs beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from app.accounts.deps import principal_of
from app.accounts.trail import Recently
from app.administration.directory import SETTINGS
from app.channels import endpoints
from app.chat.doors import KnownChats
from app.chat.hub import ChatHub
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox, load_secret_box
from app.core.database import Database
from app.core.errors import AppError
from app.core.measures import watch_loop
from app.core.outside import Outside
from app.core.parts import Part, running
from app.core.settings import Settings
from app.inbox.answers import InboxDocuments
from app.inbox.live_source import InboxSource
from app.ingest.hooks import HookIntake
from app.live.hub import Hub
from app.live.presence import PresenceBook
from app.outbox import lending
from app.routing import routes
from app.web import problems
from app.web.languages import RequestLanguage
from app.web.limits import RequestLimit
from app.web.measuring import Measured
from app.web.net import CrashNet
from app.web.security import SecurityHeaders
from app.web.static_files import VersionedFiles
from app.web.templates import STATIC_DIR, environment

ShowError = Callable[[Request, Exception], Awaitable[Response]]


def create_app(
    database: Database,
    settings: Settings,
    *,
    box: SecretBox | None = None,
    blobs: BlobStore | None = None,
    background: Part | None = None,
) -> FastAPI:
    """`background` runs beside the requests as long as the application does."""
    endpoints.use(settings)
    app = FastAPI(
        title="Madoguchi",
        lifespan=_lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(Measured),
            Middleware(SecurityHeaders),
            Middleware(RequestLanguage, default=settings.locale),
            Middleware(CrashNet),
            Middleware(RequestLimit),
        ],
    )
    _tell_templates(settings)
    app.state.database = database
    app.state.settings = settings
    app.state.secret_box = box or load_secret_box(settings)
    app.state.outside = Outside()
    app.state.blobs = blobs or BlobStore(settings.blob_dir)
    database.room.watch(app.state.blobs.folder)
    _hand_in(app, background)
    _add_error_handlers(app)
    _add_routes(app)
    return app


def _add_routes(app: FastAPI) -> None:
    app.router.routes.extend(routes())
    app.mount("/static", VersionedFiles(directory=STATIC_DIR))


def _tell_templates(settings: Settings) -> None:
    base_url = settings.base_url.rstrip("/")
    environment().globals.update(zone=settings.zone, base_url=base_url, settings_pages=lambda: SETTINGS)


def _hand_in(app: FastAPI, background: Part | None) -> None:
    """What packages need of those above them, and what runs beside the requests."""
    database: Database = app.state.database
    app.state.principal_of = principal_of
    lending.use(app.state.secret_box)
    app.state.hook_intake = HookIntake(database)
    app.state.settings_pages = SETTINGS
    app.state.recently = Recently()
    app.state.documents = InboxDocuments(app.state.secret_box)
    app.state.ticket_document = app.state.documents.ticket
    app.state.stopping = asyncio.Event()
    app.state.live = Hub(database, InboxSource(), app.state.stopping)
    app.state.presence = PresenceBook(database)
    app.state.known_chats = KnownChats()
    app.state.chats = ChatHub(database, app.state.secret_box, app.state.known_chats, app.state.stopping)
    app.state.parts = {
        "listener": database.listen,
        "live": app.state.live.run,
        "presence": app.state.presence.run,
        "chats": app.state.chats.run,
        "loop": watch_loop,
        "room": partial(database.room.follow, app.state.live.tell_desk),
        **({"background": background} if background else {}),
    }


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """`stopping` is set by whoever ends the server, before it waits for requests: streams end then."""
    parts: dict[str, Part] = app.state.parts
    async with running(parts):
        yield
    await app.state.presence.flush()
    await app.state.chats.flush()
    await app.state.database.dispose()


def _add_error_handlers(app: FastAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        AppError: problems.show_app_error,
        RequestValidationError: problems.show_validation_error,
        HTTPException: problems.show_http_error,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, cast(ShowError, handler))
