"""The account, its webhook, and who writes to it: LINE's calls of `api.line.me`."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from simulators.line.access import BodyDep, PlatformDep, RulesDep, require_token
from simulators.line.people import Person
from simulators.line.problems import NOT_FOUND, LineProblem, bad_property
from simulators.line.timing import rfc3339
from simulators.line.validation import is_fit_address
from simulators.line.webhooks import Attempt

router = APIRouter(prefix="/v2/bot", dependencies=[Depends(require_token)])

MAX_ENDPOINT = 500


@router.get("/info")
async def info(request: Request, platform: PlatformDep, rules: RulesDep) -> dict[str, Any]:
    account = platform.credentials.account
    return {
        "userId": account.user_id,
        "basicId": account.basic_id,
        "displayName": account.name,
        "pictureUrl": f"{request.base_url}simulator/pictures/account",
        "chatMode": rules.chat_mode,
        "markAsReadMode": rules.mark_as_read_mode,
    }


@router.get("/profile/{user_id}")
async def profile(request: Request, user_id: str, platform: PlatformDep, rules: RulesDep) -> dict[str, Any]:
    """404 for those who are no friends, or block the account."""
    if rules.profile_status != 200:
        raise LineProblem(rules.profile_status, NOT_FOUND)
    person = platform.people.person(user_id)
    if not person.hears:
        raise LineProblem(404, NOT_FOUND)
    status = {"statusMessage": person.status} if person.status else {}
    return _profile(request, person) | {"language": person.language} | status


@router.get("/group/{group_id}/member/{user_id}")
@router.get("/room/{group_id}/member/{user_id}")
async def member(
    request: Request, group_id: str, user_id: str, platform: PlatformDep, rules: RulesDep
) -> dict[str, Any]:
    if rules.profile_status != 200:
        raise LineProblem(rules.profile_status, NOT_FOUND)
    return _profile(request, platform.people.member(group_id, user_id))


@router.get("/group/{group_id}/summary")
async def summary(request: Request, group_id: str, platform: PlatformDep) -> dict[str, Any]:
    group = platform.people.group(group_id)
    if not group.has_account or group.kind != "group":
        raise LineProblem(404, NOT_FOUND)
    picture = f"{request.base_url}simulator/pictures/{group_id}"
    return {"groupId": group_id, "groupName": group.name, "pictureUrl": picture}


@router.get("/group/{group_id}/members/count")
@router.get("/room/{group_id}/members/count")
async def member_count(group_id: str, platform: PlatformDep) -> dict[str, Any]:
    return {"count": len(platform.people.group(group_id).members)}


@router.get("/group/{group_id}/members/ids")
@router.get("/room/{group_id}/members/ids")
async def member_ids(group_id: str, platform: PlatformDep) -> dict[str, Any]:
    return {"memberIds": list(platform.people.group(group_id).members)}


@router.post("/group/{group_id}/leave")
@router.post("/room/{group_id}/leave")
async def leave(group_id: str, platform: PlatformDep) -> dict[str, Any]:
    platform.people.group(group_id).has_account = False
    platform.talks.tell(group_id)
    return {}


@router.get("/followers/ids")
async def followers(platform: PlatformDep) -> dict[str, Any]:
    return {"userIds": [person.id for person in platform.people.persons.values() if person.hears]}


@router.get("/channel/webhook/endpoint")
async def endpoint(platform: PlatformDep, rules: RulesDep) -> dict[str, Any]:
    if not platform.credentials.webhook_url:
        raise LineProblem(404, NOT_FOUND)
    return {"endpoint": platform.credentials.webhook_url, "active": rules.webhooks.is_active}


@router.put("/channel/webhook/endpoint")
async def set_endpoint(platform: PlatformDep, rules: RulesDep, body: BodyDep) -> dict[str, Any]:
    url = body.get("endpoint")
    if not isinstance(url, str) or len(url) > MAX_ENDPOINT or not is_fit_address(url, allows_http=rules.allows_http):
        raise bad_property("endpoint")
    platform.credentials.webhook_url = url
    return {}


@router.post("/channel/webhook/test")
async def test_endpoint(request: Request, platform: PlatformDep, rules: RulesDep) -> dict[str, Any]:
    """Really sends a body without events, to the address in the call or else to the one that is set."""
    url = await _address_to_try(request) or platform.credentials.webhook_url
    if not is_fit_address(url, allows_http=rules.allows_http):
        raise bad_property("endpoint")
    secret = platform.credentials.channel_secret
    attempt = await platform.courier.test(url, secret, platform.body([]), rules.webhooks)
    reason, detail = in_words(attempt)
    return {
        "success": reason == "OK",
        "timestamp": rfc3339(platform.clock()),
        "statusCode": attempt.status,
        "reason": reason,
        "detail": detail,
    }


def in_words(attempt: Attempt) -> tuple[str, str]:
    """LINE's reason, and what goes with it."""
    if attempt.status == 0:
        is_late = attempt.said.startswith("TimeoutError")
        return ("REQUEST_TIMEOUT", "Request timeout") if is_late else ("COULD_NOT_CONNECT", attempt.said)
    is_good = attempt.status == 200
    return ("OK" if is_good else "ERROR_STATUS_CODE"), str(attempt.status)


async def _address_to_try(request: Request) -> str:
    """The body may be missing."""
    if not await request.body():
        return ""
    value = (await request.json()).get("endpoint")
    return value if isinstance(value, str) else ""


def _profile(request: Request, person: Person) -> dict[str, Any]:
    picture = f"{request.base_url}simulator/pictures/{person.id}"
    return {"displayName": person.name, "userId": person.id, "pictureUrl": picture}
