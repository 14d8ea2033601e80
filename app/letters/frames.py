"""Greeting and signature: the most particular frame holds, and what it leaves empty comes from the next one (C2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import differences, note_setting
from app.accounts.models import Agent
from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.letters import queries
from app.letters.errors import require_known_fields
from app.letters.fields import OWN_SIGNATURE, key_of
from app.letters.forms import FrameForm
from app.letters.merging import TOKEN, fill
from app.letters.models import LetterFrame
from app.letters.scenes import Scene, Setting, look_up

FRAMES = LetterFrame.__tablename__


Framing = TypeVar("Framing", AnyRow, LetterFrame)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the composer starts with, fields filled, and the values that further fields have."""

    greeting: str
    signature: str
    values: dict[str, str]


async def opening_of(session: AsyncSession, scene: Scene) -> Opening:
    setting = await look_up(session, scene)
    return await opening_in(session, setting, agent=scene.agent)


async def opening_in(session: AsyncSession, setting: Setting, *, agent: Agent) -> Opening:
    found = await queries.list_frames_for(session, channel_id=setting.channel_id, team_id=setting.team_id)
    frames = most_particular_first(found)
    signature = signature_among((frame.signature for frame in frames), own=agent.signature)
    return Opening(
        greeting=fill(_first(frame.greeting for frame in frames), setting.values).text.strip("\n"),
        signature=fill(signature, setting.values).text.strip("\n"),
        values=setting.values,
    )


def most_particular_first(frames: Iterable[Framing]) -> list[Framing]:
    """A team at a mailbox, then the mailbox, whose name the letter bears, then the team, then everywhere."""
    return sorted(frames, key=lambda frame: (frame.channel_id is None, frame.team_id is None))


def signature_among(signatures: Iterable[str], *, own: str) -> str:
    """A person is the most particular of all, but a frame that has a place for their signature says where it stands."""
    framed = _first(signatures)
    has_place = any(key_of((found["name"] or "").strip(" ?？")) == OWN_SIGNATURE for found in TOKEN.finditer(framed))
    return own if own.strip() and not has_place else framed


async def save_frame(session: AsyncSession, frame: LetterFrame | None, form: FrameForm, *, by: Agent) -> LetterFrame:
    """Raises Invalid where that place has another frame, and UnknownField."""
    for name in ("greeting", "signature"):
        require_known_fields(name, getattr(form, name))
    there = await queries.find_frame_at(session, channel_id=form.channel_id, team_id=form.team_id)
    if there is not None and there is not frame:
        raise Invalid("channel_id", mark("There is a frame for this mailbox and team already."))
    frame = frame or LetterFrame()
    before, after = _content(frame), form.model_dump()
    for name, value in after.items():
        setattr(frame, name, value)
    session.add(frame)
    await session.flush()
    note_setting(session, FRAMES, frame.id, by=by, **differences(before, after))
    return frame


async def delete_frame(session: AsyncSession, frame: LetterFrame, *, by: Agent) -> None:
    note_setting(session, FRAMES, frame.id, by=by, **differences(_content(frame), {}))
    await session.delete(frame)


def _content(frame: LetterFrame) -> dict[str, object]:
    return {name: getattr(frame, name) for name in FrameForm.model_fields}


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text.strip()), "")
