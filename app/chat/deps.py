from typing import Annotated

from fastapi import Depends, Header, Request

from app.channels.models import Channel
from app.chat.errors import UnknownVisitor, VisitorBlocked
from app.conversations import visitor_queries
from app.conversations.visitor_models import Visitor
from app.core.crypto import hash_token
from app.core.database import Database

BEARER = "bearer "


async def _channel(request: Request) -> Channel:
    """What the door found."""
    channel: Channel = request.state.channel
    return channel


async def _token_hash(authorization: Annotated[str, Header()] = "") -> str:
    has_one = authorization[: len(BEARER)].lower() == BEARER
    return hash_token(authorization[len(BEARER) :].strip()) if has_one else ""


TokenHashDep = Annotated[str, Depends(_token_hash)]


async def _visitor(request: Request, token_hash: TokenHashDep) -> Visitor:
    """As they were a moment ago, on this very channel. Raises UnknownVisitor and VisitorBlocked."""
    database: Database = request.app.state.database
    async with database.reading() as session:
        visitor = await visitor_queries.find_by_token(session, token_hash) if token_hash else None
    if visitor is None or visitor.channel_id != request.state.channel.id:
        raise UnknownVisitor
    if visitor.blocked_at is not None:
        raise VisitorBlocked
    return visitor


ChatDep = Annotated[Channel, Depends(_channel)]
VisitorDep = Annotated[Visitor, Depends(_visitor)]
