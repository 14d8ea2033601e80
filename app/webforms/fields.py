"""A form as somebody reads it: in one language, each text in the other where it has none in this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.webforms import queries
from app.webforms.models import FormChoice, FormField, FormFieldKind

LANGUAGES = ("ja", "en")
FEW_CHOICES = 6
"""So many are seen at once; more are unfolded."""


@dataclass(frozen=True, slots=True)
class Choice:
    id: int
    label: str
    category_id: int | None


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is what it is called in the page's form."""

    id: int
    kind: FormFieldKind
    label: str
    help: str
    is_required: bool
    choices: tuple[Choice, ...] = ()

    @property
    def name(self) -> str:
        return f"field_{self.id}"

    @property
    def is_file(self) -> bool:
        return self.kind is FormFieldKind.FILE

    @property
    def has_few_choices(self) -> bool:
        return len(self.choices) <= FEW_CHOICES

    def choice(self, value: str) -> Choice | None:
        return next((each for each in self.choices if str(each.id) == value), None)


@dataclass(frozen=True, slots=True)
class Form:
    """`languages` are those that it has words in."""

    channel: Channel
    language: str
    languages: tuple[str, ...]
    title: str
    introduction: str
    thanks: str
    asks_subject: bool
    fields: tuple[Field, ...]

    @property
    def files(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_file)

    @property
    def sites(self) -> tuple[str, ...]:
        """On whose pages it may be shown."""
        return tuple(self.channel.settings.get("sites", ()))


def offered(channel: Channel, language: str) -> str:
    """This language, if the form has words in it, else the one that it has."""
    languages = languages_of(channel)
    return language if language in languages or not languages else languages[0]


def languages_of(channel: Channel) -> tuple[str, ...]:
    return tuple(each for each in LANGUAGES if channel.settings.get(f"title_{each}"))


async def read_form(session: AsyncSession, channel: Channel, language: str) -> Form:
    rows = await queries.list_fields(session, channel.id)
    choices = await queries.map_choices(session, [row.id for row in rows])
    settings = channel.settings
    return Form(
        channel=channel,
        language=language,
        languages=languages_of(channel),
        title=text_of(settings, "title", language) or channel.name,
        introduction=text_of(settings, "introduction", language),
        thanks=text_of(settings, "thanks", language),
        asks_subject=bool(settings.get("asks_subject")),
        fields=tuple(_field(row, choices.get(row.id, ()), language) for row in rows),
    )


def text_of(texts: Mapping[str, Any], name: str, language: str) -> str:
    """In this language, else in the other."""
    order = sorted(LANGUAGES, key=lambda each: each != language)
    return next((text for each in order if (text := str(texts.get(f"{name}_{each}") or ""))), "")


def _field(row: FormField, choices: Sequence[FormChoice], language: str) -> Field:
    return Field(
        id=row.id,
        kind=row.kind,
        label=_in(row, "label", language),
        help=_in(row, "help", language),
        is_required=row.is_required,
        choices=tuple(Choice(each.id, _in(each, "label", language), each.category_id) for each in choices),
    )


def _in(row: FormField | FormChoice, name: str, language: str) -> str:
    return text_of({f"{name}_{each}": getattr(row, f"{name}_{each}") for each in LANGUAGES}, name, language)
