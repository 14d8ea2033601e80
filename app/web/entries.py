"""A form of a page: what was typed is kept, and what is wrong with it is said at its field."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_origin

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from app.core.errors import Invalid
from app.core.i18n import gettext
from app.web.forms import in_words

FormType = TypeVar("FormType", bound=BaseModel)
MANY = (list, set, tuple)
OWN_FIELD = "csrf_token"


@dataclass(frozen=True, slots=True)
class Entry:
    """For templates: `entry.value("name", agent.name)` and `entry.error("name")`."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    was_sent: bool = False

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What was typed, else what is so now. A box that was sent without its tick is not ticked."""
        if self.was_sent:
            return self.values.get(name, [] if isinstance(otherwise, MANY) else "")
        return otherwise

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def status_code(self) -> int:
        return 422 if self.errors else 200


NOTHING_TYPED = Entry()


async def attempt(
    request: Request,
    form: type[FormType],
    verb: Callable[[FormType], Awaitable[Response]],
    again: Callable[[Entry], Awaitable[Response]],
) -> Response:
    """The verb's answer; or the page again, with the reasons. A verb that raises Invalid has changed nothing yet."""
    values = typed(await request.form(), form)
    try:
        return await verb(form.model_validate(values))
    except ValidationError as error:
        return await again(Entry(_to_show(form, values), _words_by_field(error), was_sent=True))
    except Invalid as error:
        words = gettext(error.reason, **error.params)
        return await again(Entry(_to_show(form, values), {error.field: words}, was_sent=True))


def typed(data: FormData, form: type[BaseModel]) -> dict[str, Any]:
    """Fields of a form by name; one that may be given several times is a list."""
    values: dict[str, Any] = {name: value for name, value in data.items() if name != OWN_FIELD}
    for name, info in form.model_fields.items():
        if get_origin(info.annotation) in MANY:
            values[name] = list(data.getlist(name))
    return values


def _to_show(form: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """A password is never sent back."""
    secret = {name for name, info in form.model_fields.items() if "SecretStr" in str(info.annotation)}
    return {name: value for name, value in values.items() if name not in secret}


def _words_by_field(error: ValidationError) -> dict[str, str]:
    """The first complaint about each field, at the field itself also where one of its many values is wrong."""
    words: dict[str, str] = {}
    for problem in error.errors():
        place = problem["loc"]
        words.setdefault(str(place[0]) if place else "form", in_words(problem))
    return words
