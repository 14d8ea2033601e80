from app.core.errors import Conflict
from app.core.i18n import mark


class CameSince(Conflict):
    """Nothing that nobody has read is closed or thrown away with many others."""

    code = "ticket_changed"
    message = mark("A message came in since you looked.")


class NotFinished(Conflict):
    code = "bulk_not_finished"
    message = mark("It is still at work. Take it back when it is finished.")


class UndoneBefore(Conflict):
    code = "bulk_undone"
    message = mark("It was taken back before.")
