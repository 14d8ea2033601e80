"""Each screen in both languages, light and dark: what axe-core knows of accessibility holds."""

from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import PASSWORD, Office
from tests.support.window import Window, open_window

SUBJECT = "荷物が届きません"
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def test_every_screen_is_accessible_in_both_languages_and_modes(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await open_window(chromium, office.desk.address, locale="en")
    await window.open()
    await expect(window.page.locator("h1")).to_have_text("Sign in")
    await _is_accessible(window, "sign-in")

    await window.sign_in(office.hanako.email, PASSWORD)
    await expect(window.page.locator("html")).to_have_attribute("lang", "ja")
    await window.open("/settings")
    await _is_accessible(window, "settings")
    await window.page.select_option("#locale", "en")
    await window.page.click('form[action="/settings"] [type=submit]')
    await expect(window.page.locator("h1")).to_have_text("Settings")

    await window.open()
    await window.is_ready()
    await expect(window.page.locator(".list__title")).to_have_text("New1")
    await expect(window.row(SUBJECT)).to_be_visible()
    await _is_accessible(window, "inbox")
    await window.choose_ticket(SUBJECT)
    await _is_accessible(window, "ticket")
    await window.begin_reply()
    await expect(window.page.locator("#send")).to_contain_text("Send")
    await _is_accessible(window, "composer")
    assert chromium.complaints == []


async def _is_accessible(window: Window, screen: str) -> None:
    for mode in MODES:
        await window.page.emulate_media(color_scheme=mode)
        results = await Axe().run(window.page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{screen}, {mode}"
