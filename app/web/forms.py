"""What is wrong with an input, in words of the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from app.core.i18n import gettext, mark

DEFAULT_PAGE = 50
MAX_PAGE = 200

NEEDED = mark("This is needed.")
REASONS = {
    "missing": NEEDED,
    "string_too_long": mark("At most {max_length} characters."),
    "too_short": mark("At least {min_length} characters."),
    "int_parsing": mark("This is not a number."),
    "extra_forbidden": mark("There is no such field."),
    "json_invalid": mark("This is not JSON."),
}
OTHERWISE = mark("This is not valid.")


class Problems(Protocol):
    """What pydantic's and FastAPI's errors have in common."""

    def errors(self) -> Sequence[Any]: ...


class PageForm(BaseModel):
    """What every list of the API may be asked; anything else is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_PAGE, ge=1, le=MAX_PAGE)
    cursor: str | None = None


def in_words(problem: Mapping[str, Any]) -> str:
    """One of pydantic's error details as a sentence."""
    kind, context = problem["type"], problem.get("ctx") or {}
    if kind == "value_error":
        return gettext(str(context["error"]))
    if kind == "string_too_short":
        kind = "missing" if context["min_length"] == 1 else "too_short"
    return gettext(REASONS.get(kind, OTHERWISE), **_plain(context))


def words_by_field(error: Problems) -> dict[str, str]:
    """The first complaint about each field, for showing beside it."""
    words: dict[str, str] = {}
    for problem in error.errors():
        words.setdefault(str(problem["loc"][-1]), in_words(problem))
    return words


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if isinstance(value, str | int | float)}
