"""Each screen in both languages, light and dark: what axe-core knows of accessibility holds."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import PASSWORD, Office
from tests.support.window import Window, open_window

SUBJECT = "荷物が届きません"
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


PAGES = (
    "/home",
    "/sending",
    "/calls/new",
    "/calls/new?tel=090-1234-5678&dir=missed",
    "/settings",
    "/settings/templates",
    "/settings/templates/new",
    "/settings/notices",
    "/settings/absence",
    "/tickets?tab=trash",
    "/tickets?q=荷物",
    "/tickets?q=nobody-wrote-this",
    "/tickets/1/print",
)


@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_every_screen_is_accessible_in_both_languages_and_modes(
    office: Office, chromium: Chromium, locale: str
) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await open_window(chromium, office.desk.address, locale=locale)
    page = window.page
    await window.open()
    await expect(page.locator("h1")).to_have_text("サインイン" if locale == "ja" else "Sign in")
    await _is_accessible(window, "sign-in")

    await window.sign_in(office.hanako.email, PASSWORD)
    await expect(window.row(SUBJECT)).to_be_visible()
    await _choose_language(window, locale)
    for path in PAGES:
        await window.open(path)
        await _is_accessible(window, path)

    await _inbox_is_accessible(window, "新着1" if locale == "ja" else "New1")
    await window.choose_ticket(SUBJECT)
    await _is_accessible(window, "ticket")
    await window.begin_reply()
    await expect(page.locator("#send")).to_contain_text("送信" if locale == "ja" else "Send")
    await _is_accessible(window, "composer")
    assert chromium.complaints == []


async def _inbox_is_accessible(window: Window, title: str) -> None:
    """With nothing open, with tickets ticked, and with the palette."""
    page = window.page
    await window.open()
    await window.is_ready()
    await expect(page.locator(".list__title")).to_have_text(title)
    await _is_accessible(window, "inbox")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator("#bulk-bar")).to_be_visible()
    await _is_accessible(window, "bulk")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    await _is_accessible(window, "palette")
    await page.keyboard.press("Escape")


async def _choose_language(window: Window, locale: str) -> None:
    await window.open("/settings")
    await window.page.select_option("#locale", locale)
    await window.page.click('form[action="/settings"] [type=submit]')
    await expect(window.page.locator("html")).to_have_attribute("lang", locale)


async def _is_accessible(window: Window, screen: str) -> None:
    for mode in MODES:
        await window.page.emulate_media(color_scheme=mode)
        results = await Axe().run(window.page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{screen}, {mode}"
