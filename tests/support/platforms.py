"""A platform of talks that answers as it is told, for tests of what is asked beside sending."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from app.channels.models import Channel
from connectors.contracts import ConnectionProblem
from connectors.talks import Allowance, Platform, Profile, Talk


@dataclass
class FakePlatform:
    """`files` are pieces, or what is raised; each list of troubles is used up first, one a call."""

    files: dict[str, list[bytes]] = field(default_factory=dict)
    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=lambda: Allowance(limit=None, used=0))
    troubles: list[Exception] = field(default_factory=list)
    typing: list[Talk] = field(default_factory=list)
    read: list[tuple[Talk, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def fetch_file(self, provider_id: str) -> AsyncGenerator[bytes]:
        self._note(provider_id)
        for piece in self.files[provider_id]:
            yield piece

    async def read_profile(self, talk: Talk, member: str = "") -> Profile:
        self._note(talk.address + member)
        return self.profiles[talk.address, member]

    async def read_allowance(self) -> Allowance:
        self._note("allowance")
        return self.allowance

    async def show_typing(self, talk: Talk) -> None:
        self._note("typing")
        self.typing.append(talk)

    async def mark_read(self, talk: Talk, token: str) -> None:
        self._note("read")
        self.read.append((talk, token))

    def of(self, channel: Channel) -> Platform:
        return self

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.troubles:
            raise self.troubles.pop(0)


UNREACHABLE = ConnectionProblem("timeout", field="api_url")
