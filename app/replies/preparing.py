"""What is costly about a letter and needs no database: done before its unit of work begins, which then finds it done.

Both are pure, so that what was made is kept by what it was made from. A text whose merge fields are filled while it is
sent is another one, and is folded then.
"""

import asyncio
from functools import lru_cache

from app.channels.models import EMAIL
from app.channels.registry import connector_for
from app.core.mail_html import is_bounded, sanitise

KEPT = 8


async def prepare(*, text: str = "", html: str = "") -> None:
    if html:
        await safe_html(html)
    if text:
        await folded(EMAIL, text)


async def safe_html(html: str) -> str | None:
    """None for what is out of bounds."""
    return await asyncio.to_thread(_safe_html, html)


async def folded(kind: str, text: str) -> tuple[int | None, int | None]:
    """Where the quote and the signature begin."""
    return await asyncio.to_thread(_folded, kind, text)


@lru_cache(maxsize=KEPT)
def _safe_html(html: str) -> str | None:
    return sanitise(html) if is_bounded(html) else None


@lru_cache(maxsize=KEPT)
def _folded(kind: str, text: str) -> tuple[int | None, int | None]:
    return connector_for(kind).fold(text)
