"""For the machines that watch over the desk: alive, ready, and its figures. None of it names a person."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from app.core.database import Database
from app.core.installation import why_not_ready
from app.core.log import get_logger
from app.live.hub import Hub
from app.monitoring.figures import read_figures
from app.web.deps import DatabaseDep

READY_SECONDS = 5.0
NO_ROOM = "the disk is full: no mail is fetched and nothing is sent until there is room, reading goes on"

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
async def show_metrics(request: Request, database: DatabaseDep) -> Response:
    hub: Hub = request.app.state.live
    async with database.reading() as session:
        figures = await read_figures(session)
    figures.set("database_log_bytes", "Size of what is not yet written back", database.dialect.log_size(database.url))
    figures.set("disk_is_full", "1 while there is too little room to take in and to send", database.room.is_short)
    figures.set("open_streams", "Browsers that this process tells of news", hub.stream_count)
    return Response(figures.text() + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _why_not_ready(database: Database) -> str:
    """Without the database's own words: anybody may ask, and they name hosts and users."""
    if database.room.is_short:
        return NO_ROOM
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await why_not_ready(database)
    except TimeoutError:
        return "the database does not answer"
    except database.dialect.errors as error:
        log.warning("the database cannot be used", reason=str(error).split("\n", 1)[0])
        return "the database cannot be used; the log of the server says why"
