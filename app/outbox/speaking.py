"""What is said in a talk to somebody who is on no ticket: handed over once, by a right to reply that is good once."""

from dataclasses import dataclass

from app.channels.models import Channel
from app.channels.senders import SenderOf
from app.conversations.models import Conversation, ReplyToken
from app.core.clock import now
from app.core.log import get_logger
from connectors.contracts import Address, DeliveryError, OutboundMessage
from connectors.talks import Answer, Talk

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """No entry of the outbox: what is lost is lost, and nobody has to see to it."""

    channel: Channel
    talk: Talk
    right: str
    text: str


def spoken(channel: Channel, conversation: Conversation, token: ReplyToken, text: str) -> Spoken:
    return Spoken(channel, Talk(conversation.kind, conversation.address), token.token, text)


async def hand_over(sender_of: SenderOf, said: Spoken) -> None:
    """Network: in no unit of work. Nothing is tried again."""
    channel = said.channel
    message = OutboundMessage(
        message_id="",
        sender=Address(channel.name, channel.address),
        to=(),
        subject="",
        text=said.text,
        sent_at=now(),
        is_automatic=True,
        is_auto_reply=True,
        answer=Answer(said.talk, retry_key="", reply_token=said.right),
    )
    try:
        await sender_of(channel).send(message, before_commit_point=_nothing)
    except DeliveryError as error:
        log.warning("what was said to nobody's ticket was not taken", channel=channel.id, reason=error.reason)


async def _nothing() -> None:
    """There is no entry to mark."""
