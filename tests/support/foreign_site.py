"""Somebody else's site with our tag on it: a strict CSP, and a stylesheet that means no good to anything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.async_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.browser import Chromium
from tests.support.chat_stand_in import serve
from tests.support.network import LOOPBACK

HOSTILE = """
* { all: unset !important; }
div, section, header, button, article, madoguchi-chat, [popover] { display: none !important; }
html { font-size: 3px; color: red !important; direction: rtl; }
body { transform: rotate(3deg); filter: blur(1px); overflow: hidden; height: 50px; }
textarea, button { visibility: hidden !important; width: 1px !important; opacity: 0 !important; }
.war { position: fixed !important; inset: 0; z-index: 2147483647 !important; display: block !important; }
"""
KIND = """
body { margin: 40px; font: 16px system-ui; }
"""
BEFORE = "window.errors = []; onerror = onunhandledrejection = (event) => errors.push(String(event));"
OPEN_SHADOWS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
"""


def policy(desk: str) -> str:
    """The lines of docs/chat.md on top of a policy that allows nothing else."""
    return (
        f"default-src 'none'; script-src 'self' {desk}; connect-src {desk}; img-src {desk} blob: data:; "
        "style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"
    )


@contextmanager
def serve_site(
    desk: str, tags: tuple[str, ...], *, is_hostile: bool = True, language: str = "ja", port: int = 0
) -> Iterator[str]:
    """-> the site's address; `desk` is the origin that its policy lets in."""
    scripts = "".join(f'<script type="module" src="{tag}"></script>' for tag in tags)
    style = '<link rel="stylesheet" href="/site.css">'
    page = (
        f'<!doctype html><html lang="{language}"><head><title>店</title>{style}</head>'
        f'<body><main><h1>店</h1><p id="words">ようこそ</p><div class="war"></div></main>'
        f'<script src="/before.js"></script>{scripts}</body></html>'
    )
    app = Starlette(
        routes=[
            Route("/site.css", _fixed(HOSTILE if is_hostile else KIND, "text/css")),
            Route("/before.js", _fixed(BEFORE, "text/javascript")),
            Route("/favicon.ico", _fixed("", "image/x-icon")),
            Route("/{path:path}", _fixed(page, "text/html", {"Content-Security-Policy": policy(desk)})),
        ]
    )
    with serve(app, port) as served:
        yield f"http://{LOOPBACK}:{served}"


def _fixed(content: str, kind: str, headers: dict[str, str] | None = None) -> Callable[[Request], Response]:
    return lambda _: Response(content, media_type=kind, headers=headers)


class Visitor:
    """One person's browser on the foreign site. The closed shadow is opened for the test's eyes."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    @property
    def launcher(self) -> Locator:
        return self.page.locator("madoguchi-chat .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator("madoguchi-chat [role=dialog]")

    @property
    def text(self) -> Locator:
        return self.panel.locator("textarea")

    @property
    def rows(self) -> Locator:
        return self.panel.locator(".rows > .row:has(.meta)")

    def row(self, text: str) -> Locator:
        return self.panel.locator(".row", has_text=text)

    def button(self, name: str) -> Locator:
        return self.page.locator("madoguchi-chat").get_by_role("button", name=name, exact=True)

    async def visit(self, path: str = "/") -> None:
        await self.page.goto(self.site + path)
        await expect(self.launcher).to_be_visible()

    async def open(self, path: str = "/") -> None:
        await self.visit(path)
        await self.launcher.click()
        await expect(self.panel).to_be_visible()

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")
        await expect(self.row(text)).to_be_visible()

    async def send(self, text: str) -> None:
        """Said, and taken by the desk: what the desk says now comes after it."""
        await self.say(text)
        await expect(self.row(text)).to_contain_text("送信済み")


async def open_visitor(
    chromium: Chromium, site: str, *, locale: str = "ja", width: int = 1440, dark: bool = False
) -> Visitor:
    page = await chromium.new_page(locale=locale, width=width, dark=dark)
    await page.add_init_script(OPEN_SHADOWS)
    return Visitor(page, site)


async def open_tab(visitor: Visitor) -> Visitor:
    """Another tab of the same browser."""
    page = await visitor.page.context.new_page()
    await page.add_init_script(OPEN_SHADOWS)
    return Visitor(page, visitor.site)
