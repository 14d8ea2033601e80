from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class Ended(Conflict):
    code = "backfill_ended"
    message = mark("This has ended already.")


class UnderWay(Invalid):
    """Two that fill the same folder would only do the same work twice."""

    def __init__(self) -> None:
        super().__init__("folder", mark("Mail of this folder is being taken in already. Cancel that first."))


class BackToFront(Invalid):
    def __init__(self) -> None:
        super().__init__("until", mark("The last day lies before the first."))
