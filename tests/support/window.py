"""One person's browser at a desk that is served; waits are for what is seen, never for a time."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.support.browser import Chromium

WITHOUT_HASTE = """
const atOnce = window.setTimeout;
window.setTimeout = (act, after, ...others) => atOnce(act, [5000, 12000].includes(after) ? 300000 : after, ...others);
"""
"""What the desk says stays for a person to read; a busy machine may need longer until somebody looks."""


@dataclass(frozen=True, slots=True)
class Window:
    page: Page
    address: str

    @property
    def rows(self) -> Locator:
        return self.page.locator("#rows > li")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer")

    @property
    def text(self) -> Locator:
        return self.page.locator("#composer-text")

    @property
    def timeline(self) -> Locator:
        return self.page.locator("#timeline")

    @property
    def title(self) -> Locator:
        return self.page.locator("#ticket-title")

    def row(self, subject: str) -> Locator:
        return self.rows.filter(has_text=subject)

    def count(self, tab: str) -> Locator:
        return self.page.locator(f'#tabs [data-tab-count="{tab}"]')

    def button(self, action: str) -> Locator:
        return self.page.locator(f'[data-action="{action}"]:visible')

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.address + path)

    async def is_ready(self) -> None:
        await self.page.locator("html[data-ready]").wait_for(state="attached")

    async def sign_in(self, email: str, password: str) -> None:
        await self.open()
        await self.page.fill("#email", email)
        await self.page.fill("#password", password)
        await self.page.press("#password", "Enter")
        await expect(self.page.locator("#home")).to_be_visible()
        await self.open()
        await self.is_ready()

    async def reload(self) -> None:
        await self.page.reload()
        await self.is_ready()

    async def choose_tab(self, key: str) -> None:
        await self.page.click(f'#tabs [data-tab="{key}"]')
        await expect(self.page.locator("#list")).to_have_attribute("data-tab", key)

    async def choose_ticket(self, subject: str) -> None:
        await self.row(subject).locator(".row__link").click()
        await expect(self.title).to_have_text(subject)

    async def begin_reply(self) -> None:
        await self.page.keyboard.press("r")
        await expect(self.text).to_be_focused()

    async def note(self, text: str) -> None:
        await self.page.keyboard.press("m")
        await self.page.locator("#note-text").fill(text)
        await self.page.keyboard.press("Control+Enter")
        await expect(self.timeline.locator(".entry--note", has_text=text)).to_be_visible()


async def open_window(chromium: Chromium, address: str, *, locale: str = "ja", width: int = 1440) -> Window:
    page = await chromium.new_page(locale=locale, width=width)
    await page.add_init_script(WITHOUT_HASTE)
    return Window(page, address)


def is_answer(complaint: str, *statuses: int) -> bool:
    """What Chromium says of an answer with one of these statuses; a refusal that was meant is no fault."""
    return any(f"responded with a status of {status}" in complaint for status in statuses)
