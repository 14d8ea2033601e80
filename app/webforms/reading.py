"""What a page of a form carries beside its text: files, new ones and those that were chosen before."""

from dataclasses import replace

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from app.accounts.sign_in import network_of
from app.core.crypto import SecretBox
from app.core.i18n import gettext
from app.web import rates
from app.web.rates import caller_of
from app.webforms import sending
from app.webforms.answers import MAX_FILES, MAX_FILES_BYTES, TOO_LARGE, TOO_MANY, Sheet
from app.webforms.fields import Form
from app.webforms.holding import HeldFile, open_token
from app.webforms.sending import Chosen

KEPT = "kept"


async def read_files(request: Request, sheet: Sheet, typed: FormData) -> Sheet:
    """The sheet with its files, or with what is wrong with the new ones. Raises TooManyRequests and CannotStore."""
    state, key = request.app.state, sheet.form.channel.key
    sheet = replace(sheet, files=_kept(state.secret_box, key, sheet, typed))
    new = _new(sheet, typed)
    if not new:
        return sheet
    wrong = _objection(sheet, [file for _, file in new])
    if wrong:
        return sheet.with_errors({new[-1][0]: wrong})
    await rates.require(state.database, sending.FILES_FROM_ONE_PLACE, key, network_of(caller_of(request)))
    chosen = [Chosen(name, file.filename or "", file.content_type or "", await file.read()) for name, file in new]
    held = await sending.hold(state.database, state.blobs, state.secret_box, sheet, chosen)
    return replace(sheet, files=[*sheet.files, *held])


async def require_rates(request: Request, form: Form) -> None:
    """Raises TooManyRequests."""
    database, place = request.app.state.database, network_of(caller_of(request))
    await rates.require(database, sending.SENT_FROM_ONE_PLACE, form.channel.key, place)
    await rates.require(database, sending.SENT_TO_ONE_FORM, form.channel.key)


def _kept(box: SecretBox, key: str, sheet: Sheet, typed: FormData) -> list[HeldFile]:
    """Each once, and of fields that the form still has."""
    names = {each.name for each in sheet.form.files}
    tokens = dict.fromkeys(str(each) for each in typed.getlist(KEPT))
    held = (open_token(box, key, token) for token in tokens)
    return [file for file in held if file is not None and file.field in names]


def _new(sheet: Sheet, typed: FormData) -> list[tuple[str, UploadFile]]:
    """An empty file field is sent as a file without a name."""
    return [
        (each.name, file)
        for each in sheet.form.files
        for file in typed.getlist(each.name)
        if isinstance(file, UploadFile) and file.filename
    ]


def _objection(sheet: Sheet, new: list[UploadFile]) -> str:
    """Before anything of it is stored."""
    if len(sheet.files) + len(new) > MAX_FILES:
        return gettext(TOO_MANY, most=MAX_FILES)
    size = sum(file.size for file in sheet.files) + sum(file.size or 0 for file in new)
    return gettext(TOO_LARGE) if size > MAX_FILES_BYTES else ""
