"""The pages of a form, on their own or in a frame on somebody's site."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response

from app.web.security import policy_in_frames
from app.web.templates import render
from app.webforms.answers import (
    MAX_ADDRESS,
    MAX_FILES,
    MAX_LINE,
    MAX_NAME,
    MAX_SUBJECT,
    MAX_TEXT,
    TICKED,
    Sheet,
    in_words,
)
from app.webforms.fields import Form
from app.webforms.suspicion import HONEYPOT, STAMP

FOR_OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300"}
MOST = {
    "name": MAX_NAME,
    "email": MAX_ADDRESS,
    "subject": MAX_SUBJECT,
    "text": MAX_LINE,
    "long": MAX_TEXT,
    "files": MAX_FILES,
}


def typing(request: Request, sheet: Sheet, *, stamp: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _page(request, "typing.html", sheet.form, status, sheet=sheet, stamp=stamp, most=MOST, ticked=TICKED)


def looking_over(request: Request, sheet: Sheet, *, stamp: str, submission: str, honeypot: str) -> Response:
    """What goes into the honeypot goes along, so that it is not lost on the way."""
    answers = [(each, in_words(sheet, each)) for each in sheet.form.fields]
    context = {"sheet": sheet, "answers": answers, "stamp": stamp, "submission": submission, "honeypot": honeypot}
    return _page(request, "looking_over.html", sheet.form, HTTPStatus.OK, **context)


def sent(request: Request, form: Form, number: int | None) -> Response:
    return _page(request, "sent.html", form, HTTPStatus.OK, number=number)


def closed(request: Request, form: Form) -> Response:
    return _page(request, "closed.html", form, HTTPStatus.NOT_FOUND)


def address(request: Request, form: Form, more: str = "", *, language: str = "") -> str:
    """Of a page of the form, in the same language and the same frame."""
    asked = {"lang": language or request.query_params.get("lang", ""), "embed": "1" if _is_framed(request) else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/forms/{form.channel.key}{more}" + (f"?{query}" if query else "")


def _page(request: Request, template: str, form: Form, status: HTTPStatus, **context: object) -> Response:
    more = request.url.path.removeprefix(f"/forms/{form.channel.key}")
    others = [(each, address(request, form, more, language=each)) for each in form.languages if each != form.language]
    around = {
        "form": form,
        "action": address(request, form),
        "others": others,
        "is_framed": _is_framed(request),
        "honeypot_name": HONEYPOT,
        "stamp_name": STAMP,
        **context,
    }
    page = render(request, f"webforms/{template}", around, status_code=status)
    page.headers["Content-Security-Policy"] = policy_in_frames(request.state.csp_nonce, form.sites)
    page.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return page


def _is_framed(request: Request) -> bool:
    return request.query_params.get("embed") == "1"
