"""Custom fields as the values that are shown and told."""

from datetime import UTC

from app.core.rows import AnyRow
from app.inbox.values import FieldView
from app.inbox.words import yes_or_no
from app.tickets.classification_models import FieldKind


def make_field(result: AnyRow) -> FieldView:
    value, words = READERS[result.kind](result)
    return FieldView(result.key, result.name, result.kind, value, words)


def _text(result: AnyRow) -> tuple[object, str]:
    return result.text, result.text


def _number(result: AnyRow) -> tuple[object, str]:
    number = int(result.number) if result.number.is_integer() else result.number
    return number, f"{number:,}"


def _date(result: AnyRow) -> tuple[object, str]:
    day = result.at.astimezone(UTC).date().isoformat()
    return day, day


def _choice(result: AnyRow) -> tuple[object, str]:
    return {"id": result.choice_id, "name": result.choice_name}, result.choice_name


def _check(result: AnyRow) -> tuple[object, str]:
    return bool(result.number), yes_or_no(result.number)


READERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHECK: _check,
}
