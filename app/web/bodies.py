"""What a request carries, read whole, and refused where no database could keep it."""

import json
import re
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from app.core.errors import Invalid
from app.core.i18n import mark

FORM_TYPES = ("multipart/", "application/x-www-form-urlencoded")
ESCAPED_NUL_OR_SURROGATE = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)
NUL_OR_SURROGATE = re.compile("[\0\ud800-\udfff]")


class Unstorable(Invalid):
    def __init__(self, field: str) -> None:
        super().__init__(field, mark("This contains characters that no text has."))


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith(FORM_TYPES)


async def read(request: Request) -> None:
    """Into memory, or for files of a form onto disk. Raises Unstorable."""
    if is_form(request):
        for name, value in (await request.form()).multi_items():
            _refuse(name, value.filename or "" if isinstance(value, UploadFile) else value)
        return
    body = await request.body()
    if ESCAPED_NUL_OR_SURROGATE.search(body):
        _refuse_in("body", _parsed(body))


def refuse_unstorable_address(request: Request) -> None:
    _refuse("path", request.url.path)
    for name, value in request.query_params.multi_items():
        _refuse(name, name + value)


def _parsed(body: bytes) -> Any:
    """None for what is no JSON; whoever wants JSON says so."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _refuse_in(field: str, value: Any) -> None:
    if isinstance(value, str):
        _refuse(field, value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _refuse(field, name)
            _refuse_in(name, inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_in(field, inner)


def _refuse(field: str, text: str) -> None:
    if NUL_OR_SURROGATE.search(text):
        raise Unstorable(NUL_OR_SURROGATE.sub("", field))
