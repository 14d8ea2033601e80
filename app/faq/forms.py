from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

MAX_QUESTION = 300
MAX_ANSWER = 5000
MAX_KEYWORDS = 500


def _unix_lines(text: Any) -> Any:
    """A browser sends CR LF."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


class FaqForm(BaseModel):
    """A question as customers ask it, and the answer that they get."""

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
    answer: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ANSWER), BeforeValidator(_unix_lines)
    ]
    keywords: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_KEYWORDS)] = ""
    language: Literal["ja", "en"] = "ja"
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    is_published: bool = False
