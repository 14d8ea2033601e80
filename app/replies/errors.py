from collections.abc import Sequence
from datetime import datetime

from app.core.errors import Conflict, Invalid
from app.core.i18n import mark
from app.tickets.message_models import Message


class TicketLocked(Conflict):
    """Somebody else holds the reply lock; who and since when is told, and how one's own token was lost."""

    status_code = 423
    code = "ticket_locked"
    message = mark("{name} is answering this ticket.")

    def __init__(
        self, *, holder_id: int, name: str, taken_at: datetime, expires_at: datetime, lost: object = None
    ) -> None:
        holder = {"id": holder_id, "name": name}
        super().__init__(name=name, holder=holder, taken_at=taken_at, expires_at=expires_at, lost=lost)


class LockLost(Conflict):
    """The token is dead, and nobody holds the lock now."""

    status_code = 423
    code = "ticket_locked"
    message = mark("Your reply lock has ended. Take it again; what you wrote is kept.")

    def __init__(self, *, lost: object = None) -> None:
        super().__init__(holder=None, taken_at=None, expires_at=None, lost=lost)


class CharactersLost(Invalid):
    """The mailbox writes ISO-2022-JP, which cannot carry them; `charset: utf-8` sends this one letter in UTF-8."""

    code = "characters_lost"
    message = mark("Some characters cannot be written in ISO-2022-JP.")

    def __init__(self, lost: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        fields = list(dict.fromkeys(field for _, _, fields in lost for field in fields))
        first, *others = (_of_field(field, lost) for field in fields)
        super().__init__(first.field, first.reason, **first.params)
        self.params["lost"] = [
            {"character": each, "instead": instead, "fields": list(at)} for each, instead, at in lost
        ]
        self.others = others


def _of_field(field: str, lost: Sequence[tuple[str, str, Sequence[str]]]) -> Invalid:
    there = " ".join(character for character, _, fields in lost if field in fields)
    return Invalid(field, mark("This mailbox writes ISO-2022-JP, which has no {characters}."), characters=there)


class RecipientUnreachable(Conflict):
    """Who blocked us, or a group that we are no longer in: a push would be taken, and shown to nobody."""

    code = "recipient_unreachable"
    message = mark("What you write would reach nobody: the account was blocked, or taken out of the group.")


class QuotaExhausted(Conflict):
    """It is known that nothing can be pushed in this month, and there is no right to reply."""

    code = "quota_exhausted"
    message = mark(
        "This month's messages are used up. An answer leaves free of charge within 50 seconds after the customer wrote."
    )


class TicketChanged(Conflict):
    """Something that the writer has not seen joined the ticket (MODEL 7)."""

    code = "ticket_changed"
    message = mark("Something new came in since you began to write.")

    def __init__(self, *, current_version: int, newer: Sequence[Message]) -> None:
        super().__init__(current_version=current_version)
        self.newer = newer

    def show(self, newer: Sequence[object]) -> None:
        """Tell what is new, in the shape of the API."""
        self.params["newer"] = newer
