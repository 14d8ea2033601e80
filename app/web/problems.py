"""Errors as answers: `application/problem+json` (RFC 9457) for the API, a page or a flash line for people."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from app.core.errors import AppError, Elsewhere, Invalid, NotSignedIn, TooManyRequests
from app.core.i18n import gettext, mark
from app.core.log import get_logger
from app.web.forms import in_words
from app.web.templates import render

FOR_PROGRAMS = ("/api/", "/hooks/", "/chat/")
TITLES = {
    400: mark("This request cannot be understood."),
    404: mark("This does not exist, or you may not see it."),
    405: mark("This cannot be done."),
    413: mark("This is too large."),
    422: mark("Please check what was entered."),
    500: mark("Something went wrong on our side. Nothing was changed."),
}
CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 422: "invalid", 500: "internal"}

log = get_logger(__name__)


async def show_app_error(request: Request, error: AppError) -> Response:
    if isinstance(error, NotSignedIn) and not _is_api(request):
        return _to_sign_in(request)
    if isinstance(error, Elsewhere):
        return RedirectResponse(error.location, status_code=error.status_code)
    errors = [_field_error(each) for each in (error, *error.others)] if isinstance(error, Invalid) else []
    document = {
        **{name: jsonable_encoder(value) for name, value in error.params.items()},
        "status": error.status_code,
        "code": error.code,
        "title": gettext(error.message, **error.params),
        "detail": errors[0]["message"] if errors else gettext(error.message, **error.params),
    }
    response = _answer(request, document, errors)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def show_validation_error(request: Request, error: RequestValidationError) -> Response:
    errors = [{"field": _field_name(problem["loc"]), "message": in_words(problem)} for problem in error.errors()]
    return _answer(request, _document(422), errors)


async def show_http_error(request: Request, error: HTTPException) -> Response:
    response = _answer(request, _document(error.status_code), [])
    response.headers.update(error.headers or {})
    return response


async def show_crash(request: Request, error: Exception) -> Response:
    """The log has the route as it is written down: an address may hold somebody's key."""
    log.error("request failed", route=_route_of(request), exc_info=error)
    return _answer(request, _document(500), [])


def _route_of(request: Request) -> str:
    path: str = getattr(request.scope.get("route"), "path", "")
    return path


def _document(status: int) -> dict[str, Any]:
    title = gettext(TITLES.get(status, TITLES[400]))
    return {"status": status, "code": CODES.get(status, "invalid"), "title": title, "detail": title}


def _field_name(place: Sequence[str | int]) -> str:
    """Where in the body or the query: without the word for which of the two it was."""
    return ".".join(map(str, place[1:])) or str(place[0])


def _field_error(error: Invalid) -> dict[str, str]:
    return {"field": error.field, "message": gettext(error.reason, **error.params)}


def _answer(request: Request, document: dict[str, Any], errors: list[dict[str, str]]) -> Response:
    status = int(document["status"])
    if _is_api(request):
        body = {"type": "about:blank", **document} | ({"errors": errors} if errors else {})
        return JSONResponse(body, status_code=status, media_type="application/problem+json")
    context = {"title": document["title"], "detail": document["detail"], "errors": errors, "status": status}
    if "hx-request" in request.headers:
        response = render(request, "errors/_flash.html", context, status_code=status)
        response.headers.update({"HX-Retarget": "#flash", "HX-Reswap": "outerHTML"})
        return response
    return render(request, "errors/page.html", context, status_code=status)


def _to_sign_in(request: Request) -> Response:
    """A browser goes to the sign-in page; htmx is told to make the whole page go there."""
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    wanted = f"{request.url.path}?{request.url.query}".rstrip("?")
    comes_back = request.method == "GET" and wanted != "/"
    target = f"?next={quote(wanted, safe='/')}" if comes_back else ""
    return RedirectResponse(f"/sign-in{target}", status_code=303)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(FOR_PROGRAMS)
