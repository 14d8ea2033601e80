from app.core.errors import AppError, Conflict, Invalid, TooManyRequests
from app.core.i18n import mark


class EmailTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("email", mark("There is already somebody with this e-mail address."))


class NameTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("name", mark("There is already a team of this name."))


class UnknownTeam(Invalid):
    def __init__(self) -> None:
        super().__init__("team_ids", mark("There is no such team."))


class TeamHasChannels(Conflict):
    code = "team_has_channels"
    message = mark("This team still has mailboxes. Give them to another team, or to everybody, first.")


class LastAdmin(Conflict):
    code = "last_admin"
    message = mark("This is the only administrator. Make somebody else an administrator first.")


class InvitationUnknown(AppError):
    status_code = 404
    code = "not_found"
    message = mark("There is no such invitation. Check that the whole link was copied.")


class InvitationAccepted(AppError):
    status_code = 410
    code = "invitation_over"
    message = mark("This invitation was already used. Sign in with the password that was set then.")


class InvitationWithdrawn(InvitationAccepted):
    message = mark("This invitation was withdrawn. Ask an administrator for a new link.")


class InvitationExpired(InvitationAccepted):
    message = mark("This invitation has expired. Ask an administrator for a new link.")


class WrongPassword(Invalid):
    def __init__(self) -> None:
        super().__init__("current_password", mark("This is not your current password."))


class SignInPaused(TooManyRequests):
    """Said for every address alike, so that it tells nobody whether the address is known."""

    message = mark("There were too many failed attempts. Try again in 15 minutes.")
