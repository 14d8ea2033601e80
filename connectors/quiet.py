"""The platform of a kind that has none: its provider is asked nothing."""

from collections.abc import AsyncGenerator

from connectors.talks import Allowance, Gone, Profile, Talk


class QuietPlatform:
    async def fetch_file(self, provider_id: str) -> AsyncGenerator[bytes]:
        raise Gone
        yield b""

    async def read_profile(self, talk: Talk, member: str = "") -> Profile:
        raise Gone

    async def read_allowance(self) -> Allowance:
        return Allowance(limit=None, used=0)

    async def show_typing(self, talk: Talk) -> None:
        """There is nobody to show it to."""

    async def mark_read(self, talk: Talk, token: str) -> None:
        """There is nobody to tell."""
