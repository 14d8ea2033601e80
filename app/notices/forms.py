"""What an agent chooses about their notices."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator

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


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


class MailboxForm(BaseModel):
    """The mailbox that sends the mails; none is the first that can."""

    channel_id: Annotated[int | None, BeforeValidator(_none_if_empty)] = None
