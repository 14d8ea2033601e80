"""Who calls, and with what: the dependencies of the routes."""

from typing import Annotated, Any

from fastapi import Depends, Request

from simulators.line import problems
from simulators.line.platform import Platform
from simulators.line.problems import LineProblem
from simulators.line.rules import Rules
from simulators.line.validation import parsed

NOT_JSON = "The request body could not be parsed as JSON"


async def platform_of(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


async def require_token(request: Request) -> None:
    """The bearer token of the channel; any, where the simulator was given none. Raises LineProblem 401 and 429."""
    platform = await platform_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    wanted = platform.credentials.access_token
    if scheme.lower() != "bearer" or not token or (wanted and token != wanted):
        raise LineProblem(401, problems.WRONG_TOKEN)
    if platform.calls.count() > platform.rules.calls_per_second:
        raise LineProblem(429, problems.RATE_LIMIT)


async def body_of(request: Request) -> dict[str, Any]:
    """Raises LineProblem."""
    try:
        return parsed(await request.body())
    except ValueError as error:
        raise LineProblem(400, NOT_JSON) from error


async def rules_of(request: Request) -> Rules:
    return (await platform_of(request)).rules


async def request_id_of(request: Request) -> str:
    """The same that the answer has in its header."""
    number: str = request.state.request_id
    return number


PlatformDep = Annotated[Platform, Depends(platform_of)]
BodyDep = Annotated[dict[str, Any], Depends(body_of)]
RulesDep = Annotated[Rules, Depends(rules_of)]
RequestIdDep = Annotated[str, Depends(request_id_of)]
