"""Kinds of channels that describe themselves: those of installed packages, and the desk's own API channel.

Mailboxes, LINE accounts and what else has pages of its own here are none of them.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from app.channels.errors import UnknownKind
from app.channels.models import API, CHAT, EMAIL, FORM, LINE, PHONE
from app.channels.registry import GROUP, abilities_of, connector_for, has_connector
from app.core.i18n import current_locale, mark
from app.core.log import get_logger
from connectors.kinds import Field, FieldKind, Kind, Words

WITH_PAGES = frozenset((EMAIL, LINE, PHONE, CHAT, FORM))
API_KIND = Kind(
    name=Words("API", "API"),
    summary=Words(
        "自社のプログラムが、APIで問い合わせを案件にします。",
        "A program of yours turns inquiries into tickets by the API.",
    ),
)
KIND_NAMES = {
    EMAIL: mark("E-mail"),
    PHONE: mark("Phone"),
    LINE: mark("LINE"),
    CHAT: mark("Chat"),
    FORM: mark("Web form"),
}

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A setting, in the reader's language."""

    name: str
    kind: str
    label: str
    help: str
    is_required: bool
    default: Any
    choices: tuple[tuple[str, str], ...]
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class KindView:
    """`is_here` is False for a kind whose package is gone: its settings are kept, and nothing comes or leaves."""

    kind: str
    name: str
    summary: str
    steps: tuple[str, ...]
    fields: tuple[FieldView, ...]
    is_here: bool
    is_sent: bool
    is_talk: bool
    has_hook: bool
    is_fetched: bool

    @property
    def is_api(self) -> bool:
        return self.kind == API


@cache
def describe(kind: str) -> Kind | None:
    """None for one that has pages of its own, and for one that nobody speaks (any more)."""
    if kind == API:
        return API_KIND
    if kind in WITH_PAGES or not has_connector(kind):
        return None
    connector: Any = connector_for(kind)
    try:
        found = connector.describe()
    except Exception as error:
        log.error("a kind of channels does not describe itself", kind=kind, exc_info=error)
        return None
    return found if isinstance(found, Kind) else None


def get_kind(kind: str) -> Kind:
    """Raises UnknownKind."""
    found = describe(kind)
    if found is None:
        raise UnknownKind(kind=kind)
    return found


def list_kinds() -> list[str]:
    """What channels can be made of, the desk's own first."""
    installed = sorted({entry.name for entry in entry_points(group=GROUP)} - WITH_PAGES)
    return [API, *(kind for kind in installed if kind != API and describe(kind) is not None)]


def view_kind(kind: str) -> KindView:
    found, locale = describe(kind), current_locale()
    described = found or Kind(Words(kind, kind))
    return KindView(
        kind=kind,
        name=described.name.in_(locale),
        summary=described.summary.in_(locale),
        steps=tuple(step.in_(locale) for step in described.steps),
        fields=tuple(_view(field, locale) for field in described.fields),
        is_here=found is not None,
        is_sent=kind != API,
        is_talk=kind != API and abilities_of(kind) is not None,
        has_hook=_can(kind, "hook"),
        is_fetched=is_fetched(kind),
    )


def is_fetched(kind: str) -> bool:
    """Whether the desk goes and looks what there is."""
    return _can(kind, "receiver")


def is_watched(kind: str) -> bool:
    """Whether it can be told how a channel is doing: by its last fetch, or by its last webhook."""
    return _can(kind, "receiver") or _can(kind, "hook")


def customer_kind(kind: str) -> str:
    """Of the identities of those who write there."""
    if kind == FORM:
        return EMAIL
    if kind in WITH_PAGES:
        return kind
    found = describe(kind)
    return EMAIL if found is not None and found.has_mail_addresses else kind


def is_written_to(kind: str) -> bool:
    """Whether an answer on a channel of somebody else's kind is a letter with recipients."""
    return kind != API and describe(kind) is not None and abilities_of(kind) is None


def has_letters(kind: str) -> bool:
    """Whether answers leave on a channel of this kind as letters: every other kind has a mailbox for that, or none."""
    return kind == EMAIL or is_written_to(kind)


def is_deliverable(kind: str, address: str) -> bool:
    """Whether a channel of this kind can write to it: to mail addresses, unless it knows others."""
    return connector_for(kind if is_written_to(kind) else EMAIL).is_deliverable(address)


def _can(kind: str, method: str) -> bool:
    return has_connector(kind) and hasattr(connector_for(kind), method)


def _view(field: Field, locale: str) -> FieldView:
    return FieldView(
        name=field.name,
        kind=field.kind,
        label=field.label.in_(locale),
        help=field.help.in_(locale),
        is_required=field.is_required and field.kind is not FieldKind.SWITCH,
        default=field.default,
        choices=tuple((choice.value, choice.name.in_(locale)) for choice in field.choices),
        least=field.least,
        most=field.most,
    )
