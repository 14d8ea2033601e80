from collections.abc import Sequence
from datetime import datetime

from app.core.errors import Conflict
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
