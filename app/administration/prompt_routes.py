"""What the widget of a chat says by itself."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.chats import get_chat
from app.administration.pages import admin_router, saved, show
from app.channels.chats import LANGUAGES
from app.channels.models import Channel
from app.chat import prompt_queries, prompts
from app.chat.models import ChatPrompt
from app.chat.prompt_forms import TEXTS, PromptForm
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/chat/{channel_id}/prompts"
VISITED = {None: "", True: "yes", False: "no"}
router = admin_router("chat/{channel_id}/prompts")


@router.get("")
async def show_prompts(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)
    found = await prompt_queries.list_prompts(session, channel.id)
    away = await prompt_queries.list_prompts(session, channel.id, is_archived=True)
    return show(request, "prompts.html", channel=channel, prompts=found, archived=away)


@router.get("/new")
async def show_new_prompt(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, await get_chat(session, channel_id), None)


@router.post("")
async def make_prompt(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)

    async def verb(form: PromptForm) -> Response:
        await prompts.add(session, channel, form, by=admin)
        return saved(PATH.format(channel_id=channel.id))

    return await attempt(request, PromptForm, verb, lambda entry: _page(request, channel, None, entry))


@router.get("/{prompt_id}")
async def show_prompt(request: Request, session: SessionDep, channel_id: RowId, prompt_id: RowId) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)
    return await _page(request, channel, prompt)


@router.post("/{prompt_id}")
async def change_prompt(
    request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId, prompt_id: RowId
) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)

    async def verb(form: PromptForm) -> Response:
        await prompts.change(session, prompt, form, by=admin)
        return saved(PATH.format(channel_id=channel.id))

    return await attempt(request, PromptForm, verb, lambda entry: _page(request, channel, prompt, entry))


@router.post("/{prompt_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId, prompt_id: RowId) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)
    prompts.switch(session, prompt, False, by=admin)
    return saved(PATH.format(channel_id=channel.id))


@router.post("/{prompt_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId, prompt_id: RowId) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)
    prompts.switch(session, prompt, True, by=admin)
    return saved(PATH.format(channel_id=channel.id))


@router.post("/{prompt_id}/archival")
async def archive(session: SessionDep, admin: CurrentAgent, channel_id: RowId, prompt_id: RowId) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)
    prompts.archive(session, prompt, True, by=admin)
    return saved(PATH.format(channel_id=channel.id))


@router.post("/{prompt_id}/return")
async def bring_back(session: SessionDep, admin: CurrentAgent, channel_id: RowId, prompt_id: RowId) -> Response:
    channel, prompt = await _find(session, channel_id, prompt_id)
    prompts.archive(session, prompt, False, by=admin)
    return saved(PATH.format(channel_id=channel.id))


async def _find(session: AsyncSession, channel_id: int, prompt_id: int) -> tuple[Channel, ChatPrompt]:
    channel = await get_chat(session, channel_id)
    return channel, await prompt_queries.get_prompt(session, channel.id, prompt_id)


async def _page(
    request: Request, channel: Channel, prompt: ChatPrompt | None, entry: Entry = NOTHING_TYPED
) -> Response:
    current = _written(prompt) if prompt else {"kind": "message", "seconds": 10}
    return show(request, "prompt.html", entry, channel=channel, prompt=prompt, current=current)


def _written(prompt: ChatPrompt) -> dict[str, Any]:
    words = {f"{text}_{each}": prompt.texts[each][text] for text in TEXTS for each in LANGUAGES}
    pairs = "\n".join(f"{name} = {value}" for name, value in prompt.attributes.items())
    told = {name: getattr(prompt, name) for name in ("kind", "name", "url", "page", "seconds")}
    return {**words, **told, "visited_before": VISITED[prompt.visited_before], "attributes": pairs}
