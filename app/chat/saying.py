"""What a visitor says: into the store as it came, before their browser hears that we have it (DESIGN, In)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.chats import PrechatField, PrechatKind, read_chat
from app.channels.models import Channel
from app.chat import prompts, visiting
from app.chat.errors import VisitorBlocked
from app.chat.forms import SayForm
from app.conversations import visitor_queries
from app.conversations.visitor_models import Visitor
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.errors import Invalid
from app.core.i18n import mark
from app.ingest.hooks import HookIntake
from app.tickets import attachment_queries

FILE_PURPOSE = "chat file"
MAX_ANSWER = 1_000
NEEDED = mark("This is needed.")
YES = "✓"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of it: one event, which is known again by its `source`."""

    source: str
    data: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Answers:
    """To the pre-chat form: what is shown with the first words, and what is known by it."""

    shown: Sequence[Mapping[str, str]] = ()
    name: str = ""
    mail: str = ""


def file_token(box: SecretBox, attachment_id: int, visitor: Visitor) -> str:
    """By which this visitor, and nobody else, may say it."""
    return f"{attachment_id}.{box.sign(FILE_PURPOSE, f'{attachment_id}/{visitor.key_hash}')}"


def read_file_token(box: SecretBox, token: str, visitor: Visitor) -> int | None:
    number, _, signature = token.partition(".")
    is_ours = number.isdecimal() and box.is_signed(FILE_PURPOSE, f"{number}/{visitor.key_hash}", signature)
    return int(number) if is_ours else None


async def take_note(
    session: AsyncSession, channel: Channel, visitor_id: int, form: SayForm, box: SecretBox, *, is_there: bool
) -> Kept:
    """What is known of the visitor by it, and the event to be kept. Raises VisitorBlocked, Invalid at a field."""
    visitor = await visitor_queries.hold_visitor(session, visitor_id)
    if visitor.blocked_at is not None:
        raise VisitorBlocked
    answers = _answers(channel, visitor, form)
    files = await _files(session, visitor, form, box)
    if not form.text.strip() and not files:
        raise Invalid("text", mark("Write something first."))
    if not visitor.is_identified:
        visitor.name, visitor.mail = answers.name or visitor.name, answers.mail or visitor.mail
    if form.prompt_id is not None and visitor.spoke_at is None:
        await prompts.count(session, channel, form.prompt_id, "talks")
    visitor.spoke_at, visitor.ended_at, visitor.typing_until = now(), None, None
    visitor.wants_mail = bool(visitor.mail) and not is_there
    visiting.note_page(visitor, form.page)
    at = now()
    told = {"text": form.text, "files": files, "form": list(answers.shown), "page": form.page.model_dump()}
    return _event(visitor, "message", form.id, at, **told)


def happened(visitor: Visitor, kind: str, key: str, **told: Any) -> Kept:
    """Something beside words; known again by its `key`."""
    return _event(visitor, kind, key, now(), **told)


async def keep(intake: HookIntake, channel: Channel, event: Kept) -> None:
    """It is stored when this returns. Raises DiskFull."""
    await intake.take_one(channel, source=event.source, data=event.data, at=event.at)


def _event(visitor: Visitor, kind: str, key: UUID | str, at: datetime, **told: Any) -> Kept:
    whole = {
        "visitor": visitor.address,
        "kind": kind,
        "id": str(key),
        "name": visitor.name,
        "mail": visitor.mail,
        "known_as": visitor.mail if visitor.is_identified else "",
        **told,
    }
    return Kept(f"{visitor.address} {key}", json.dumps(whole, ensure_ascii=False).encode(), at)


def _answers(channel: Channel, visitor: Visitor, form: SayForm) -> Answers:
    """Asked before the first words only, and never what the site has told already."""
    fields = read_chat(channel).fields
    given = {field.name: _answer(field, form.form.get(field.name), visitor) for field in fields}
    if visitor.spoke_at is None:
        for field in fields:
            if field.is_required and not given[field.name] and not _is_known(field, visitor):
                raise Invalid(f"form.{field.name}", NEEDED)
    shown = [{"label": field.label(visitor.language), "value": given[field.name]} for field in fields]
    return Answers(
        shown=[each for each in shown if each["value"]],
        name=str(form.form.get("name") or "").strip()[:200],
        mail=next((given[field.name] for field in fields if field.kind is PrechatKind.MAIL), "") or _mail(form),
    )


def _answer(field: PrechatField, value: object, visitor: Visitor) -> str:
    """Raises Invalid."""
    if field.kind is PrechatKind.CONSENT:
        return YES if value is True or str(value).lower() in ("true", "on", "1") else ""
    text = str(value or "").strip()[:MAX_ANSWER]
    if field.kind is PrechatKind.MAIL and text:
        visiting.require_mail(f"form.{field.name}", text)
    if field.kind is PrechatKind.CHOICE and text and not any(text in each for each in field.options.values()):
        raise Invalid(f"form.{field.name}", mark("Choose one of these."))
    return text


def _is_known(field: PrechatField, visitor: Visitor) -> bool:
    known = {PrechatKind.MAIL: visitor.mail, PrechatKind.TEXT: visitor.name if field.name == "name" else ""}
    return visitor.is_identified and bool(known.get(field.kind))


def _mail(form: SayForm) -> str:
    """Left while nobody was there, where the team asks for none beforehand."""
    text = str(form.form.get("mail") or "").strip()
    if text:
        visiting.require_mail("form.mail", text)
    return text


async def _files(session: AsyncSession, visitor: Visitor, form: SayForm, box: SecretBox) -> list[dict[str, str]]:
    """Raises Invalid at one that is not theirs, or is said already."""
    files = []
    for token in dict.fromkeys(form.files):
        attachment_id = read_file_token(box, token, visitor)
        found = await attachment_queries.find_attachment(session, attachment_id) if attachment_id else None
        if found is None:
            raise Invalid("files", mark("One of these files is not there any more. Attach it again."))
        files.append({"id": str(found.id), "name": found.name, "type": found.content_type})
    return files
