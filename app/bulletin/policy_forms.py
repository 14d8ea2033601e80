from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

MAX_LENGTH = 10_000


def _unix_lines(value: object) -> object:
    """A browser sends CR LF."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class PolicyForm(BaseModel):
    """Empty: there is no policy, and nothing is shown."""

    text: Annotated[str, Field(max_length=MAX_LENGTH), BeforeValidator(_unix_lines)] = ""
