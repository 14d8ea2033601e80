"""A website's chat among the channels: what is set for it, as everybody reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal, TypeVar

from app.channels import endpoints
from app.channels.hours import Hours, read_hours
from app.channels.models import Channel
from app.channels.service import opened_secrets
from app.core.crypto import SecretBox
from app.core.i18n import catalog, mark

IDENTITY_SECRET = "identity_secret"
LANGUAGES = ("ja", "en")
COLOR = "#2563eb"
MAIL_AFTER = 5
"""Minutes."""
FILE_MEGABYTES = 20
MEGABYTE = 1024 * 1024

USUAL_LABELS = {"name": mark("Your name"), "mail": mark("Mail address")}

Words = TypeVar("Words", str, tuple[str, ...])


class PrechatKind(StrEnum):
    TEXT = "text"
    MAIL = "mail"
    CHOICE = "choice"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class ChatTexts:
    """The team's own words; '' is the widget's."""

    title: str = ""
    greeting: str = ""
    away: str = ""
    launcher: str = ""


@dataclass(frozen=True, slots=True)
class PrechatField:
    """Asked before the first words. A choice has as many `options` in each language."""

    name: str
    kind: PrechatKind
    labels: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    is_required: bool

    def label(self, language: str) -> str:
        """A name and a mail address need no words of the team's own."""
        usual = USUAL_LABELS.get(self.name)
        otherwise = catalog(language).gettext(usual) if usual else ""
        return self.labels.get(language) or otherwise or _in(self.labels, language, self.name)

    def choices(self, language: str) -> tuple[str, ...]:
        return _in(self.options, language, ())


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """`avatar` is the hash of a small JPEG; no `hours`: it is never closed; no `origins`: it may be on every site."""

    origins: tuple[str, ...]
    color: str
    position: Literal["right", "left"]
    avatar: str | None
    texts: Mapping[str, ChatTexts]
    hours: Hours | None
    needs_presence: bool
    fields: tuple[PrechatField, ...]
    mail_after: timedelta
    shows_agent_name: bool
    has_files: bool
    max_file_bytes: int
    has_sound: bool
    has_faq: bool

    def allows(self, origin: str) -> bool:
        return not self.origins or origin in self.origins

    def words(self, language: str) -> ChatTexts:
        return self.texts.get(language) or ChatTexts()


def read_chat(channel: Channel) -> ChatSettings:
    kept = channel.settings
    return ChatSettings(
        origins=tuple(kept.get("origins", ())),
        color=kept.get("color", COLOR),
        position="left" if kept.get("position") == "left" else "right",
        avatar=kept.get("avatar"),
        texts={language: ChatTexts(**kept.get("texts", {}).get(language, {})) for language in LANGUAGES},
        hours=read_hours(kept, endpoints.zone()),
        needs_presence=kept.get("needs_presence", True),
        fields=read_fields(kept.get("fields", ())),
        mail_after=timedelta(minutes=kept.get("mail_after", MAIL_AFTER)),
        shows_agent_name=kept.get("shows_agent_name", True),
        has_files=kept.get("has_files", True),
        max_file_bytes=kept.get("max_file_megabytes", FILE_MEGABYTES) * MEGABYTE,
        has_sound=kept.get("has_sound", True),
        has_faq=kept.get("has_faq", True),
    )


def read_fields(kept: Sequence[Mapping[str, Any]]) -> tuple[PrechatField, ...]:
    return tuple(
        PrechatField(
            name=each["name"],
            kind=PrechatKind(each["kind"]),
            labels=each["labels"],
            options={language: tuple(options) for language, options in each.get("options", {}).items()},
            is_required=each["is_required"],
        )
        for each in kept
    )


def identity_secret(channel: Channel, box: SecretBox) -> str:
    """With which the site signs who is logged in; '' where none was made. Needs the channel's `secrets` loaded."""
    return str(opened_secrets(channel, box).get(IDENTITY_SECRET, ""))


def script_tag(channel: Channel) -> str:
    """What a site puts into its pages."""
    return f'<script type="module" src="{_address(channel)}/widget.js"></script>'


def trial_url(channel: Channel) -> str:
    """A page of ours with the chat on it."""
    return f"{_address(channel)}/try"


def _address(channel: Channel) -> str:
    return f"{endpoints.addresses_of(channel.kind).get(endpoints.OURS, '')}/chat/{channel.key}"


def _in(by_language: Mapping[str, Words], language: str, otherwise: Words) -> Words:
    """Where there is nothing in that language, what there is in another."""
    return by_language.get(language) or next(filter(None, by_language.values()), otherwise)
