"""The language of a request before it is known who asks: what the browser prefers, else the desk's own."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.i18n import LOCALES, use_locale


class RequestLanguage:
    def __init__(self, app: ASGIApp, default: str) -> None:
        self.app = app
        self.default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            use_locale(preferred(Headers(scope=scope).get("accept-language", ""), default=self.default))
        await self.app(scope, receive, send)


def preferred(header: str, *, default: str) -> str:
    """The best of our languages by RFC 9110's Accept-Language; its order decides between equals."""
    weights: dict[str, float] = {}
    for item in header.split(","):
        name, _, parameter = item.partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in LOCALES:
            weights.setdefault(language, _weight(parameter))
    best = max(weights, key=lambda language: weights[language], default=default)
    return best if weights.get(best, 1.0) > 0 else default


def _weight(parameter: str) -> float:
    value = parameter.strip().removeprefix("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
