"""A mail is read in another charset, and its images from outside are shown and hidden, without a reload."""

import base64

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window, is_answer

SUBJECT = "秋のセール"
TEXT = "請求書の宛名を変更してください。よろしくお願いします。"
MISREAD = (
    b"From: tanaka@example.com\r\nTo: support@example.jp\r\nSubject: =?utf-8?b?"
    + base64.b64encode(SUBJECT.encode())
    + b"?=\r\nMessage-ID: <1@customer.example>\r\nContent-Type: text/plain; charset=big5\r\n\r\n"
    + TEXT.encode("euc-jp")
)
PAGE = '<p>本日より20%オフ</p><img src="http://127.0.0.1/a.png" alt="案内" width=300 height=80>'
"""Its image leads inside, so that the desk refuses it at once."""
LETTER = build_mail(subject=SUBJECT, text=PAGE).replace(b"text/plain", b"text/html")


async def _window(office: Office, chromium: Chromium, mail: bytes, *, width: int = 1440) -> Window:
    """With the mail's ticket open, in a page that would show whether it was loaded anew."""
    office.mailbox.deliver(mail)
    window = await office.window(chromium, office.hanako, width=width)
    await window.choose_ticket(SUBJECT)
    await window.page.evaluate("window.isTheSame = true")
    return window


async def _is_accessible_and_the_same(window: Window) -> None:
    results = await Axe().run(window.page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []
    assert await window.page.evaluate("window.isTheSame")


async def _says(text: Locator, words: str) -> None:
    await expect(text).to_have_text(words)


async def test_a_mail_is_read_in_the_charset_that_somebody_chooses(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium, MISREAD)
    text = window.timeline.locator("[data-text]")
    await expect(text).not_to_contain_text("請求書")
    misread = await text.inner_text()

    await window.page.click(".original__summary")
    await window.page.focus("[data-charset-of]")
    await window.page.select_option("[data-charset-of]", "euc-jp")
    await _says(text, TEXT)
    await expect(window.page.locator("[data-charset-of]")).to_be_focused()
    await expect(window.page.locator(".original__summary")).to_contain_text("EUC-JP")
    await _is_accessible_and_the_same(window)

    await window.page.click("#flash [data-undo]")
    await _says(text, misread)
    await expect(window.page.locator("[data-charset-of]")).to_have_value("")
    assert chromium.complaints == []


async def test_images_from_outside_are_shown_and_hidden(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium, LETTER, width=390)
    page = window.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    letter = page.locator(".fold--html")
    frame = page.frame_locator(".fold--html iframe")
    shown = frame.locator("img[src*='mail-images']")
    await letter.locator("summary").click()
    await expect(frame.locator("body")).to_contain_text("20%オフ")
    await expect(shown).to_have_count(0)
    await _is_accessible_and_the_same(window)

    await page.click("[data-action='show-images']:not([data-of-sender])")
    await expect(shown).to_be_visible()
    await expect(letter).to_have_attribute("open", "")
    await expect(page.locator("[data-action='hide-images']")).to_be_focused()
    await _is_accessible_and_the_same(window)

    await page.click("[data-action='hide-images']")
    await expect(shown).to_have_count(0)
    await expect(letter).to_have_attribute("open", "")
    await page.click("[data-of-sender]")
    await expect(shown).to_be_visible()
    assert [url for url in asked if not url.startswith((window.address, "about:"))] == []
    assert [one for one in chromium.complaints if not is_answer(one, 502)] == []
