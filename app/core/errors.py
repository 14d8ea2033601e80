"""Errors the desk raises on purpose; each knows its HTTP status, its problem code and its words.

`message` is a catalog id; `{name}` in it is filled from the keyword arguments, which also travel in
the problem document where they are plain values.
"""

from collections.abc import Sequence
from typing import ClassVar

from app.core.i18n import mark


class AppError(Exception):
    status_code: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"
    message: ClassVar[str] = mark("This cannot be done.")

    def __init__(self, **params: object) -> None:
        super().__init__(f"{type(self).__name__}({params})")
        self.params = params


class NotFound(AppError):
    status_code = 404
    code = "not_found"
    message = mark("This does not exist, or you may not see it.")


class Elsewhere(AppError):
    """What is asked for is at another address, for the time being: it may come back."""

    status_code = 307
    code = "elsewhere"
    message = mark("This is at another address now.")

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


class Conflict(AppError):
    status_code = 409
    code = "conflict"
    message = mark("Something changed meanwhile.")


class Forbidden(AppError):
    status_code = 403
    code = "forbidden"
    message = mark("Your role does not allow this.")


class NotSignedIn(AppError):
    status_code = 401
    code = "not_signed_in"
    message = mark("Sign in first.")


class TooLarge(AppError):
    status_code = 413
    code = "too_large"
    message = mark("This is too large.")


class DiskFull(AppError):
    status_code = 507
    code = "disk_full"
    message = mark("The server's disk is full: this could not be saved. Tell an administrator, and try again later.")


class TooManyRequests(AppError):
    status_code = 429
    code = "too_many_requests"
    message = mark("Too many attempts. Wait a moment and try again.")

    def __init__(self, *, retry_after: int, **params: object) -> None:
        super().__init__(retry_after=retry_after, **params)
        self.retry_after = retry_after


class Invalid(AppError):
    """Bad input at one named field; `reason` is a catalog id."""

    status_code = 422
    code = "invalid"
    message = mark("Please check what was entered.")

    def __init__(self, field: str, reason: str, **params: object) -> None:
        super().__init__(**params)
        self.field = field
        self.reason = reason
        self.others: Sequence[Invalid] = ()
        """What else is wrong, where it is known at once."""
