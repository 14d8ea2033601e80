"""What the widget says by itself: made, changed, put away, shown, and counted."""

from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.models import Channel
from app.chat import prompt_queries as queries
from app.chat.models import ChatPrompt
from app.chat.prompt_forms import PromptForm
from app.core.clock import now

COUNTERS = {"shown": ChatPrompt.shown, "clicked": ChatPrompt.clicked, "talks": ChatPrompt.talks}
KEPT = ("kind", "name", "texts", "url", "page", "seconds", "visited_before", "attributes")


async def list_shown(session: AsyncSession, channel: Channel, *, language: str) -> list[dict[str, Any]]:
    """As the widget gets them: what is on, in that language, or in the other where nothing is written in it."""
    found = await queries.list_prompts(session, channel.id)
    return [_shown(prompt, language) for prompt in found if prompt.is_on]


async def count(
    session: AsyncSession, channel: Channel, prompt_id: int, what: Literal["shown", "clicked", "talks"]
) -> None:
    """Once more; one that is not there any more is counted nowhere."""
    await queries.count_up(session, COUNTERS[what], channel_id=channel.id, prompt_id=prompt_id)


async def add(session: AsyncSession, channel: Channel, form: PromptForm, *, by: Agent) -> ChatPrompt:
    prompt = ChatPrompt(channel_id=channel.id)
    session.add(prompt)
    await _write(session, prompt, form, by=by)
    return prompt


async def change(session: AsyncSession, prompt: ChatPrompt, form: PromptForm, *, by: Agent) -> None:
    await _write(session, prompt, form, by=by)


def switch(session: AsyncSession, prompt: ChatPrompt, is_on: bool, *, by: Agent) -> None:
    before, prompt.is_on = prompt.is_on, is_on
    audit.note_setting(session, ChatPrompt.__tablename__, prompt.id, by=by, is_on=(before, is_on))


def archive(session: AsyncSession, prompt: ChatPrompt, is_archived: bool, *, by: Agent) -> None:
    """Out of the list, and shown no more; its counts stay. It comes back switched off."""
    before = prompt.archived_at is not None
    prompt.archived_at = (prompt.archived_at or now()) if is_archived else None
    prompt.is_on = False
    audit.note_setting(session, ChatPrompt.__tablename__, prompt.id, by=by, is_archived=(before, is_archived))


async def _write(session: AsyncSession, prompt: ChatPrompt, form: PromptForm, *, by: Agent) -> None:
    before = {name: getattr(prompt, name) for name in KEPT} if prompt.id else {}
    wanted = {**{name: getattr(form, name) for name in KEPT if name != "texts"}, "texts": form.texts()}
    for name, value in wanted.items():
        setattr(prompt, name, value)
    await session.flush()
    changes = {name: (before.get(name), value) for name, value in wanted.items()}
    audit.note_setting(session, ChatPrompt.__tablename__, prompt.id, by=by, **changes)


def _shown(prompt: ChatPrompt, language: str) -> dict[str, Any]:
    words = _in(prompt, language)
    return {
        "id": prompt.id,
        "kind": prompt.kind,
        "title": words["title"],
        "text": words["text"],
        "button": words["button"],
        "url": prompt.url,
        "when": {
            "page": prompt.page,
            "seconds": prompt.seconds,
            "visited_before": prompt.visited_before,
            "attributes": prompt.attributes,
        },
    }


def _in(prompt: ChatPrompt, language: str) -> dict[str, str]:
    order = sorted(prompt.texts, key=lambda each: each != language)
    return next(prompt.texts[each] for each in order if prompt.texts[each]["text"])
