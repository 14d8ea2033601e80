"""Trying a LINE official account: what LINE says of the token, the webhook, the chat and the month's allowance."""

from collections.abc import AsyncIterator, Mapping

import httpx

from connectors.contracts import ConnectionProblem
from connectors.line.client import ask, body_of, said_in, words_of
from connectors.line.platform import LinePlatform
from connectors.line.settings import LineSettings
from connectors.talks import AccountState, Finding

ENDPOINT = "/v2/bot/channel/webhook/endpoint"
TEST = "/v2/bot/channel/webhook/test"
CHAT_IS_OFF = "bot"


async def check(settings: LineSettings) -> AccountState:
    """Raises ConnectionProblem for the first thing without which nothing is received or sent."""
    state = AccountState()
    async for finding in inspect(settings):
        if finding.is_good is False:
            raise ConnectionProblem(finding.code, field=finding.field, detail=finding.detail)
        if finding.part == "token":
            state = AccountState(name=finding.detail, address=finding.address)
    return state


async def inspect(settings: LineSettings) -> AsyncIterator[Finding]:
    """One thing after the other, in the order in which a person puts them right; never raises.

    `code` is `ok`, that of a ConnectionProblem, or one of `token_refused`, `no_webhook`, `webhook_elsewhere`,
    `webhook_off`, `wrong_secret`, `webhook_fails`, `chat_off`, `quota_exhausted`.
    Without a `hook_url` no webhook is looked at.
    """
    try:
        account = await _read(settings, "/v2/bot/info")
    except ConnectionProblem as problem:
        code = "token_refused" if problem.code == "sign_in" else problem.code
        yield Finding("token", False, code, problem.detail, field=problem.field)
        return
    name, basic_id = str(account.get("displayName") or ""), str(account.get("basicId") or "")
    yield Finding("token", True, "ok", name, address=basic_id)
    if settings.hook_url:
        async for finding in _inspect_webhook(settings):
            yield finding
    is_off = account.get("chatMode") == CHAT_IS_OFF
    yield Finding("chat", None if is_off else True, "chat_off" if is_off else "ok")
    yield await _inspect_quota(settings)


async def point_here(settings: LineSettings) -> None:
    """Tell LINE our address. Raises ConnectionProblem, with LINE's words where it does not like it."""
    response = await ask(settings, "PUT", ENDPOINT, json={"endpoint": settings.hook_url})
    if response.status_code != httpx.codes.OK:
        raise ConnectionProblem("protocol", field="hook_url", detail=words_of(response))


async def _inspect_webhook(settings: LineSettings) -> AsyncIterator[Finding]:
    try:
        known = await _read(settings, ENDPOINT, missing_is_none=True)
    except ConnectionProblem as problem:
        yield Finding("webhook", False, problem.code, problem.detail, field=problem.field)
        return
    address = str(known.get("endpoint") or "")
    if address != settings.hook_url:
        yield Finding("webhook", False, "webhook_elsewhere" if address else "no_webhook", address, field="hook_url")
        return
    yield Finding("webhook", True, "ok", address)
    if not known.get("active"):
        yield Finding("use", False, "webhook_off", field="hook_url")
        return
    yield Finding("use", True, "ok")
    yield await _test(settings)


async def _test(settings: LineSettings) -> Finding:
    """LINE sends us an empty webhook; that we refuse its signature is how a wrong secret shows."""
    try:
        response = await ask(settings, "POST", TEST, json={})
    except ConnectionProblem as problem:
        return Finding("arrival", False, problem.code, problem.detail, field=problem.field)
    said = body_of(response)
    if response.status_code == httpx.codes.OK and said.get("success"):
        return Finding("arrival", True, "ok")
    if said.get("statusCode") == httpx.codes.UNAUTHORIZED:
        return Finding("arrival", False, "wrong_secret", field="channel_secret")
    words = " ".join(str(said[name]) for name in ("reason", "detail") if said.get(name)) or words_of(response)
    return Finding("arrival", False, "webhook_fails", words, field="hook_url")


async def _inspect_quota(settings: LineSettings) -> Finding:
    try:
        allowance = await LinePlatform(settings).read_allowance()
    except ConnectionProblem as problem:
        return Finding("quota", None, problem.code, problem.detail)
    if allowance.limit is None:
        return Finding("quota", True, "ok", str(allowance.used))
    words = f"{allowance.used}/{allowance.limit}"
    is_left = allowance.used < allowance.limit
    return Finding("quota", is_left, "ok" if is_left else "quota_exhausted", words)


async def _read(settings: LineSettings, path: str, *, missing_is_none: bool = False) -> Mapping[str, object]:
    response = await ask(settings, "GET", path)
    if missing_is_none and response.status_code == httpx.codes.NOT_FOUND:
        return {}
    return said_in(response)
