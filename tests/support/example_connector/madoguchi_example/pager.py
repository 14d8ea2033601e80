"""A talk over HTTP: what is said comes by a signed webhook, what is answered is posted to the provider."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.contracts import (
    Address,
    CommitPoint,
    ConnectionProblem,
    DeliveryError,
    InboundMessage,
    OutboundMessage,
    Passage,
    Receipt,
)
from connectors.kinds import Field, FieldKind, Kind, Words
from connectors.talks import Abilities, AccountState, RawEvent, Said, SentPart, Talk, WrongSignature

SIGNATURE = "x-pager-signature"
TIMEOUT_SECONDS = 10.0
DESCRIPTION = Kind(
    name=Words("ポケベル", "Pager"),
    summary=Words("ポケベルの短い言葉でやりとりします。", "Short words by pager."),
    fields=(
        Field("url", Words("サービスのURL", "Address of the service"), FieldKind.ADDRESS),
        Field("token", Words("アクセストークン", "Access token"), FieldKind.SECRET),
        Field("secret", Words("署名の鍵", "Signing secret"), FieldKind.SECRET),
    ),
    steps=(Words("ポケベル会社の画面で、下のURLをWebhookに登録します。", "Register the URL below as the webhook."),),
)


class PagerConnector:
    abilities = Abilities(max_units=100, most=1)

    def describe(self) -> Kind:
        return DESCRIPTION

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        try:
            page = json.loads(raw)
            number, words = str(page["number"]), str(page["words"])
            said = Said(talk=Talk("person", number), provider_id=str(page["id"]))
        except (ValueError, KeyError, TypeError):
            return InboundMessage(problem="unreadable")
        return InboundMessage(sender=Address("", number), passages=(Passage(text=words),), said=said)

    def fold(self, text: str) -> tuple[int | None, int | None]:
        return None, None

    def hook(self, settings: Mapping[str, Any]) -> "PagerHook":
        return PagerHook(settings["secret"])

    def sender(self, settings: Mapping[str, Any]) -> "PagerSender":
        return PagerSender(settings["url"], settings["token"])

    async def check(self, settings: Mapping[str, Any]) -> AccountState:
        answer = await _ask("GET", f"{settings['url']}/account", settings["token"])
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise ConnectionProblem("sign_in", field="token", detail=answer.text)
        return AccountState(name=str(answer.json()["name"]))


class PagerHook:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[RawEvent]:
        expected = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, headers.get(SIGNATURE, "")):
            raise WrongSignature
        return [
            RawEvent(str(page["id"]), json.dumps(page).encode(), datetime.fromtimestamp(page["at"], UTC))
            for page in json.loads(body)["pages"]
        ]


class PagerSender:
    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        if message.answer is None:
            raise DeliveryError("There is no talk to answer in.", is_permanent=True)
        page = {"number": message.answer.talk.address, "words": message.text}
        await before_commit_point()
        try:
            answer = await _ask("POST", f"{self._url}/pages", self._token, page)
        except ConnectionProblem as problem:
            raise DeliveryError(problem.detail, is_uncertain=problem.code != "refused") from problem
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise DeliveryError(answer.text, is_uncertain=True)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise DeliveryError(answer.text, is_permanent=True)
        return Receipt(parts=(SentPart(str(answer.json()["id"])),))


async def _ask(method: str, url: str, token: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
    """Raises ConnectionProblem."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            return await client.request(method, url, json=body, headers={"Authorization": f"Bearer {token}"})
    except httpx.ConnectError as error:
        raise ConnectionProblem("refused", field="url", detail=str(error)) from error
    except httpx.HTTPError as error:
        raise ConnectionProblem("timeout", field="url", detail=str(error) or type(error).__name__) from error
