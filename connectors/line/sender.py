"""Answers that leave for LINE: by the right to reply, free and once, or by a push under a key of our own (MODEL 21)."""

from datetime import timedelta
from typing import Any

import httpx

from connectors.contracts import CommitPoint, DeliveryError, OutboundMessage, Receipt
from connectors.line.answers import build
from connectors.line.client import body_of, open_client, unreachable, words_of
from connectors.line.settings import LineSettings
from connectors.refusals import Busy, NotAdmitted, QuotaGone, RightGone
from connectors.splitting import TooLong
from connectors.talks import Answer, SentPart

REPLY_PATH = "/v2/bot/message/reply"
PUSH_PATH = "/v2/bot/message/push"
RETRY_KEY = "X-Line-Retry-Key"
NEVER_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""The request did not leave us."""
INVALID_TOKEN = "invalid reply token"
MONTHLY = "monthly limit"
LONGEST_PAUSE = timedelta(hours=1)


class LineSender:
    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        """Raises DeliveryError and what `connectors.refusals` has of it."""
        if message.answer is None:
            raise DeliveryError("There is no talk to answer in.", is_permanent=True)
        body, headers = _request(message.answer, _messages(message))
        await before_commit_point()
        response = await self._post(PUSH_PATH if headers else REPLY_PATH, body, headers)
        return _receipt(response, is_push=bool(headers))

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        try:
            async with open_client(self._settings) as client:
                return await client.post(self._settings.api_url + path, json=body, headers=headers)
        except (*NEVER_WRITTEN, httpx.InvalidURL) as error:
            raise DeliveryError(str(error) or type(error).__name__) from unreachable(error)
        except httpx.HTTPError as error:
            raise DeliveryError(str(error) or type(error).__name__, is_uncertain=True) from unreachable(error)


def _messages(message: OutboundMessage) -> list[dict[str, Any]]:
    try:
        messages = build(message)
    except TooLong as error:
        raise DeliveryError(f"The text is too long: {error}.", is_permanent=True) from error
    if not messages:
        raise DeliveryError("There is nothing to send.", is_permanent=True)
    return messages


def _request(answer: Answer, messages: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
    """A push has its key, a reply its token."""
    if answer.reply_token:
        return {"replyToken": answer.reply_token, "messages": messages}, {}
    return {"to": answer.talk.address, "messages": messages}, {RETRY_KEY: answer.retry_key}


def _receipt(response: httpx.Response, *, is_push: bool) -> Receipt:
    code, words = response.status_code, _words(response)
    if code == httpx.codes.OK or (is_push and code == httpx.codes.CONFLICT):
        return Receipt(parts=_parts(response))
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise NotAdmitted(words)
    if code == httpx.codes.TOO_MANY_REQUESTS:
        raise _too_many(response, words)
    if code >= httpx.codes.INTERNAL_SERVER_ERROR or code == httpx.codes.REQUEST_TIMEOUT:
        raise DeliveryError(words, is_uncertain=True)
    if not is_push and INVALID_TOKEN in words.lower():
        raise RightGone(words)
    raise DeliveryError(words, is_permanent=response.is_client_error)


def _too_many(response: httpx.Response, words: str) -> DeliveryError:
    if MONTHLY in words.lower():
        return QuotaGone(words)
    seconds = response.headers.get("Retry-After", "")
    pause = min(timedelta(seconds=int(seconds[:6])), LONGEST_PAUSE) if seconds.isdecimal() else None
    return Busy(words, pause=pause)


def _words(response: httpx.Response) -> str:
    return f"{response.status_code} {words_of(response) or response.reason_phrase}".strip()


def _parts(response: httpx.Response) -> tuple[SentPart, ...]:
    """A success says what it calls each part, as a rule."""
    sent = body_of(response).get("sentMessages")
    found = [each for each in sent if isinstance(each, dict) and each.get("id")] if isinstance(sent, list) else []
    return tuple(SentPart(str(each["id"]), str(each.get("quoteToken") or "")) for each in found)
