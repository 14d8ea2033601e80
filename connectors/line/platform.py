"""What is asked of LINE beside sending: files, profiles, the month's allowance, small signs."""

from collections.abc import AsyncGenerator

import httpx

from connectors.line.client import ask, body_of, require_served, said_in, stream
from connectors.line.settings import LineSettings
from connectors.talks import Allowance, Gone, NotReady, Profile, Talk

PIECE_BYTES = 256 << 10
LOADING_SECONDS = 20
PERSON = "person"
GONE = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.GONE)


class LinePlatform:
    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings

    async def fetch_file(self, provider_id: str) -> AsyncGenerator[bytes]:
        """Raises NotReady, Gone, ConnectionProblem."""
        await self._require_transcoded(provider_id)
        async with stream(self._settings, f"/v2/bot/message/{provider_id}/content") as response:
            if response.status_code == httpx.codes.ACCEPTED:
                raise NotReady
            if response.status_code in GONE:
                raise Gone
            require_served(response)
            async for piece in response.aiter_bytes(PIECE_BYTES):
                yield piece

    async def _require_transcoded(self, provider_id: str) -> None:
        """Of anything but video and audio LINE knows no state; then there is nothing to wait for."""
        async with stream(self._settings, f"/v2/bot/message/{provider_id}/content/transcoding") as response:
            require_served(response)
            await response.aread()
            state = body_of(response).get("status")
        if state == "processing":
            raise NotReady
        if state == "failed":
            raise Gone

    async def read_profile(self, talk: Talk, member: str = "") -> Profile:
        """A room has none of its own. Raises Gone and ConnectionProblem."""
        response = await ask(self._settings, "GET", _profile_path(talk, member))
        if response.status_code in GONE:
            raise Gone
        said = said_in(response)
        name = said.get("displayName") or said.get("groupName") or ""
        return Profile(name=str(name), picture_url=str(said.get("pictureUrl") or ""))

    async def read_allowance(self) -> Allowance:
        quota = said_in(await ask(self._settings, "GET", "/v2/bot/message/quota"))
        used = said_in(await ask(self._settings, "GET", "/v2/bot/message/quota/consumption")).get("totalUsage")
        limit = quota.get("value") if quota.get("type") == "limited" else None
        return Allowance(limit=limit if isinstance(limit, int) else None, used=used if isinstance(used, int) else 0)

    async def show_typing(self, talk: Talk) -> None:
        """LINE shows it to persons only."""
        if talk.kind == PERSON:
            what = {"chatId": talk.address, "loadingSeconds": LOADING_SECONDS}
            await ask(self._settings, "POST", "/v2/bot/chat/loading/start", json=what)

    async def mark_read(self, talk: Talk, token: str) -> None:
        await ask(self._settings, "POST", "/v2/bot/chat/markAsRead", json={"markAsReadToken": token})


def _profile_path(talk: Talk, member: str) -> str:
    if talk.kind == PERSON:
        return f"/v2/bot/profile/{talk.address}"
    if member:
        return f"/v2/bot/{talk.kind}/{talk.address}/member/{member}"
    return f"/v2/bot/{talk.kind}/{talk.address}/summary"
