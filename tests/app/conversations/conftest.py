from dataclasses import dataclass
from pathlib import Path

import pytest

from app.channels.models import LINE, Channel
from app.conversations.models import Conversation, ConversationKind
from app.core.blobs import BlobStore
from app.core.database import Database
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind, RecipientRole
from app.tickets.message_queries import add_recipients, recipient_row
from app.tickets.models import Ticket
from app.tickets.service import receive
from tests.support.builders import AT, build_channel, build_identity, build_ticket
from tests.support.platforms import FakePlatform

USER = "U0123456789abcdef0123456789abcdef"


@dataclass
class TalkDesk:
    """One LINE account, one person who wrote once, and what LINE answers."""

    database: Database
    blobs: BlobStore
    platform: FakePlatform
    channel: Channel
    conversation: Conversation
    ticket: Ticket
    message: Message


@pytest.fixture
async def talk(database: Database, tmp_path: Path) -> TalkDesk:
    async with database.transaction() as session:
        channel = await build_channel(session, name="公式LINE", kind=LINE, address="@example")
        identity = await build_identity(session, name="LINE customer abcdef", address=USER, kind=LINE)
        ticket = await build_ticket(session, channel=channel, customer=identity.customer, text="")
        await session.flush()
        conversation = Conversation(
            channel_id=channel.id,
            kind=ConversationKind.PERSON,
            address=USER,
            key_hash="key",
            identity_id=identity.id,
            ticket_id=ticket.id,
            profile_due_at=AT,
            read_token="read up to here",
        )
        session.add(conversation)
        await session.flush()
        message = Message(
            kind=MessageKind.INBOUND,
            channel_id=channel.id,
            author_identity_id=identity.id,
            conversation_id=conversation.id,
            text="こんにちは",
            created_at=AT,
        )
        await receive(session, ticket, message, by=Actor.customer(identity.id))
        await session.flush()
        await add_recipients(session, [recipient_row(message.id, RecipientRole.FROM, name="", address=USER)])
    return TalkDesk(database, BlobStore(tmp_path / "blobs"), FakePlatform(), channel, conversation, ticket, message)
