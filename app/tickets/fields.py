"""Fields of the organisation's own: each value is what its kind allows, or is refused at `fields.KEY` (B10).

A date is kept as midnight UTC of that day, whatever the zone: it is a day, and stays it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Invalid
from app.core.folding import fold
from app.core.i18n import mark
from app.core.rows import row_id
from app.tickets import field_queries
from app.tickets.classification_models import Field, FieldKind, FieldValue
from app.tickets.errors import Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket

MAX_TEXT_LENGTH = 2000
MAX_NUMBER = 1e15
TEXT_KEY_LENGTH = 200
CHECKED = {True: 1.0, False: 0.0, "true": 1.0, "false": 0.0, "on": 1.0, "1": 1.0, "0": 0.0}


@dataclass(frozen=True, slots=True)
class Value:
    """What the columns of a `FieldValue` hold."""

    text: str = ""
    number: float | None = None
    at: datetime | None = None
    choice_id: int | None = None

    @classmethod
    def of(cls, row: FieldValue) -> "Value":
        return cls(row.text, row.number, row.at, row.choice_id)


NOTHING = Value()


async def set_fields(
    session: AsyncSession, ticket: Ticket, values: Mapping[str, object], *, by: Actor = SYSTEM
) -> None:
    """What is named is set; `null` and the empty text clear. Raises Unknown or Invalid at the field."""
    if not values:
        return
    fields = {field.key: field for field in await field_queries.list_fields(session, ticket.team_id)}
    for key, given in values.items():
        if key not in fields:
            raise Unknown(f"fields.{key}")
        await set_field(session, ticket, fields[key], given, by=by)


async def set_field(session: AsyncSession, ticket: Ticket, field: Field, given: object, *, by: Actor = SYSTEM) -> None:
    after = NOTHING if given is None or given == "" else await _read(session, field, given)
    row = await field_queries.find_value(session, ticket.id, field.id)
    before = Value.of(row) if row else NOTHING
    if after == before:
        return
    await _write(session, ticket, field, row, after)
    record(session, ticket, EventKind.FIELD_CHANGED, by=by, field_id=field.id, **_told(field, before, after))


async def _write(session: AsyncSession, ticket: Ticket, field: Field, row: FieldValue | None, value: Value) -> None:
    if value == NOTHING:
        await field_queries.delete_value(session, ticket.id, field.id)
        return
    row = row or FieldValue(ticket_id=ticket.id, field_id=field.id)
    row.text, row.text_key = value.text, fold(value.text)[:TEXT_KEY_LENGTH]
    row.number, row.at, row.choice_id = value.number, value.at, value.choice_id
    session.add(row)
    await session.flush()


async def _read(session: AsyncSession, field: Field, given: object) -> Value:
    if field.kind is FieldKind.CHOICE:
        return await _choice(session, field, given)
    return READERS[field.kind](field, given)


def _text(field: Field, given: object) -> Value:
    if not isinstance(given, str):
        raise _invalid(field, mark("This is not a text."))
    if len(given) > MAX_TEXT_LENGTH:
        raise Invalid(f"fields.{field.key}", mark("At most {max_length} characters."), max_length=MAX_TEXT_LENGTH)
    return Value(text=given.strip())


def _number(field: Field, given: object) -> Value:
    """A text may have it in full width and with separators, as people type it."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise _invalid(field, mark("This is not a number."))
    try:
        number = float(fold(given).replace(",", "")) if isinstance(given, str) else float(given)
    except (ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= MAX_NUMBER:
        raise _invalid(field, mark("This is not a number."))
    return Value(number=number)


def _date(field: Field, given: object) -> Value:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None:
        raise _invalid(field, mark("This is not a date, as in 2026-11-20."))
    return Value(at=datetime.combine(day, time(), UTC))


def _check(field: Field, given: object) -> Value:
    if not isinstance(given, bool | str) or given not in CHECKED:
        raise _invalid(field, mark("This is either yes or no."))
    return Value(number=CHECKED[given])


async def _choice(session: AsyncSession, field: Field, given: object) -> Value:
    """By id; one that was archived may stay, but is not chosen any more."""
    choice_id = row_id(given) if isinstance(given, str) else given
    if isinstance(choice_id, bool) or not isinstance(choice_id, int) or not 0 < choice_id < 2**63:
        raise Unknown(f"fields.{field.key}")
    if not await field_queries.has_choice(session, field.id, choice_id):
        raise Unknown(f"fields.{field.key}")
    return Value(choice_id=choice_id)


def _invalid(field: Field, reason: str) -> Invalid:
    return Invalid(f"fields.{field.key}", reason)


def _told(field: Field, before: Value, after: Value) -> dict[str, Any]:
    """From what to what, but for words, which the history never holds (MODEL 15)."""
    pairs: dict[FieldKind, tuple[str, Callable[[Value], Any]]] = {
        FieldKind.NUMBER: ("number", lambda value: value.number),
        FieldKind.DATE: ("date", lambda value: value.at.date().isoformat() if value.at else None),
        FieldKind.CHOICE: ("choice_id", lambda value: value.choice_id),
        FieldKind.CHECK: ("is_checked", lambda value: None if value.number is None else bool(value.number)),
    }
    if field.kind not in pairs:
        return {}
    name, read = pairs[field.kind]
    return {name: [read(before), read(after)]}


READERS: dict[FieldKind, Callable[[Field, object], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHECK: _check,
}
