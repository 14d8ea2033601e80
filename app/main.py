"""`create_app()`: the one place that wires routes, errors, headers and what runs beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from app.accounts import api as account_api
from app.accounts import routes as account_routes
from app.accounts.deps import principal_of
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox, load_secret_box
from app.core.database import Database
from app.core.errors import AppError
from app.core.listener import listen
from app.core.parts import Part, running
from app.core.settings import Settings
from app.inbox import api as inbox_api
from app.inbox import customers_api
from app.inbox import routes as inbox_routes
from app.monitoring import routes as monitoring_routes
from app.web import problems
from app.web.languages import RequestLanguage
from app.web.limits import RequestLimit
from app.web.net import CrashNet
from app.web.security import SecurityHeaders
from app.web.static_files import VersionedFiles
from app.web.templates import STATIC_DIR

PAGES: tuple[APIRouter, ...] = (account_routes.router, inbox_routes.router, monitoring_routes.router)
API: tuple[APIRouter, ...] = (account_api.router, inbox_api.router, customers_api.router)

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
    app = FastAPI(
        title="Madoguchi",
        lifespan=_lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(RequestLanguage, default=settings.locale),
            Middleware(CrashNet),
            Middleware(RequestLimit),
        ],
    )
    app.state.stopping = asyncio.Event()
    app.state.background = background
    app.state.database = database
    app.state.settings = settings
    app.state.secret_box = box or load_secret_box(settings)
    app.state.principal_of = principal_of
    app.state.blobs = blobs or BlobStore(settings.blob_dir)
    _add_error_handlers(app)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    for router in API:
        app.include_router(router, prefix="/api/v1")
    app.mount("/static", VersionedFiles(directory=STATIC_DIR))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """`stopping` is set by whoever ends the server, before it waits for requests: streams end then."""
    database: Database = app.state.database
    background: Part | None = app.state.background
    parts: dict[str, Part] = {"listener": partial(listen, database)}
    if background is not None:
        parts["background"] = background
    async with running(parts):
        yield
    await database.dispose()


def _add_error_handlers(app: FastAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        AppError: problems.show_app_error,
        RequestValidationError: problems.show_validation_error,
        HTTPException: problems.show_http_error,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, cast(ShowError, handler))
