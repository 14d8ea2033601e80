from app.core.errors import Conflict
from app.core.i18n import mark


class NoAccountToJoin(Conflict):
    """A link has to lead to an account whose name LINE has told us."""

    code = "no_account_to_join"
    message = mark("There is no LINE account that a link could lead to. Test its connection in the settings first.")
