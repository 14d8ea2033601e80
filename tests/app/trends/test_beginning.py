"""Of two workers that begin at once none makes the other step over what happened meanwhile."""

from typing import Any

import pytest

from app.core.database import Database
from app.tickets import consumer_queries
from app.tickets.history_models import SYSTEM, EventKind
from app.tickets.log import record
from app.tickets.queries import find_ticket
from app.trends import reading, term_queries
from tests.support.builders import build_ticket


async def test_what_happens_between_two_beginnings_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        number = ticket.id
    find, asked = term_queries.find_state, []

    async def slowly(session: Any) -> Any:
        state = await find(session)
        asked.append(state)
        if len(asked) == 1:
            await reading.begin(database)
            async with database.transaction() as writing:
                held = await find_ticket(writing, number)
                assert held is not None
                record(writing, held, EventKind.CATEGORY_CHANGED, by=SYSTEM)
        return state

    monkeypatch.setattr(term_queries, "find_state", slowly)

    await reading.begin(database)

    assert asked == [None, None]
    async with database.reading() as session:
        assert await consumer_queries.is_behind(session, reading.NAME)
