"""What LINE answers when something is wrong, in LINE's words."""

from dataclasses import dataclass, field
from typing import Any

WRONG_TOKEN = "Authentication failed. Confirm that the access token in the authorization header is valid."
INVALID_REPLY_TOKEN = "Invalid reply token"
ALREADY_ACCEPTED = "The retry key is already accepted"
MONTHLY_LIMIT = "You have reached your monthly limit."
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
INTERNAL = "Internal server error"
NOT_SENT = "Failed to send messages"
NOT_FOUND = "Not found"
GONE = "The content is no longer available"


@dataclass(slots=True)
class LineProblem(Exception):
    """An answer that is not 200."""

    status: int
    message: str
    details: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """`details` are left out where there are none, as LINE does."""
        details = {"details": self.details} if self.details else {}
        return {"message": self.message, **details, **self.more}


def bad_request(details: list[dict[str, str]]) -> LineProblem:
    return LineProblem(400, f"The request body has {len(details)} error(s)", details)


def bad_property(name: str) -> LineProblem:
    return LineProblem(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")
