"""The kind `line`: a LINE official account, by webhook in, by reply and push out."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from connectors.contracts import InboundMessage, Sender
from connectors.line import check, parser
from connectors.line.answers import ABILITIES
from connectors.line.hook import LineHook
from connectors.line.platform import LinePlatform
from connectors.line.sender import LineSender
from connectors.line.settings import read_settings
from connectors.talks import AccountState, Finding, Hook, Platform


class LineConnector:
    abilities = ABILITIES

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        return parser.parse(raw)

    def fold(self, text: str) -> tuple[int | None, int | None]:
        """Nobody quotes in the text itself, and nobody signs."""
        return None, None

    def sender(self, settings: Mapping[str, Any]) -> Sender:
        return LineSender(read_settings(settings))

    def hook(self, settings: Mapping[str, Any]) -> Hook:
        return LineHook(read_settings(settings).channel_secret)

    def platform(self, settings: Mapping[str, Any]) -> Platform:
        return LinePlatform(read_settings(settings))

    async def check(self, settings: Mapping[str, Any]) -> AccountState:
        return await check.check(read_settings(settings))

    def inspect(self, settings: Mapping[str, Any]) -> AsyncIterator[Finding]:
        return check.inspect(read_settings(settings))

    async def point_here(self, settings: Mapping[str, Any]) -> None:
        await check.point_here(read_settings(settings))
