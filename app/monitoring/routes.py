"""For the machines that watch over the desk: alive, ready, and its figures. None of it names a person."""

import asyncio

from asyncpg import InterfaceError, PostgresError
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import Database
from app.core.installation import why_not_ready
from app.core.log import get_logger
from app.monitoring import queries
from app.monitoring.figures import Figures
from app.web.deps import DatabaseDep

READY_SECONDS = 5.0

log = get_logger(__name__)

router = APIRouter()


@router.get("/healthz")
async def show_health() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def show_readiness(database: DatabaseDep) -> Response:
    reason = await _why_not_ready(database)
    if reason:
        return JSONResponse({"status": "not ready", "reasons": [reason]}, status_code=503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def show_metrics(database: DatabaseDep) -> Response:
    async with database.reading() as session:
        figures = await _figures(session)
    figures.set("database_log_bytes", "Size of what is not yet written back", database.dialect.log_size(database.url))
    return Response(figures.text() + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _why_not_ready(database: Database) -> str:
    """Without the database's own words: anybody may ask, and they name hosts and users."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await why_not_ready(database)
    except TimeoutError:
        return "the database does not answer"
    except (OSError, DBAPIError, PostgresError, InterfaceError) as error:
        log.warning("the database cannot be used", reason=str(error).split("\n", 1)[0])
        return "the database cannot be used; the log of the server says why"


async def _figures(session: AsyncSession) -> Figures:
    figures = Figures()
    for state, count in (await queries.count_outbox(session)).items():
        figures.set("outbox_entries", "Messages on their way out", count, state=state)
    due = await queries.find_oldest_due(session)
    waited = max((now() - due).total_seconds(), 0.0) if due else 0.0
    figures.set("outbox_oldest_due_seconds", "How long the longest waiting message has been due", waited)
    figures.set(
        "raw_messages_undigested", "Messages stored and not yet in a ticket", await queries.count_undigested(session)
    )
    figures.set(
        "folders_failing", "Mailbox folders whose last fetch failed", await queries.count_failing_folders(session)
    )
    figures.set("dead_events", "Events that a reader of the log gave up on", await queries.count_dead_events(session))
    return figures
