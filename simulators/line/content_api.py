"""What users sent besides text: LINE's calls of `api-data.line.me`, at the same address here."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse, StreamingResponse

from simulators.line.access import PlatformDep, RulesDep, require_token
from simulators.line.drawing import picture
from simulators.line.media import PREPARED, Medium
from simulators.line.problems import NOT_FOUND, LineProblem

router = APIRouter(prefix="/v2/bot/message", dependencies=[Depends(require_token)])

PREVIEW = (120, 90)


@router.get("/{message_id}/content")
async def content(message_id: str, platform: PlatformDep, rules: RulesDep) -> Response:
    """202 without a body while LINE is still making it ready."""
    medium = platform.media.get(message_id, rules)
    if platform.media.state(medium, rules) != "succeeded":
        return JSONResponse({"message": "The content is being prepared"}, 202)
    return streamed(medium)


@router.get("/{message_id}/content/preview")
async def preview(message_id: str, platform: PlatformDep, rules: RulesDep) -> Response:
    medium = platform.media.get(message_id, rules)
    if medium.kind == "image":
        return streamed(medium)
    if medium.kind != "video":
        raise LineProblem(404, NOT_FOUND)
    if platform.media.state(medium, rules) != "succeeded":
        return JSONResponse({"message": "The content is being prepared"}, 202)
    return Response(picture(*PREVIEW), media_type="image/png")


@router.get("/{message_id}/content/transcoding")
async def transcoding(message_id: str, platform: PlatformDep, rules: RulesDep) -> dict[str, Any]:
    medium = platform.media.get(message_id, rules)
    if medium.kind not in PREPARED:
        raise LineProblem(404, NOT_FOUND)
    return {"status": platform.media.state(medium, rules)}


def streamed(medium: Medium) -> StreamingResponse:
    headers = {"content-length": str(medium.size)}
    return StreamingResponse(medium.chunks(), media_type=medium.content_type, headers=headers)
