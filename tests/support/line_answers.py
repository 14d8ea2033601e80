"""What LINE answers, by call: for tests of what is asked of it while somebody sets an account up."""

import json
from typing import Any

import httpx
import pytest

from connectors.line import client
from connectors.line.settings import LineSettings

HOOK = "https://desk.example.jp/hooks/line/key"
INFO = "GET /v2/bot/info"
ENDPOINT = "GET /v2/bot/channel/webhook/endpoint"
SET_ENDPOINT = "PUT /v2/bot/channel/webhook/endpoint"
TEST = "POST /v2/bot/channel/webhook/test"
QUOTA = "GET /v2/bot/message/quota"
USED = "GET /v2/bot/message/quota/consumption"


class LineAnswers:
    """All is well unless told otherwise. `calls` are those that came; `sent` their last bodies."""

    def __init__(self, hook: str = HOOK) -> None:
        self.calls: list[str] = []
        self.sent: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {
            INFO: (200, {"basicId": "@desk", "displayName": "窓口", "chatMode": "chat"}),
            ENDPOINT: (200, {"endpoint": hook, "active": True}),
            SET_ENDPOINT: (200, {}),
            TEST: (200, {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"}),
            QUOTA: (200, {"type": "limited", "value": 200}),
            USED: (200, {"totalUsage": 12}),
        }

    def say(self, call: str, status: int, **body: Any) -> None:
        self.answers[call] = status, body

    def answer(self, request: httpx.Request) -> httpx.Response:
        call = f"{request.method} {request.url.path}"
        self.calls.append(call)
        self.sent[call] = json.loads(request.content or b"null")
        if call == SET_ENDPOINT and self.answers[call][0] == 200:
            self.say(ENDPOINT, 200, endpoint=self.sent[call]["endpoint"], active=True)
        status, body = self.answers[call]
        return httpx.Response(status, json=body)


def stand_in(monkeypatch: pytest.MonkeyPatch, answers: LineAnswers) -> None:
    def open_client(settings: LineSettings, **more: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(answers.answer))

    monkeypatch.setattr(client, "open_client", open_client)
