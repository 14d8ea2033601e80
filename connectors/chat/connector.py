"""The kind `chat`: visitors of a website, who are at this very desk: what is said waits here for their browser."""

from collections.abc import Mapping
from typing import Any

from connectors.chat import parser
from connectors.contracts import CommitPoint, InboundMessage, OutboundMessage, Receipt
from connectors.talks import Abilities, AccountState


class ChatConnector:
    abilities = Abilities(is_ours=True)

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        return parser.parse(raw)

    def fold(self, text: str) -> tuple[int | None, int | None]:
        """Nobody quotes in the text itself, and nobody signs."""
        return None, None

    def sender(self, settings: Mapping[str, Any]) -> "ChatSender":
        return ChatSender()

    async def check(self, settings: Mapping[str, Any]) -> AccountState:
        """There is nobody else to be asked."""
        return AccountState()


class ChatSender:
    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        """It is with the visitor's browser as soon as it is sent at all: that reads it here."""
        await before_commit_point()
        return Receipt()
