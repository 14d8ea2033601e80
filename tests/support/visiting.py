"""A visitor's browser without a widget: what it asks and tells, by the routes of the chat."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from httpx import AsyncClient, Response

from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from app.ingest.digest import digest_next

SITE = "https://shop.example"


@dataclass
class BrowserOfVisitor:
    """It keeps its token, as a browser does."""

    client: AsyncClient
    channel: Channel
    token: str = ""
    origin: str = SITE
    visitor: dict[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Origin": self.origin, **authorization}

    def path(self, what: str) -> str:
        return f"/chat/{self.channel.key}/{what}"

    async def visit(self, **told: Any) -> Response:
        form = {"token": self.token or None, "identity": None, "language": "ja", "page": {}, **told}
        answer = await self.client.post(self.path("visits"), json=form, headers=self.headers)
        if answer.status_code == 200:
            self.token, self.visitor = answer.json()["token"], answer.json()["visitor"]
        return answer

    async def say(self, text: str = "返品したいのですが", **parts: Any) -> Response:
        form = {"id": str(uuid4()), "text": text, "files": [], **parts}
        return await self.post("messages", form)

    async def upload(self, data: bytes, name: str = "写真.png", content_type: str = "image/png") -> Response:
        headers = {**self.headers, "Content-Type": content_type, "X-File-Name": quote(name)}
        return await self.client.post(self.path("files"), content=data, headers=headers)

    async def post(self, what: str, form: dict[str, Any] | None = None) -> Response:
        return await self.client.post(self.path(what), json=form or {}, headers=self.headers)

    async def messages(self) -> list[dict[str, Any]]:
        """As a page that is loaded anew sees them."""
        found: list[dict[str, Any]] = (await self.visit()).json()["sync"]["messages"]
        return found


async def digest_all(database: Database, blobs: BlobStore) -> None:
    while await digest_next(database, blobs):
        pass
