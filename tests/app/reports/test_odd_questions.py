"""Whatever is asked of reports, boards, briefings and questions is answered or refused, and never a fault."""

import pytest

from app.accounts.models import Agent
from app.core.database import Database
from tests.support.builders import build_ticket
from tests.support.fixtures_web import Clients

HUGE = "9" * 30
DAYS = ("0001-01-01", "9999-12-31T23:59:59.999999-12:00", "x\0")
PAGES = (
    "/reports/volume",
    "/reports/heatmap",
    "/reports/trends",
    "/reports/history",
    "/boards/keeping",
    "/briefings",
    "/escalations",
    "/escalations/export.csv",
    "/api/v1/reports/volume",
    "/api/v1/reports/backlog",
    "/api/v1/reports/speed",
    "/api/v1/reports/escalations",
)
QUERIES = (
    *({"from": day, "since": day} for day in DAYS),
    *({"to": day, "until": day} for day in DAYS),
    {"from": "1970-01-01", "to": "2999-12-31"},
    {"from": "1999-01-01", "to": "2026-11-20", "interval": "hour"},
    {"period": "custom", "from": "1970-01-01", "to": "1970-01-01", "compare": "before"},
    {"period": "custom", "from": "2999-12-31", "to": "2999-12-31", "compare": "year"},
    {"by": "category,category"},
    {"category": HUGE, "customer": HUGE},
    {"cursor": "\0", "term": HUGE},
    {"weekday": "8", "hour": "25"},
    {"open_at": "9999-12-31"},
    {"measure": "\0", "report": "\0", "q": "\0"},
)


@pytest.mark.parametrize("path", PAGES)
async def test_no_question_is_a_fault(database: Database, clients: Clients, admin: Agent, path: str) -> None:
    async with database.transaction() as session:
        await build_ticket(session)
    client = await clients.of(admin)

    answers = {str(query): (await client.get(path, params=query)).status_code for query in QUERIES}

    assert {query: status for query, status in answers.items() if status not in {200, 400, 404, 413, 422}} == {}
