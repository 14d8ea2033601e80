"""Somebody in a talk says who they are."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import EMAIL
from app.conversations.models import Conversation
from app.conversations.profiles import MAX_NAME, stand_in
from app.customers.service import Contact, add_address, rename
from connectors.contracts import InboundMessage


async def introduce(session: AsyncSession, conversation: Conversation, inbound: InboundMessage, *, kind: str) -> None:
    """A customer who was only a visitor gets the name; the mail address is theirs, unless it is somebody's already."""
    name = inbound.sender.name[:MAX_NAME] if inbound.sender else ""
    customer = conversation.identity.customer
    if name and name != conversation.name:
        if customer.name in (conversation.name, stand_in(kind, conversation.kind, conversation.address)):
            rename(customer, name)
        conversation.name = name
    for each in inbound.reply_to:
        await add_address(session, customer, Contact(EMAIL, each.address, each.name))
