"""What the routes of letters do before their unit of work begins."""

import json

from fastapi import Request

from app.accounts.deps import is_known
from app.core.database import Database
from app.replies.forms import MAX_TEXT_LENGTH, clean_text
from app.replies.preparing import prepare
from app.web.unit_of_work import UnitOfWorkRoute

LONG = 5_000
"""Characters; what is shorter takes a moment."""


class LetterRoute(UnitOfWorkRoute):
    """Whoever is not known has nothing prepared: it would cost us more than them."""

    async def prepare(self, request: Request) -> None:
        texts = _long_texts(await request.body())
        if texts and await _is_known(request):
            await prepare(**texts)


def _long_texts(body: bytes) -> dict[str, str]:
    """Nothing for what is no letter, or too long for one: the handler says what is wrong with it."""
    if len(body) <= LONG:
        return {}
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    given = {name: asked.get(name) for name in ("text", "html")} if isinstance(asked, dict) else {}
    cleaned = {name: clean_text(value) for name, value in given.items() if isinstance(value, str)}
    return {name: value for name, value in cleaned.items() if LONG < len(value) <= MAX_TEXT_LENGTH}


async def _is_known(request: Request) -> bool:
    database: Database = request.app.state.database
    async with database.reading() as session:
        return await is_known(request, session)
