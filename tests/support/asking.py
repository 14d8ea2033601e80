"""Questions of tests: asked over the API, and what became of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from app.core.clock import now, rfc3339
from app.core.database import Database
from app.escalations.jobs import ESCALATIONS
from app.escalations.models import Escalation
from app.notices.jobs import NOTICES
from app.notices.models import Notice, NoticeKind
from app.tickets.history_models import TicketEvent
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from tests.support.builders import build_ticket
from tests.support.log_reading import run_once


async def make_ticket(database: Database, **values: Any) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session, **values)
        await session.flush()
        return ticket.id


def question(**values: Any) -> dict[str, Any]:
    due = values.pop("due_at", now() + timedelta(hours=4))
    asked = {"level": 2, "reason": "technical", "question": "この型番は在庫がありますか。"}
    return {**asked, "due_at": rfc3339(due) if isinstance(due, datetime) else due, **values}


async def ask(client: AsyncClient, number: int, **values: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/tickets/{number}/escalations", json=question(**values))
    made: dict[str, Any] = answer.json()
    assert answer.status_code == 201, made
    return made


async def list_kinds(database: Database, number: int) -> list[str]:
    """Of what happened around questions."""
    async with database.reading() as session:
        events = await session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == number).order_by(TicketEvent.id)
        )
        return [each.kind for each in events if each.kind.startswith("escalat")]


async def list_notes(database: Database, number: int) -> Sequence[Message]:
    async with database.reading() as session:
        statement = select(Message).where(Message.ticket_id == number, Message.kind == MessageKind.NOTE)
        return (await session.scalars(statement.order_by(Message.ticket_version))).all()


async def list_told(database: Database) -> list[tuple[int, NoticeKind]]:
    """After the readers of the log: who was told what."""
    await run_once(database, ESCALATIONS)
    await run_once(database, NOTICES)
    async with database.reading() as session:
        return [(each.agent_id, each.kind) for each in await session.scalars(select(Notice).order_by(Notice.id))]


async def is_escalated(database: Database, number: int) -> bool:
    async with database.reading() as session:
        return (await session.scalars(select(Ticket.is_escalated).where(Ticket.id == number))).one()


async def find(database: Database, escalation_id: int) -> Escalation:
    async with database.reading() as session:
        return (await session.scalars(select(Escalation).where(Escalation.id == escalation_id))).one()
