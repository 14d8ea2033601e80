"""The kind `form`: a page of the desk's own. What it is answered by is a mailbox."""

from collections.abc import Mapping
from typing import Any

from connectors.contracts import ConnectionProblem, InboundMessage
from connectors.form import parser
from connectors.talks import AccountState


class FormConnector:
    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        return parser.parse(raw)

    def fold(self, text: str) -> tuple[int | None, int | None]:
        """Nobody quotes in a form, and nobody signs."""
        return None, None

    async def check(self, settings: Mapping[str, Any]) -> AccountState:
        """Its page is the desk's own; what it may lack is somebody to answer. Raises ConnectionProblem."""
        if settings.get("mail_channel_id") is None:
            raise ConnectionProblem("no_mailbox", field="mail_channel_id")
        return AccountState(name=str(settings.get("name", "")), address="")
