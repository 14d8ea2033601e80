"""How a kind of channel of somebody else's package describes itself, so that the desk can set it up.

A connector with a method `describe() -> Kind` needs no screen and no command of its own: the settings show its fields,
`madoguchi channel create KIND --set name=value` takes them, and each of the connector's methods is given them by their
names, as the channel's `settings`. Beside them stand there `name` (the channel's), `address` (by which customers know
it: the field of that name, or ''), and `hook_url` (where a provider is to send to). CONTRIBUTING.md has the recipe.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset(
    "name hold_seconds reopen_hours mail_channel_id hook_url access_token base_url csrf_token".split()
    + "construct copy dict json schema validate".split()
)
"""What the desk itself keeps or passes under these names, or has another meaning for."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages of the desk."""

    ja: str
    en: str

    def in_(self, locale: str) -> str:
        return self.en if locale == "en" else self.ja


NOTHING = Words("", "")


class FieldKind(StrEnum):
    TEXT = "text"
    """One line, a `str`."""
    NUMBER = "number"
    """An `int`; without one that is not required, None."""
    CHOICE = "choice"
    """The `value` of one of its choices."""
    SWITCH = "switch"
    """A `bool`."""
    SECRET = "secret"
    """A `str` that is kept encrypted and never shown again."""
    ADDRESS = "address"
    """Of the web: a `str` that begins with http:// or https://."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    name: Words


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a channel. `least` and `most` bound a number. Raises ValueError for a name that it cannot have."""

    name: str
    label: Words
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = True
    default: str | int | bool | None = None
    help: Words = NOTHING
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or self.name in RESERVED:
            raise ValueError(f"a field cannot be called {self.name!r}")
        if self.kind is FieldKind.CHOICE and not self.choices:
            raise ValueError(f"the field {self.name!r} has nothing to choose from")


@dataclass(frozen=True, slots=True)
class Kind:
    """`steps` is what an admin has to do at the provider; where the connector has a hook, its address is shown there.

    With `has_mail_addresses` its customers are known by mail addresses: whoever writes by mail as well is one person.
    """

    name: Words
    summary: Words = NOTHING
    fields: tuple[Field, ...] = ()
    steps: tuple[Words, ...] = ()
    has_mail_addresses: bool = False

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(names) != len(set(names)):
            raise ValueError("two fields have the same name")
