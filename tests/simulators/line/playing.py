"""What tests do at the simulator, in a line each."""

from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from simulators.line.platform import Platform


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@dataclass(frozen=True, slots=True)
class Line:
    client: AsyncClient
    platform: Platform

    @property
    def user(self) -> str:
        return next(iter(self.platform.people.persons))

    @property
    def group(self) -> str:
        return next(iter(self.platform.people.groups))

    async def act(self, kind: str = "message", **more: Any) -> dict[str, Any]:
        """The event that the desk is told of it, once it has answered."""
        act = {"type": kind, "user": self.user, **more}
        answer = await self.client.post("/simulator/webhooks", json={"acts": [act], "wait": True})
        assert answer.status_code == 200, answer.text
        event: dict[str, Any] = answer.json()["events"][0]
        return event

    async def say(self, words: str = "こんにちは", **more: Any) -> dict[str, Any]:
        return await self.act(message=text(words), **more)

    async def reply(self, token: str, *words: str) -> Response:
        body = {"replyToken": token, "messages": [text(each) for each in words or ("はい",)]}
        return await self.client.post("/v2/bot/message/reply", json=body)

    async def push(self, *words: str, to: str = "", key: str = "") -> Response:
        body = {"to": to or self.user, "messages": [text(each) for each in words or ("はい",)]}
        headers = {"X-Line-Retry-Key": key} if key else {}
        return await self.client.post("/v2/bot/message/push", json=body, headers=headers)

    async def send(self, message: object) -> Response:
        """Any message object."""
        return await self.client.post("/v2/bot/message/push", json={"to": self.user, "messages": [message]})

    async def set(self, **rules: Any) -> None:
        assert (await self.client.patch("/simulator/rules", json=rules)).status_code == 200

    async def accepted(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.client.get("/simulator/accepted")).json()["items"]
        return items

    async def deliveries(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.client.get("/simulator/deliveries")).json()["items"]
        return items

    async def seen(self, *, user: str = "", chat: str = "") -> list[dict[str, Any]]:
        """What stands in the talk, as this user sees it."""
        who = user or self.user
        answer = await self.client.get(f"/simulator/talks/{chat or who}", params={"user": who})
        bubbles: list[dict[str, Any]] = answer.json()["bubbles"]
        return bubbles
