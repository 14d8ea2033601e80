"""What a page shows of a website's chat beside its settings: what a site needs, and whether somebody is there."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import endpoints
from app.channels import queries as channel_queries
from app.channels.chat_forms import MAX_FIELDS, TEXTS
from app.channels.chats import LANGUAGES, ChatSettings, read_chat, script_tag, trial_url
from app.channels.models import CHAT, Channel
from app.chat import prompt_queries
from app.chat.waiting import Presence, is_there
from app.core import rasters
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.i18n import mark

AVATAR_SIDE, AVATAR_BYTES = 192, 40_000
SPARE_LINES = 3
MAX_PICTURE = 10 * 1024 * 1024
NO_PICTURE = mark("This is no picture that can be shown. Take a JPEG, PNG, GIF or WebP of up to 10 MB.")


@dataclass(frozen=True, slots=True)
class ChatView:
    channel: Channel
    settings: ChatSettings
    presence: Presence
    mailbox: Channel | None
    prompts: int

    @property
    def tag(self) -> str:
        return script_tag(self.channel)

    @property
    def trial_url(self) -> str:
        return trial_url(self.channel)

    @property
    def policy(self) -> str:
        """What a site with a strict Content-Security-Policy allows for it."""
        desk = endpoints.addresses_of(CHAT).get(endpoints.OURS, "")
        return f"script-src {desk}; connect-src {desk}; img-src {desk} blob: data:"


async def get_chat(session: AsyncSession, channel_id: int) -> Channel:
    """Raises NotFound for channels of another kind too."""
    channel = await channel_queries.get_channel(session, channel_id)
    if channel.kind != CHAT:
        raise NotFound(channel_id=channel_id)
    return channel


async def list_chats(session: AsyncSession) -> list[ChatView]:
    channels = [each for each in await channel_queries.list_channels(session) if each.kind == CHAT]
    return [await chat_view(session, each) for each in channels]


async def chat_view(session: AsyncSession, channel: Channel) -> ChatView:
    mailbox_id = channel.mail_channel_id
    return ChatView(
        channel,
        read_chat(channel),
        await is_there(session, channel, now()),
        await channel_queries.get_channel(session, mailbox_id) if mailbox_id else None,
        len([each for each in await prompt_queries.list_prompts(session, channel.id) if each.is_on]),
    )


def written(channel: Channel) -> dict[str, Any]:
    """The fields of the form, as they are now."""
    texts = channel.settings.get("texts", {})
    words = {f"{text}_{each}": texts.get(each, {}).get(text, "") for text in TEXTS for each in LANGUAGES}
    lines = "\n".join(channel.settings.get("origins", ()))
    own = {"name": channel.name, "hold_seconds": channel.hold_seconds, "origins": lines}
    return {**channel.settings, **words, **own}


def written_fields(channel: Channel) -> list[dict[str, Any]]:
    """Each question as the page has it, and empty lines for more."""
    lines: list[dict[str, Any]] = [_line(each) for each in channel.settings.get("fields", ())]
    return (lines + [{} for _ in range(SPARE_LINES)])[:MAX_FIELDS]


def _line(field: dict[str, Any]) -> dict[str, Any]:
    options = {language: "\n".join(field["options"].get(language, ())) for language in LANGUAGES}
    return {
        "name": field["name"],
        "kind": "name" if field["name"] == "name" else field["kind"],
        **{f"label_{language}": field["labels"].get(language, "") for language in LANGUAGES},
        **{f"options_{language}": options[language] for language in LANGUAGES},
        "is_required": field["is_required"],
    }


async def small_picture(data: bytes) -> bytes:
    """Raises Invalid for what is none."""
    try:
        return await asyncio.to_thread(_shrink, data)
    except rasters.NoPicture as error:
        raise Invalid("picture", NO_PICTURE) from error


def _shrink(data: bytes) -> bytes:
    if not data or len(data) > MAX_PICTURE:
        raise rasters.NoPicture
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return rasters.shrink(Path(file.name), side=AVATAR_SIDE, max_bytes=AVATAR_BYTES)
