from app.core.errors import Invalid
from app.core.i18n import mark
from app.letters.merging import Merged, unknown_fields

ESCAPED = r"\{{"


class UnknownField(Invalid):
    """In a template or a letter: `fields` are as they are written there."""

    def __init__(self, field: str, unknown: list[str]) -> None:
        reason = mark(
            "There is no field {fields}. Correct it, or write {escape} for two braces that are meant as such."
        )
        super().__init__(field, reason, fields=" ".join(unknown), escape=ESCAPED)


class EmptyField(Invalid):
    """What a letter would leave without: nothing leaves until a person has filled it in."""

    def __init__(self, field: str, empty: list[str]) -> None:
        reason = mark("Nothing is known for {fields}. Fill it in, or take it out, and send again.")
        super().__init__(field, reason, fields=" ".join(empty))


def require_known_fields(field: str, text: str) -> None:
    unknown = unknown_fields(text)
    if unknown:
        raise UnknownField(field, unknown)


def require_complete(field: str, merged: Merged) -> str:
    """The text that may leave."""
    if merged.unknown:
        raise UnknownField(field, merged.unknown)
    if merged.empty:
        raise EmptyField(field, merged.empty)
    return merged.text
