from app.core.errors import Conflict
from app.core.i18n import mark


class BriefingFrozen(Conflict):
    code = "briefing_frozen"
    message = mark("This report is frozen: it never changes again.")


class CommentChanged(Conflict):
    """`comment` and `version` are what is there now."""

    code = "comment_changed"
    message = mark("Somebody else wrote here meanwhile. Open the report again; what you typed still stands here.")
