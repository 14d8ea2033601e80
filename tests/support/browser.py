"""The system's Chromium, driven by Playwright; every page is a person of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.support.missing import require_program
from tests.support.network import PATIENCE_SECONDS

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
HEIGHT = 900
PATIENCE_MILLISECONDS = PATIENCE_SECONDS * 1000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass(slots=True)
class Chromium:
    """`complaints` is what pages wrote as errors: uncaught exceptions, refused by CSP, files not found."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def new_page(
        self, *, locale: str = "ja", width: int = 1440, dark: bool = False, base_url: str | None = None
    ) -> Page:
        """With cookies and storage of its own, as at another computer."""
        context = await self.browser.new_context(
            base_url=base_url,
            locale=locale,
            timezone_id="Asia/Tokyo",
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", lambda message: self._note(message.type, message.text))
        return await context.new_page()

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Chromium]:
    """Of one event loop: a browser cannot be handed from one test to the next."""
    program = require_program("chromium", package="chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield Chromium(browser)
        await browser.close()
