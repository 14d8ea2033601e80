"""The form of a channel whose kind describes itself: made of its fields."""

from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints
from pydantic import create_model as create_form

from app.channels.forms import Line
from app.channels.kinds import get_kind, view_kind
from app.channels.models import API, HOLD_SECONDS, MAX_HOLD_SECONDS
from app.core.i18n import mark
from connectors import kinds
from connectors.kinds import FieldKind

MAX_REOPEN_HOURS = 24 * 365
REOPEN_HOURS = 24
NOT_A_CHOICE = mark("This is not one of the choices.")
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
WEB_ADDRESS = r"^https?://[^\s/][^\s]*$"


class ChannelForm(BaseModel):
    """What every such channel has; its own fields join it in `form_of`."""

    model_config = ConfigDict(extra="ignore")

    name: Line
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] = HOLD_SECONDS


@cache
def form_of(kind: str) -> type[ChannelForm]:
    """Raises UnknownKind. Secrets may stay empty: where they are needed, the verb says so."""
    fields: dict[str, Any] = {each.name: _field(each) for each in get_kind(kind).fields}
    if kind == API:
        fields["mail_channel_id"] = (Annotated[int | None, BeforeValidator(_none)], None)
    if view_kind(kind).is_talk:
        fields["reopen_hours"] = (Annotated[int, Field(ge=0, le=MAX_REOPEN_HOURS)], REOPEN_HOURS)
    return create_form("ChannelForm", __base__=ChannelForm, **fields)


def _none(value: object) -> object:
    return None if value == "" else value


def _field(field: kinds.Field) -> tuple[Any, Any]:
    """Its type and what it is where nothing is said."""
    if field.kind is FieldKind.SWITCH:
        return bool, False
    if field.kind is FieldKind.SECRET:
        return SecretStr, SecretStr("")
    otherwise: Any = ... if field.is_required else (None if field.kind is FieldKind.NUMBER else "")
    return _types(field), otherwise


def _types(field: kinds.Field) -> Any:
    if field.kind is FieldKind.NUMBER:
        return _number(field)
    if field.kind is FieldKind.CHOICE:
        return _choice(field)
    return _line(field)


def _number(field: kinds.Field) -> Any:
    bounded = Annotated[int, Field(ge=field.least, le=field.most)]
    return bounded if field.is_required else Annotated[bounded | None, BeforeValidator(_none)]


def _choice(field: kinds.Field) -> Any:
    values = {each.value for each in field.choices} | (set() if field.is_required else {""})

    def is_one(value: str) -> str:
        if value not in values:
            raise ValueError(NOT_A_CHOICE)
        return value

    return Annotated[str, AfterValidator(is_one)]


def _line(field: kinds.Field) -> Any:
    pattern = WEB_ADDRESS if field.kind is FieldKind.ADDRESS else ONE_LINE
    if not field.is_required:
        pattern = rf"^$|{pattern}"
    least = 1 if field.is_required else 0
    return Annotated[str, StringConstraints(strip_whitespace=True, min_length=least, max_length=500, pattern=pattern)]
