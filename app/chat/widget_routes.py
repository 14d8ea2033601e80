"""The widget for other sites: its script, its settings, and a page of ours to try it on."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse

from app.channels.chats import LANGUAGES, PrechatField, read_chat
from app.channels.models import Channel
from app.chat import prompts
from app.chat.deps import ChatDep
from app.chat.doors import door_router
from app.chat.waiting import is_there
from app.core.clock import now, rfc3339
from app.core.errors import NotFound
from app.web.deps import BlobsDep, DatabaseDep, SettingsDep
from app.web.static_files import FOR_EVER
from app.web.templates import render

FOLDER = Path(__file__).parent.parent / "static" / "vendor" / "widget"
"""Of `app/static/widget`, made by build_hook.py."""
JPEG = "image/jpeg"
JAVASCRIPT = "text/javascript"
ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""The same for everybody: nothing in it is anybody's."""
A_MINUTE = "public, max-age=60"
LOADER = 'import {{ start }} from "{main}";\nstart(new URL(".", import.meta.url).href);\n'

router: APIRouter = door_router()
asset_router = APIRouter(prefix="/chat")


@router.get("/widget.js")
async def script(channel: ChatDep) -> Response:
    """What the tag names: small, and asked for anew; all else is kept for ever under its version."""
    return Response(
        LOADER.format(main=f"/chat/assets/{version()}/main.js"),
        media_type=JAVASCRIPT,
        headers={**ANYWHERE, "Cache-Control": A_MINUTE},
    )


@asset_router.get("/assets/{asset_version}/{name}")
async def asset(asset_version: str, name: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """One of the widget's files. Raises NotFound."""
    if name not in _names():
        raise NotFound
    kept = FOR_EVER if asset_version == version() else A_MINUTE
    headers = {**ANYWHERE, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if "gzip" not in accept_encoding:
        return FileResponse(FOLDER / name, media_type=JAVASCRIPT, headers=headers)
    return Response(_compressed(name), media_type=JAVASCRIPT, headers={**headers, "Content-Encoding": "gzip"})


@router.get("/config")
async def config(
    response: Response, channel: ChatDep, database: DatabaseDep, language: Annotated[str, Query(max_length=20)] = ""
) -> dict[str, Any]:
    """What the widget looks like and says, in a language; nothing of any visitor."""
    async with database.reading() as session:
        there = await is_there(session, channel, now())
        shown = await prompts.list_shown(session, channel, language=_known(language))
    response.headers["Cache-Control"] = A_MINUTE
    return {
        **_settings(channel, _known(language)),
        "is_there": there.is_there,
        "is_open": there.is_open,
        "opens_at": rfc3339(there.opens_at),
        "prompts": shown,
    }


@router.get("/avatar")
async def avatar(channel: ChatDep, blobs: BlobsDep) -> Response:
    kept = read_chat(channel).avatar
    if kept is None or not blobs.path(kept).exists():
        raise NotFound
    return FileResponse(blobs.path(kept), media_type=JPEG, headers={**ANYWHERE, "Cache-Control": A_MINUTE})


@router.get("/try")
async def try_out(request: Request, channel: ChatDep, settings: SettingsDep) -> Response:
    return render(request, "chat/try.html", {"channel": channel})


def _settings(channel: Channel, language: str) -> dict[str, Any]:
    chat = read_chat(channel)
    words = chat.words(language)
    has_avatar = chat.avatar is not None
    return {
        "name": channel.name,
        "language": language,
        "look": {
            "color": chat.color,
            "position": chat.position,
            "avatar_url": f"/chat/{channel.key}/avatar" if has_avatar else None,
        },
        "texts": {
            "title": words.title,
            "greeting": words.greeting,
            "away": words.away,
            "launcher": words.launcher,
        },
        "fields": [_field(each, language) for each in chat.fields],
        "asks_name_and_mail_when_away": channel.mail_channel_id is not None,
        "max_file_bytes": chat.max_file_bytes,
        "has_files": chat.has_files,
        "has_sound": chat.has_sound,
        "has_faq": chat.has_faq,
    }


def _field(field: PrechatField, language: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label(language),
        "kind": field.kind,
        "options": list(field.choices(language)),
        "is_required": field.is_required,
    }


def _known(language: str) -> str:
    short = language[:2].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


@cache
def version() -> str:
    """Of all of the widget's files together."""
    digest = hashlib.sha256()
    for name in sorted(_names()):
        digest.update(name.encode() + b"\0" + (FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress((FOLDER / name).read_bytes(), mtime=0)


@cache
def _names() -> frozenset[str]:
    names = frozenset(path.name for path in FOLDER.glob("*.js"))
    if not names:
        raise RuntimeError(f"{FOLDER} is not built; `make app/static/vendor` or installing the package builds it")
    return names
