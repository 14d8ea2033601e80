"""The page that a customer comes to who is to be known on LINE too. Nobody is signed in here."""

import time
from collections import OrderedDict

from fastapi import APIRouter, Request, Response

from app.conversations import joining
from app.core.errors import TooManyRequests
from app.web.deps import DatabaseDep
from app.web.templates import render

MAX_CODE = 100
PER_MINUTE = 30
WINDOW_SECONDS = 60.0
MAX_CALLERS = 10_000

router = APIRouter()
_callers: OrderedDict[str, tuple[float, int]] = OrderedDict()
"""Who asked how often since when, of this process: to guess a code would take for ever even without."""


@router.get("/join/{code}")
async def show(request: Request, database: DatabaseDep, code: str) -> Response:
    _count(request.client.host if request.client else "")
    async with database.reading() as session:
        offer = await joining.look_at(session, code) if len(code) <= MAX_CODE else None
    return render(request, "conversations/join.html", {"offer": offer}, status_code=200 if offer else 404)


def _count(caller: str) -> None:
    """Raises TooManyRequests."""
    at = time.monotonic()
    since, count = _callers.pop(caller, (at, 0))
    if at - since >= WINDOW_SECONDS:
        since, count = at, 0
    _callers[caller] = (since, count + 1)
    while len(_callers) > MAX_CALLERS:
        _callers.popitem(last=False)
    if count >= PER_MINUTE:
        raise TooManyRequests(retry_after=max(1, round(WINDOW_SECONDS - (at - since))))
