"""LINE's HTTP interface: one request, answered or not; what the answer means is for others.

httpx is loaded with this module, so that a desk without LINE does without it.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx

from connectors.contracts import ConnectionProblem
from connectors.line.settings import LineSettings

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
FIELD = "channel_access_token"
"""The setting that is wrong where LINE refuses us."""


def open_client(settings: LineSettings, *, timeout: httpx.Timeout = TIMEOUT) -> httpx.AsyncClient:
    """For a few requests; whoever opens it closes it."""
    headers = {"Authorization": f"Bearer {settings.channel_access_token}"}
    return httpx.AsyncClient(headers=headers, timeout=timeout, verify=_trusted(), trust_env=False)


@asynccontextmanager
async def stream(settings: LineSettings, path: str) -> AsyncIterator[httpx.Response]:
    """A file of LINE's, whose body is read by the caller. Raises ConnectionProblem."""
    try:
        async with open_client(settings) as client, client.stream("GET", settings.data_api_url + path) as response:
            yield response
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(error) from error


async def ask(settings: LineSettings, method: str, path: str, *, json: Any = None) -> httpx.Response:
    """Whatever LINE answers, but that it is in trouble or refuses us. Raises ConnectionProblem."""
    try:
        async with open_client(settings) as client:
            response = await client.request(method, settings.api_url + path, json=json)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(error) from error
    require_served(response)
    return response


def require_served(response: httpx.Response) -> None:
    """Raises ConnectionProblem where the answer says nothing of what was asked."""
    if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise ConnectionProblem("sign_in", field=FIELD, detail=words_of(response))
    if (
        response.status_code == httpx.codes.TOO_MANY_REQUESTS
        or response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
    ):
        raise ConnectionProblem("protocol", field=FIELD, detail=f"{response.status_code} {words_of(response)}".strip())


def said_in(response: httpx.Response) -> Mapping[str, Any]:
    """Raises ConnectionProblem for anything but a success."""
    if response.status_code != httpx.codes.OK:
        raise ConnectionProblem("protocol", field=FIELD, detail=f"{response.status_code} {words_of(response)}".strip())
    return body_of(response)


def unreachable(error: Exception) -> ConnectionProblem:
    is_late = isinstance(error, httpx.TimeoutException)
    return ConnectionProblem(
        "timeout" if is_late else "refused", field="api_url", detail=str(error) or type(error).__name__
    )


def words_of(response: httpx.Response) -> str:
    """LINE's own words: the message, with what it says of single properties."""
    said = body_of(response)
    details = said.get("details")
    each = [_detail(detail) for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []
    return "; ".join(filter(None, [str(said.get("message", "")), *each]))[:500]


def body_of(response: httpx.Response) -> Mapping[str, Any]:
    """Empty where LINE, or something in between, answers with anything but a JSON object."""
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _detail(detail: Mapping[str, Any]) -> str:
    return f"{detail.get('property', '')}: {detail.get('message', '')}".strip(": ")


@cache
def _trusted() -> ssl.SSLContext:
    """It is a long list, read once."""
    return httpx.create_ssl_context(trust_env=False)
