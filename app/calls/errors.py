from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class NobodyNamed(Invalid):
    def __init__(self) -> None:
        super().__init__("tel", mark("Enter a number or a name."))


class NothingSaid(Invalid):
    def __init__(self) -> None:
        super().__init__("content", mark("Write what the call was about."))


class NoPhoneLog(Conflict):
    """The channel 「電話メモ」 belongs to teams of which the agent is in none."""

    code = "no_phone_log"
    message = mark("Your teams have no phone log. Ask an administrator for one.")
