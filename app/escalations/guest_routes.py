"""The page of a question for somebody without an account. Whoever has the link is the guest: no sign-in, no cookie.

It shows this question and what was attached to it; a link that is over, or was never made, says so and nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile

from app.accounts.sign_in import network_of
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import hash_token
from app.core.errors import Conflict
from app.core.i18n import LOCALES, gettext, mark, use_locale
from app.escalations import guests, queries, service
from app.escalations.forms import MAX_FILES, MAX_WORDS
from app.escalations.holding import hold_family
from app.escalations.models import Escalation, EscalationState
from app.escalations.views import read_for_guest
from app.tickets.attachments import MAX_BYTES, Upload, add_upload, signed_url
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.web import rates
from app.web.bodies import refuse_unstorable_address
from app.web.deps import DatabaseDep
from app.web.rates import Rate, caller_of
from app.web.templates import render

MAX_TOKEN = 100
LOOKED_AT = Rate("asked page", 120, timedelta(minutes=10))
ANSWERED = Rate("asked answer", 20, timedelta(minutes=10))
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
WORDS_NEEDED = mark("Write something first.")
TOO_LONG = mark("At most {max_length} characters.")
TOO_MUCH = mark("At most {count} files of {limit} MB together.")

router = APIRouter(prefix=guests.PATH.rstrip("/"))
Lang = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True, slots=True)
class Typed:
    text: str = ""
    error: str = ""


@router.get("/{token}")
async def show(request: Request, database: DatabaseDep, token: str, lang: Lang = "") -> Response:
    refuse_unstorable_address(request)
    await rates.require(database, LOOKED_AT, network_of(caller_of(request)))
    async with database.reading() as session:
        found = await _find(session, token)
        if found is None or not guests.is_open_to_guest(found):
            return _over(request, found, lang)
        return await _page(request, session, found, token, lang)


@router.post("/{token}")
async def take(request: Request, database: DatabaseDep, token: str, lang: Lang = "") -> Response:
    refuse_unstorable_address(request)
    await rates.require(database, ANSWERED, network_of(caller_of(request)))
    try:
        form = await request.form(max_files=MAX_FILES + 1)
        return await _take(request, token, form, lang)
    finally:
        await request.close()


async def _take(request: Request, token: str, form: FormData, lang: str) -> Response:
    database = request.app.state.database
    async with database.reading() as session:
        found = await _find(session, token)
        typed = _read(form)
        if found is None or not guests.is_open_to_guest(found):
            return _over(request, found, lang, typed.text)
        if typed.error:
            return await _page(request, session, found, token, lang, typed)
    uploads = await _store(request.app.state.blobs, form)
    async with database.transaction() as session:
        done = await _carry_out(session, token, typed.text, uploads, asks_back=form.get("act") == "return")
    return _thanks(request, done, lang) if done is not None else _over(request, found, lang, typed.text)


async def _carry_out(
    session: AsyncSession, token: str, text: str, uploads: list[Upload], *, asks_back: bool
) -> Escalation | None:
    """None where it ended a moment ago: nothing is changed then, and nobody's words are lost unseen."""
    held = await _hold(session, token)
    if held is None:
        return None
    escalation, ticket = held
    try:
        if asks_back:
            await service.give_back(session, ticket, escalation, text, by=None)
        else:
            file_ids = [(await add_upload(session, each, by=None)).id for each in uploads]
            await service.answer(session, ticket, escalation, text, by=None, file_ids=file_ids)
    except Conflict:
        return None
    return escalation


async def _hold(session: AsyncSession, token: str) -> tuple[Escalation, Ticket] | None:
    """The ticket's row first, wherever it was merged to; then the question as it is now."""
    found = await _find(session, token)
    ticket_id = found.ticket_id if found is not None else None
    if found is not None:
        await hold_family(session, found.id)
    while found is not None and ticket_id is not None:
        ticket = await find_ticket(session, ticket_id)
        found = await queries.find_escalation(session, found.id)
        if ticket is None or found is None or not guests.is_open_to_guest(found):
            return None
        if found.ticket_id == ticket.id:
            return (found, ticket) if found.token_hash == hash_token(token) else None
        ticket_id = found.ticket_id
    return None


async def _find(session: AsyncSession, token: str) -> Escalation | None:
    return await guests.find_by_token(session, token) if len(token) <= MAX_TOKEN else None


def _read(form: FormData) -> Typed:
    text = str(form.get("text", "")).replace("\r\n", "\n").replace("\0", "").strip()
    files = _files(form)
    if not text:
        return Typed(text, gettext(WORDS_NEEDED))
    if len(text) > MAX_WORDS:
        return Typed(text, gettext(TOO_LONG, max_length=MAX_WORDS))
    if len(files) > MAX_FILES or sum(each.size or 0 for each in files) > MAX_BYTES:
        return Typed(text, gettext(TOO_MUCH, count=MAX_FILES, limit=MAX_BYTES >> 20))
    return Typed(text)


def _files(form: FormData) -> list[UploadFile]:
    """An empty file field is sent as a file without a name."""
    return [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]


async def _store(blobs: BlobStore, form: FormData) -> list[Upload]:
    uploads = []
    for file in _files(form):
        data = await file.read()
        uploads.append(Upload(file.filename or "", file.content_type or "", await blobs.put(data), len(data)))
    return uploads


async def _page(
    request: Request,
    session: AsyncSession,
    escalation: Escalation,
    token: str,
    lang: str,
    typed: Typed | None = None,
) -> Response:
    _speak(escalation, lang)
    typed = typed or Typed()
    view = await read_for_guest(session, escalation.id)
    files = [(each, _address(request, each.id, each.name)) for each in view.files]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed.error else HTTPStatus.OK
    is_returned = escalation.state is EscalationState.RETURNED
    context: dict[str, Any] = {"view": view, "files": files, "typed": typed, "is_returned": is_returned}
    return _render(request, "asked.html", {**context, "address": f"{guests.PATH}{token}", "lang": lang}, status)


def _address(request: Request, attachment_id: int, name: str) -> str:
    return signed_url(request.app.state.secret_box, attachment_id, name, now())


def _thanks(request: Request, escalation: Escalation, lang: str) -> Response:
    _speak(escalation, lang)
    context = {"is_answered": escalation.is_over, "number": escalation.id}
    return _render(request, "asked_thanks.html", context, HTTPStatus.OK)


def _over(request: Request, escalation: Escalation | None, lang: str, text: str = "") -> Response:
    """Nothing of the question: whoever finds an old mail learns that it is over, and keeps what they wrote."""
    _speak(escalation, lang)
    status = HTTPStatus.GONE if escalation is not None else HTTPStatus.NOT_FOUND
    return _render(request, "asked_over.html", {"is_known": escalation is not None, "text": text}, status)


def _speak(escalation: Escalation | None, lang: str) -> None:
    if lang in LOCALES:
        use_locale(lang)
    elif escalation is not None:
        use_locale(escalation.guest_locale)


def _render(request: Request, name: str, context: dict[str, Any], status: HTTPStatus) -> Response:
    answer = render(request, f"escalations/{name}", context, status_code=status)
    answer.headers.update(HEADERS)
    return answer
