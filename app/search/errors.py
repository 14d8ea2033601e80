from app.core.errors import Conflict
from app.core.i18n import mark


class RebuiltElsewhere(Conflict):
    message = mark("The index is being rebuilt already. Wait until that is done, or a minute if it was broken off.")
