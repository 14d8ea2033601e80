"""Messages, quota, loading and read marks: LINE's calls of `api.line.me`."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from simulators.line import naming
from simulators.line.access import BodyDep, PlatformDep, RequestIdDep, RulesDep, require_token
from simulators.line.problems import LineProblem, bad_property, bad_request
from simulators.line.validation import objections

router = APIRouter(prefix="/v2/bot", dependencies=[Depends(require_token)])

LONGEST_LOADING = 60
SHORTEST_LOADING = 5
USUAL_LOADING = 20
RETRY_KEY = "x-line-retry-key"


@router.post("/message/reply")
async def reply(
    request: Request, platform: PlatformDep, body: BodyDep, rules: RulesDep, request_id: RequestIdDep
) -> dict[str, Any]:
    if RETRY_KEY in request.headers:
        raise LineProblem(400, "The retry key cannot be used with this API")
    return {"sentMessages": platform.post.reply(body, rules, request_id=request_id)}


@router.post("/message/push")
async def push(
    request: Request, platform: PlatformDep, body: BodyDep, rules: RulesDep, request_id: RequestIdDep
) -> dict[str, Any]:
    key = request.headers.get(RETRY_KEY)
    return {"sentMessages": platform.post.push(body, rules, request_id=request_id, retry_key=key)}


@router.post("/message/validate/{way}")
async def validate(body: BodyDep, rules: RulesDep) -> dict[str, Any]:
    """What a reply or push would be refused for; nothing is sent."""
    if details := objections(body.get("messages"), allows_http=rules.allows_http):
        raise bad_request(details)
    return {}


@router.get("/message/quota")
async def quota(rules: RulesDep) -> dict[str, Any]:
    limit = rules.quota.limit
    return {"type": "none"} if limit is None else {"type": "limited", "value": limit}


@router.get("/message/quota/consumption")
async def consumption(rules: RulesDep) -> dict[str, Any]:
    return {"totalUsage": rules.quota.used}


@router.post("/chat/loading/start")
async def start_loading(platform: PlatformDep, body: BodyDep) -> JSONResponse:
    """In talks of two only."""
    chat_id, seconds = body.get("chatId"), body.get("loadingSeconds", USUAL_LOADING)
    if not naming.is_id(chat_id, "U"):
        raise bad_property("chatId")
    if not isinstance(seconds, int) or not SHORTEST_LOADING <= seconds <= LONGEST_LOADING or seconds % 5:
        raise bad_property("loadingSeconds")
    if platform.people.listeners(str(chat_id)):
        platform.talks.load(str(chat_id), until=platform.clock() + seconds)
    return JSONResponse({}, 202)


@router.post("/message/markAsRead")
async def mark_user_read(platform: PlatformDep, body: BodyDep) -> dict[str, Any]:
    chat = body.get("chat")
    user_id = chat.get("userId") if isinstance(chat, dict) else None
    if not naming.is_id(user_id, "U") or user_id not in platform.people.persons:
        raise bad_property("chat.userId")
    platform.talks.mark_read(str(user_id))
    return {}


@router.post("/chat/markAsRead")
async def mark_read_by_token(platform: PlatformDep, body: BodyDep) -> dict[str, Any]:
    """That message and those before it."""
    message_id = platform.tokens.message_of(body.get("markAsReadToken"))
    bubble = platform.talks.find(message_id) if message_id else None
    if bubble is None:
        raise bad_property("markAsReadToken")
    platform.talks.mark_read(bubble.chat_id, until=bubble.id)
    return {}
