"""People who answer tickets over HTTP, and what became of what they sent."""

from httpx import AsyncClient, Response
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Role
from app.core.desk import Desk
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message, MessageKind
from tests.support.builders import build_agent, build_channel, build_ticket


async def new_tokens(opened: Desk, *names: str, role: Role = Role.AGENT) -> list[str]:
    """Of an agent each."""
    async with opened.database.transaction() as session:
        agents = [await build_agent(session, name=name, role=role) for name in names]
        return [await accounts.create_token(session, agent) for agent in agents]


async def new_tickets(opened: Desk, count: int) -> list[int]:
    async with opened.database.transaction() as session:
        channel = await build_channel(session)
        tickets = [await build_ticket(session, channel=channel) for _ in range(count)]
        await session.flush()
        return [ticket.id for ticket in tickets]


async def take(client: AsyncClient, ticket_id: int, token: str | None = None) -> Response:
    """The lock; with a token it is renewed only."""
    return await client.put(f"/tickets/{ticket_id}/lock", json={"token": token} if token else {})


async def send(client: AsyncClient, ticket_id: int, token: str) -> Response:
    """An answer to what the ticket began with."""
    reply = {"lock_token": token, "base_version": 1, "text": "お送りします。"}
    return await client.post(f"/tickets/{ticket_id}/replies", json=reply)


async def replies(opened: Desk, ticket_id: int) -> list[int]:
    """What was accepted, by the database."""
    statement = select(Message.id).where(Message.ticket_id == ticket_id, Message.kind == MessageKind.OUTBOUND)
    async with opened.database.reading() as session:
        return list((await session.scalars(statement)).all())


async def event_kinds(opened: Desk, ticket_id: int) -> list[EventKind]:
    statement = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
    async with opened.database.reading() as session:
        return list((await session.scalars(statement)).all())
