"""What an agent chooses about their notices."""

from pydantic import BaseModel

from app.notices.models import NoticeKind
from app.notices.watching_models import Pace
from app.notices.ways import DEFAULTS, Ways


class NoticesForm(BaseModel):
    """`ways` are the boxes that are ticked, each as `kind.way`; a box that does not exist is not looked at."""

    pace: Pace = Pace.NEVER
    shows_text: bool = False
    ways: list[str] = []

    def chosen(self) -> dict[NoticeKind, Ways]:
        ticked = set(self.ways)
        return {kind: Ways(*(f"{kind}.{way}" in ticked for way in Ways._fields)) for kind in DEFAULTS}


class MailboxForm(BaseModel):
    """The mailbox that sends the mails; none is the first that can."""

    channel_id: int | None = None
