"""What agents may ask of a chat."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from app.replies.forms import clean_text
from app.tickets.forms import Form

MAX_REASON = 500


def _clean(value: object) -> object:
    return clean_text(value).strip() if isinstance(value, str) else value


class EndForm(Form):
    """Without `next_status` the ticket's stays."""

    next_status: str | None = None
    sends_transcript: bool = False


class BlockForm(Form):
    reason: Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_REASON)] = ""
