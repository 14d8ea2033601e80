"""A form in the customer's browser: typed, looked over, sent. Nobody is signed in here, and nothing needs scripts.

Each page carries what was typed; nothing is kept of it before it is sent, but the files, by their content.
"""

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import FormData

from app.core.errors import NotFound, TooManyRequests
from app.core.i18n import LOCALES, current_locale, gettext, mark, use_locale
from app.ingest.errors import CannotStore
from app.ingest.submissions import find_number
from app.web.bodies import refuse_unstorable_address
from app.web.deps import DatabaseDep, SecretBoxDep
from app.web.templates import STATIC_DIR
from app.webforms import queries, sending, showing, suspicion
from app.webforms.answers import Sheet, check, read_values
from app.webforms.fields import Form, offered, read_form
from app.webforms.reading import read_files, require_rates
from app.webforms.sending import FileGone

SUBMISSION_BYTES = 16
MAX_SUBMISSION = 64
TOO_OFTEN = mark("This was sent very often just now. What you wrote is still here: please try again in {minutes} min.")
NO_ROOM = mark("This could not be taken just now. What you wrote is still here: please try again in a few minutes.")

router = APIRouter(prefix="/forms")
Lang = Annotated[str, Query(max_length=10)]


@router.get("/{channel_key}/embed.js")
async def embed(channel_key: str) -> Response:
    """For pages of others: puts the form where its script element stands, as high as it is."""
    return FileResponse(STATIC_DIR / "forms" / "embed.js", headers=showing.FOR_OTHERS)


@router.get("/{channel_key}")
async def show(
    request: Request, database: DatabaseDep, box: SecretBoxDep, channel_key: str, lang: Lang = ""
) -> Response:
    form = await _load(request, database, channel_key, lang)
    if form.channel.is_paused:
        return showing.closed(request, form)
    return showing.typing(request, Sheet(form), stamp=suspicion.stamp(box, channel_key))


@router.post("/{channel_key}")
async def take(request: Request, database: DatabaseDep, channel_key: str, lang: Lang = "") -> Response:
    form = await _load(request, database, channel_key, lang)
    try:
        return await _take(request, form, await request.form())
    finally:
        await request.close()


async def _take(request: Request, form: Form, typed: FormData) -> Response:
    """Who opened the form before it was paused can still send it."""
    box, channel_key = request.app.state.secret_box, form.channel.key
    opened = suspicion.opened_at(box, channel_key, str(typed.get(suspicion.STAMP, "")))
    if form.channel.paused_at is not None and (opened is None or opened > form.channel.paused_at):
        return showing.closed(request, form)
    stamp = suspicion.stamp(box, channel_key, opened)
    sheet = Sheet(form, read_values(form, typed))
    try:
        sheet = await read_files(request, sheet, typed)
        return await _go_on(request, sheet, typed, stamp)
    except TooManyRequests as error:
        minutes = -(-error.retry_after // 60)
        wrong = sheet.with_errors({"": gettext(TOO_OFTEN, minutes=minutes)})
        return showing.typing(request, wrong, stamp=stamp, status=HTTPStatus.TOO_MANY_REQUESTS)
    except CannotStore:
        wrong = sheet.with_errors({"": gettext(NO_ROOM)})
        return showing.typing(request, wrong, stamp=stamp, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def _go_on(request: Request, sheet: Sheet, typed: FormData, stamp: str) -> Response:
    step = str(typed.get("step", ""))
    if step == "edit":
        return showing.typing(request, sheet, stamp=stamp)
    wrong = {**sheet.errors, **check(sheet)}
    if wrong:
        return showing.typing(request, sheet.with_errors(wrong), stamp=stamp, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    source = str(typed.get("submission", ""))
    if step != "send" or not source or len(source) > MAX_SUBMISSION:
        honeypot = str(typed.get(suspicion.HONEYPOT, ""))
        submission = secrets.token_urlsafe(SUBMISSION_BYTES)
        return showing.looking_over(request, sheet, stamp=stamp, submission=submission, honeypot=honeypot)
    return await _send(request, sheet, typed, stamp, source)


async def _send(request: Request, sheet: Sheet, typed: FormData, stamp: str, source: str) -> Response:
    state, key = request.app.state, sheet.form.channel.key
    await require_rates(request, sheet.form)
    opened = suspicion.opened_at(state.secret_box, key, str(typed.get(suspicion.STAMP, "")))
    is_suspicious = suspicion.is_suspicious(opened, str(typed.get(suspicion.HONEYPOT, "")))
    try:
        await sending.send(state.database, state.blobs, sheet, source=source, is_suspicious=is_suspicious)
    except FileGone as gone:
        wrong = sending.without_gone(sheet, gone.field)
        return showing.typing(request, wrong, stamp=stamp, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(showing.address(request, sheet.form, f"/sent/{source}"), HTTPStatus.SEE_OTHER)


@router.get("/{channel_key}/sent/{submission}")
async def show_sent(
    request: Request, database: DatabaseDep, channel_key: str, submission: str, lang: Lang = ""
) -> Response:
    """As often as one likes: the address is known to whoever sent it alone."""
    form = await _load(request, database, channel_key, lang)
    number = await find_number(database, form.channel, source=submission)
    return showing.sent(request, form, number)


async def _load(request: Request, database: DatabaseDep, key: str, lang: str) -> Form:
    """In the language that is asked for, else the browser's, as far as it has words in that. Raises NotFound."""
    refuse_unstorable_address(request)
    if lang in LOCALES:
        use_locale(lang)
    async with database.reading() as session:
        channel = await queries.find_form(session, key)
        if channel is None:
            raise NotFound
        use_locale(offered(channel, current_locale()))
        return await read_form(session, channel, current_locale())
