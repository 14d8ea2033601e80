from app.core.errors import AppError, Forbidden
from app.core.i18n import mark


class OriginNotAllowed(Forbidden):
    code = "origin_not_allowed"
    message = mark("This chat is not for this site.")


class UnknownVisitor(AppError):
    """The browser begins anew."""

    status_code = 401
    code = "unknown_visitor"
    message = mark("This chat is not known any more.")


class VisitorBlocked(Forbidden):
    code = "visitor_blocked"
    message = mark("You cannot write here any more.")
