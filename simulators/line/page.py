"""The page on which one is a LINE user: its files, the talks as this user sees them, and what changes in them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, StreamingResponse

from simulators.line.access import PlatformDep
from simulators.line.content_api import streamed
from simulators.line.drawing import portrait
from simulators.line.platform import Platform

router = APIRouter()

STATIC = Path(__file__).with_name("static")
KEEP_ALIVE_SECONDS = 15
POLICY = "default-src 'self'; img-src * data:; media-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ACCOUNT_COLOUR = "#06863f"
GROUP_COLOUR = "#4b5563"


@router.get("/")
async def page() -> Response:
    headers = {"content-security-policy": POLICY, "cache-control": "no-cache", "referrer-policy": "no-referrer"}
    return FileResponse(STATIC / "page.html", headers=headers)


@router.get("/simulator/talks/{chat_id}")
async def talk(chat_id: str, user: str, platform: PlatformDep) -> dict[str, Any]:
    """As this user sees it, oldest first."""
    seen = [bubble.seen_by(user) for bubble in platform.talks.of(chat_id)]
    until = platform.talks.loading_until(chat_id)
    hears = platform.people.knows(chat_id) and user in platform.people.listeners(chat_id)
    loading = max(until - platform.clock(), 0) if hears else 0
    return {"bubbles": [bubble for bubble in seen if bubble], "loading_seconds": loading}


@router.get("/simulator/stream")
async def stream(platform: PlatformDep) -> StreamingResponse:
    """Server-sent events with the id of each talk that changed."""
    headers = {"cache-control": "no-store"}
    return StreamingResponse(_changes(platform), media_type="text/event-stream", headers=headers)


@router.get("/simulator/media/{message_id}")
async def medium(message_id: str, platform: PlatformDep) -> Response:
    return streamed(platform.media.get(message_id, platform.rules))


@router.get("/simulator/pictures/{owner_id}")
async def picture(owner_id: str, platform: PlatformDep) -> Response:
    """Of a user, a group or the account."""
    headers = {"cache-control": "max-age=3600"}
    return Response(portrait(_colour(owner_id, platform)), media_type="image/png", headers=headers)


def _colour(owner_id: str, platform: Platform) -> str:
    """Raises LineProblem."""
    if owner_id == "account":
        return ACCOUNT_COLOUR
    if owner_id in platform.people.groups:
        return GROUP_COLOUR
    return platform.people.person(owner_id).colour


async def _changes(platform: Platform) -> AsyncIterator[str]:
    """Until the page goes away, or the program ends."""
    queue = platform.talks.listen()
    ending = asyncio.ensure_future(platform.stopping.wait())
    try:
        yield "retry: 1000\n\n"
        while not platform.stopping.is_set():
            yield await _next(queue, ending)
    finally:
        ending.cancel()
        platform.talks.leave(queue)


async def _next(queue: asyncio.Queue[str], ending: asyncio.Future[Any]) -> str:
    coming = asyncio.ensure_future(queue.get())
    try:
        await asyncio.wait({coming, ending}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return f"data: {coming.result()}\n\n" if coming.done() else ": \n\n"
    finally:
        coming.cancel()
