"""The one Jinja environment of each language: autoescaped, with its catalog."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.defaults import DEFAULT_NAMESPACE
from markupsafe import Markup

from app.core.clock import now
from app.core.i18n import catalog, current_locale, gettext, ngettext
from app.web import filters
from app.web.filters import DEFAULT_ZONE, RELATIVE_FOR
from app.web.folding import FoldingEnvironment

ROOT = Path(__file__).parents[2]
TEMPLATES_DIR = ROOT / "templates"
STATIC_DIR = ROOT / "app" / "static"


def environment() -> Environment:
    """Of the language of the moment."""
    return _environment(current_locale())


@cache
def _environment(locale: str) -> Environment:
    made = FoldingEnvironment(
        {"_": catalog(locale).gettext, "asset": asset},
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a page includes a hundred fragments, and would ask the disk about each
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals = GLOBALS
    made.filters.update(filters.FILTERS)
    return made


@cache
def asset(path: str) -> str:
    """The address of a static file; it changes with the file, so browsers may keep it for ever."""
    version = hashlib.sha256((STATIC_DIR / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={version}"


def fragment(name: str, **values: Any) -> Markup:
    """A part that stands for itself, for `{{ fragment("…", row=row) }}` and for streams.

    The same values in the same language and minute are drawn once. What a fragment is drawn from is hashable.
    """
    return _drawn(name, current_locale(), _minute(), tuple(values.items()))


def fragments(name: str, value_name: str, values: Iterable[Any]) -> Markup:
    """The same fragment for each of some values, in a row. The newest instant that one shows is its `updated_at`.

    Once that is a day old the date stands there, and nothing changes with the minutes any more.
    """
    locale, moment = current_locale(), now()
    day = -moment.astimezone(GLOBALS.get("zone", DEFAULT_ZONE)).toordinal()
    a_day_ago, minute = moment - RELATIVE_FOR, _minute()
    return Markup("").join(
        _drawn(name, locale, minute if value.updated_at > a_day_ago else day, ((value_name, value),))
        for value in values
    )


def _minute() -> int:
    return int(now().timestamp()) // 60


@lru_cache(maxsize=500)
def _drawn(name: str, locale: str, until: int, values: tuple[tuple[str, Any], ...]) -> Markup:
    return Markup(environment().get_template(name).render(dict(values)))  # the template escapes


GLOBALS: dict[str, Any] = {
    **DEFAULT_NAMESPACE,
    "_": gettext,
    "ngettext": ngettext,
    "locale": current_locale,
    "asset": asset,
    "fragment": fragment,
    "fragments": fragments,
}
"""The same in every language."""


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
