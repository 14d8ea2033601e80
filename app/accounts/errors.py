from app.core.errors import Invalid, TooManyRequests
from app.core.i18n import mark


class EmailTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("email", mark("There is already somebody with this e-mail address."))


class NameTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("name", mark("There is already a team of this name."))


class WrongPassword(Invalid):
    def __init__(self) -> None:
        super().__init__("current_password", mark("This is not your current password."))


class SignInPaused(TooManyRequests):
    """Said for every address alike, so that it tells nobody whether the address is known."""

    message = mark("There were too many failed attempts. Try again in 15 minutes.")
