"""Every address with somebody else's question, briefing, board or file answers as for one that never was (G2)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts.models import Agent, Role
from app.boards.models import Board
from app.briefings.models import Briefing, BriefingAudience
from app.core.clock import now
from app.core.database import Database
from app.core.table_files import FileForm
from app.history.models import HistoryExport
from tests.support.asking import ask
from tests.support.briefings import build_plan
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

NEVER = 987_654
SECRET = "役員室だけの話"
KINDS = ("escalation_id", "briefing_id", "board_id", "export_id")


def _addresses(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Method, path and what it names of every route that names one of them."""
    for router in app.routes:
        for route in getattr(router, "effective_route_contexts", list)():
            for kind in KINDS:
                if f"{{{kind}}}" in route.path:
                    yield from ((method, route.path, kind) for method in sorted(route.methods))


async def _build(database: Database, clients: Clients, boss: Agent) -> dict[str, int]:
    """One of each, of somebody else and of a mailbox that nobody else sees."""
    plan_id = await build_plan(database)
    async with database.transaction() as session:
        channel = await build_channel(session, name=SECRET)
        expert = await build_agent(session)
        await build_team(session, channels=[channel], members=[expert])
        ticket = await build_ticket(session, channel=channel, subject=SECRET)
        day: dict[str, Any] = {"first_on": date(2026, 11, 2), "last_on": date(2026, 11, 2), "comment_due_at": now()}
        briefing = Briefing(plan_id=plan_id, kind="daily", name=SECRET, locale="ja", contents={}, **day)
        board = Board(name=SECRET, created_by_id=boss.id, owner_id=boss.id)
        export = HistoryExport(agent_id=boss.id, form=FileForm.CSV, conditions={})
        session.add_all((briefing, board, export))
        await session.flush()
        session.add(BriefingAudience(briefing_id=briefing.id, audience_id=ticket.audience_id))
    asked = await ask(await clients.of(boss), ticket.id, question=SECRET, to_agent_id=expert.id)
    ids = (asked["id"], briefing.id, board.id, export.id)
    return dict(zip(KINDS, ids, strict=True))


def _told(status: int, text: str, row_id: int) -> tuple[int, str]:
    """Without what differs between any two answers."""
    return status, re.sub(rf'nonce="[^"]*"|(?<=/){row_id}\b|(?<=_id":){row_id}\b', "", text)


@pytest.mark.parametrize("role", [Role.AGENT, Role.CS, Role.LEAD])
async def test_what_is_not_ones_own_is_like_none(
    app: FastAPI, database: Database, clients: Clients, admin: Agent, role: Role
) -> None:
    ids = await _build(database, clients, admin)
    async with database.transaction() as session:
        outsider = await build_agent(session, role=role)
    addresses = list(_addresses(app))

    assert {kind for _, _, kind in addresses} == set(KINDS)
    for client in (await clients.of(outsider), await clients.with_token(outsider)):
        for method, path, kind in addresses:
            told = []
            for row_id in (ids[kind], NEVER):
                address = re.sub(r"\{\w+\}", "1", path.replace(f"{{{kind}}}", str(row_id)))
                answer = await client.request(method, address)
                told.append(_told(answer.status_code, answer.text, row_id))
                assert answer.status_code in {401, 403, 404}, (method, path)
                assert SECRET not in answer.text, (method, path)
            assert told[0] == told[1], (method, path)
