"""The one Jinja environment: autoescaped, with the catalog of the request's language."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.core.i18n import current_locale, gettext, ngettext
from app.web import filters

ROOT = Path(__file__).parents[2]
TEMPLATES_DIR = ROOT / "templates"
STATIC_DIR = ROOT / "app" / "static"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=gettext, ngettext=ngettext, locale=current_locale, asset=asset)
    made.filters.update(filters.FILTERS)
    return made


@cache
def asset(path: str) -> str:
    """The address of a static file; it changes with the file, so browsers may keep it for ever."""
    version = hashlib.sha256((STATIC_DIR / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={version}"


def render_text(name: str, context: Mapping[str, Any]) -> str:
    return environment().get_template(name).render(context)


def render(request: Request, name: str, context: Mapping[str, Any], *, status_code: int = 200) -> HTMLResponse:
    """A page or fragment as an answer to `request`."""
    everywhere = {
        "request": request,
        "csp_nonce": getattr(request.state, "csp_nonce", ""),
        "csrf_token": getattr(request.state, "csrf_token", ""),
    }
    return HTMLResponse(render_text(name, {**everywhere, **context}), status_code=status_code)
