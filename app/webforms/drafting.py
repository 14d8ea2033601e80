"""The fields of a form while an admin writes them: read from the page, put in another order, checked, saved.

Everything stands in the page until it is saved, so that adding and moving need no script and change nothing yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.i18n import gettext, mark
from app.webforms import queries
from app.webforms.answers import clean
from app.webforms.models import FormChoice, FormField, FormFieldKind

MAX_FIELDS, MAX_CHOICES, MAX_LABEL, MAX_HELP = 50, 100, 200, 1_000
NEEDS_LABEL = mark("Give it a label in one language at least.")
NEEDS_CHOICE = mark("Name at least one choice.")
TOO_LONG = mark("At most {max_length} characters.")


@dataclass(slots=True)
class ChoiceDraft:
    """`token` is what its inputs are called by; `id` is of a row, if there is one."""

    token: str
    id: int | None = None
    label_ja: str = ""
    label_en: str = ""
    category_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.label_ja and not self.label_en


@dataclass(slots=True)
class FieldDraft:
    token: str
    kind: FormFieldKind
    id: int | None = None
    label_ja: str = ""
    label_en: str = ""
    help_ja: str = ""
    help_en: str = ""
    is_required: bool = False
    choices: list[ChoiceDraft] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        return self.kind is FormFieldKind.CHOICE

    @property
    def label(self) -> str:
        return self.label_ja or self.label_en


Drafts = list[FieldDraft]
Draft = TypeVar("Draft", FieldDraft, ChoiceDraft)


async def read_rows(session: AsyncSession, channel: Channel) -> Drafts:
    rows = await queries.list_fields(session, channel.id)
    choices = await queries.map_choices(session, [row.id for row in rows])
    return [
        FieldDraft(
            token=f"f{row.id}",
            kind=row.kind,
            id=row.id,
            label_ja=row.label_ja,
            label_en=row.label_en,
            help_ja=row.help_ja,
            help_en=row.help_en,
            is_required=row.is_required,
            choices=[
                ChoiceDraft(f"c{each.id}", each.id, each.label_ja, each.label_en, each.category_id)
                for each in choices.get(row.id, ())
            ],
        )
        for row in rows
    ]


def read_page(typed: FormData) -> Drafts:
    """As the page has them, in its order."""
    kinds = {kind.value: kind for kind in FormFieldKind}
    tokens = list(dict.fromkeys(str(each) for each in typed.getlist("rows")))[:MAX_FIELDS]
    found = ((token, kinds.get(_text(typed, f"{token}.kind"))) for token in tokens)
    return [_field(typed, token, kind) for token, kind in found if kind is not None]


def act(drafts: Drafts, asked: str) -> str:
    """`add KIND`, `remove FIELD`, `up FIELD`, `down FIELD`, and with `choice` before them the same of a field's
    choices. Says where the keyboard goes on."""
    words = asked.split()
    if words[:1] == ["choice"]:
        return _act_on_choice(drafts, words[1:])
    if words[:1] == ["add"] and len(words) == 2 and words[1] in set(FormFieldKind) and len(drafts) < MAX_FIELDS:
        return _add(drafts, FormFieldKind(words[1]))
    return _move(drafts, words)


def check(drafts: Drafts) -> dict[str, str]:
    """What is wrong, by the names of the inputs."""
    wrong: dict[str, str] = {}
    for each in drafts:
        if not each.label:
            wrong[f"{each.token}.label_ja"] = gettext(NEEDS_LABEL)
        elif each.is_choice and all(choice.is_empty for choice in each.choices):
            name = each.choices[0].token if each.choices else each.token
            wrong[f"{name}.label_ja"] = gettext(NEEDS_CHOICE)
        wrong |= _too_long(each.token, each, ("label_ja", "label_en"), MAX_LABEL)
        wrong |= _too_long(each.token, each, ("help_ja", "help_en"), MAX_HELP)
        for choice in each.choices:
            wrong |= _too_long(choice.token, choice, ("label_ja", "label_en"), MAX_LABEL)
    return wrong


async def save(
    session: AsyncSession, channel: Channel, drafts: Drafts, categories: Iterable[int], *, by: Agent
) -> None:
    """Rows that the page does not have any more go; those of other forms are not touched."""
    rows = {row.id: row for row in await queries.list_fields(session, channel.id)}
    choices = await queries.map_choices(session, list(rows))
    before = [row.label_ja or row.label_en for row in rows.values()]
    kept = {each.id for each in drafts if each.id in rows}
    await queries.delete_fields(session, rows.keys() - kept)
    known = set(categories)
    for position, draft in enumerate(drafts):
        row = rows.get(draft.id or 0) or FormField(channel_id=channel.id, kind=draft.kind)
        _write(row, draft, position)
        session.add(row)
        await session.flush()
        await _save_choices(session, row, draft, choices.get(row.id, ()), known)
    audit.note_setting(
        session, FormField.__tablename__, channel.id, by=by, fields=(before, [each.label for each in drafts])
    )


def _write(row: FormField, draft: FieldDraft, position: int) -> None:
    row.position, row.is_required = position, draft.is_required
    row.label_ja, row.label_en = draft.label_ja, draft.label_en
    row.help_ja, row.help_en = draft.help_ja, draft.help_en


async def _save_choices(
    session: AsyncSession, row: FormField, draft: FieldDraft, known: Sequence[FormChoice], categories: set[int]
) -> None:
    rows = {each.id: each for each in known}
    wanted = [each for each in draft.choices if not each.is_empty] if row.kind is FormFieldKind.CHOICE else []
    await queries.delete_choices(session, rows.keys() - {each.id for each in wanted})
    for position, each in enumerate(wanted):
        choice = rows.get(each.id or 0) or FormChoice(field_id=row.id)
        choice.position, choice.label_ja, choice.label_en = position, each.label_ja, each.label_en
        choice.category_id = each.category_id if each.category_id in categories else None
        session.add(choice)
    await session.flush()


def _field(typed: FormData, token: str, kind: FormFieldKind) -> FieldDraft:
    choice_tokens = list(dict.fromkeys(str(each) for each in typed.getlist(f"{token}.choices")))[:MAX_CHOICES]
    return FieldDraft(
        token=token,
        kind=kind,
        id=_id_of(token, "f"),
        label_ja=_text(typed, f"{token}.label_ja"),
        label_en=_text(typed, f"{token}.label_en"),
        help_ja=_text(typed, f"{token}.help_ja", is_long=True),
        help_en=_text(typed, f"{token}.help_en", is_long=True),
        is_required=_text(typed, f"{token}.is_required") == "true",
        choices=[_choice(typed, each) for each in choice_tokens],
    )


def _choice(typed: FormData, token: str) -> ChoiceDraft:
    category_id = _text(typed, f"{token}.category_id")
    return ChoiceDraft(
        token=token,
        id=_id_of(token, "c"),
        label_ja=_text(typed, f"{token}.label_ja"),
        label_en=_text(typed, f"{token}.label_en"),
        category_id=int(category_id) if category_id.isascii() and category_id.isdecimal() else None,
    )


def _add(drafts: Drafts, kind: FormFieldKind) -> str:
    token = _new_token("n", (each.token for each in drafts))
    choices = [ChoiceDraft(f"{token}m1"), ChoiceDraft(f"{token}m2")] if kind is FormFieldKind.CHOICE else []
    is_required = kind is FormFieldKind.CONSENT
    drafts.append(FieldDraft(token, kind, is_required=is_required, choices=choices))
    return f"{token}.label_ja"


def _act_on_choice(drafts: Drafts, words: list[str]) -> str:
    """`add FIELD`, or what is done with a choice by its token."""
    if words[:1] == ["add"]:
        return next((_add_choice(each) for each in drafts if each.token == words[-1]), "")
    owner = next((each for each in drafts if words[-1] in {choice.token for choice in each.choices}), None)
    return _move(owner.choices, words) if owner else ""


def _add_choice(owner: FieldDraft) -> str:
    if len(owner.choices) < MAX_CHOICES:
        owner.choices.append(ChoiceDraft(_new_token(f"{owner.token}m", (each.token for each in owner.choices))))
    return f"{owner.choices[-1].token}.label_ja"


def _move(drafts: list[Draft], words: list[str]) -> str:
    what, token = words if len(words) == 2 else ("", "")
    place = next((number for number, each in enumerate(drafts) if each.token == token), None)
    if place is None:
        return ""
    moved = drafts.pop(place)
    if what == "remove":
        return f"{drafts[min(place, len(drafts) - 1)].token}.label_ja" if drafts else ""
    drafts.insert(max(0, place + {"up": -1, "down": 1}.get(what, 0)), moved)
    return f"{what}-{token}"


def _new_token(prefix: str, known: Iterable[str]) -> str:
    taken = set(known)
    return next(token for number in count(1) if (token := f"{prefix}{number}") not in taken)


def _too_long(token: str, draft: FieldDraft | ChoiceDraft, names: Iterable[str], most: int) -> dict[str, str]:
    long = (name for name in names if len(getattr(draft, name)) > most)
    return {f"{token}.{name}": gettext(TOO_LONG, max_length=most) for name in long}


def _text(typed: FormData, name: str, *, is_long: bool = False) -> str:
    return clean(str(typed.get(name) or ""), is_long=is_long)


def _id_of(token: str, prefix: str) -> int | None:
    digits = token.removeprefix(prefix)
    return int(digits) if token.startswith(prefix) and digits.isascii() and digits.isdecimal() else None
