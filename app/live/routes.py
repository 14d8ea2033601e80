"""The stream, and who is looking."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Form, Header, Request, Response
from fastapi.responses import StreamingResponse

from app.accounts.deps import CurrentAgent, ViewerDep
from app.accounts.models import ApiToken
from app.live.hub import Hub
from app.live.models import PresenceState
from app.live.positions import Position
from app.live.presence import PresenceBook
from app.live.streams import Credential, Stream
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.reading import reading_router

stream_router = reading_router(tags=["live"])
router = reading_router()

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@stream_router.get("/live", response_class=StreamingResponse)
async def live(
    request: Request, viewer: ViewerDep, after: str = "", last_event_id: Annotated[str, Header()] = ""
) -> Response:
    """Server-sent events `ticket`, `gone`, `counts`, `notices`, `desk`, `reset`; `Last-Event-ID` resumes."""
    start = last_event_id or after
    # What never was a position is one of another life: the page is told to read itself anew.
    position = (Position.parse(start) or Position("", 0)) if start else None
    stream = Stream(viewer, _credential(request), position, was_cut=bool(last_event_id))
    return StreamingResponse(_chunks(request, stream), media_type="text/event-stream", headers=HEADERS)


@router.put("/tickets/{number}/presence", status_code=204)
@router.post("/tickets/{number}/presence", status_code=204)
async def beat(
    request: Request,
    session: SessionDep,
    ticket: TicketDep,
    agent: CurrentAgent,
    state: Annotated[PresenceState, Form()],
) -> None:
    await _book(request).note(session, ticket.id, agent.id, state)


@router.post("/tickets/{number}/presence/leave", status_code=204)
async def leave(request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> None:
    await _book(request).leave(session, ticket.id, agent.id)


async def _chunks(request: Request, stream: Stream) -> AsyncIterator[bytes]:
    hub: Hub = request.app.state.live
    with hub.listening(stream):
        async for chunk in stream.chunks():
            yield chunk


def _credential(request: Request) -> Credential:
    token: ApiToken | None = getattr(request.state, "api_token", None)
    return Credential(getattr(request.state, "session_id", None), token.id if token else None)


def _book(request: Request) -> PresenceBook:
    book: PresenceBook = request.app.state.presence
    return book
