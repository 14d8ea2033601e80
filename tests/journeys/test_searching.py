"""A customer's mail is found by a word of it, and the list that was left is a step back away."""

from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office

FOUND, OTHER = "加湿器から水が漏れます", "領収書について"


async def test_a_mail_is_found_by_a_word_of_it(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=FOUND, text="ｶｼﾂｷの床が\n水浸しです。"))
    office.mailbox.deliver(build_mail(subject=OTHER, mail_id="2@customer.example"))
    window = await office.window(chromium, office.hanako)
    page, field = window.page, window.page.locator("#search-field")
    await expect(window.row(FOUND)).to_be_visible()
    await expect(window.row(OTHER)).to_be_visible()

    await page.keyboard.press("/")
    await field.fill("水浸し カシツキ")
    await expect(field).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#found")).to_contain_text("検索結果")
    await expect(window.row(FOUND).locator("mark").first).to_be_visible()
    await expect(window.row(OTHER)).to_have_count(0)
    assert "q=" in page.url

    await window.row(FOUND).click()
    await expect(window.title).to_have_text(FOUND)
    await page.go_back()
    await expect(page.locator("#nothing-open")).to_be_visible()
    await page.go_back()
    await expect(window.row(OTHER)).to_be_visible()
    await page.go_forward()
    await expect(window.row(OTHER)).to_have_count(0)
    assert chromium.complaints == []


async def test_what_could_be_meant_is_offered_and_no_key_fires_while_composing(
    office: Office, chromium: Chromium
) -> None:
    window = await office.window(chromium, office.hanako)
    page, field = window.page, window.page.locator("#search-field")
    await page.keyboard.press("/")
    await page.keyboard.type("状態:")
    await expect(page.locator("#search-options .option").first).to_contain_text("新着")

    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    await expect(page.locator("#found")).to_have_count(0)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("状態:新着 ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_be_visible()

    await page.keyboard.press("/")
    await field.fill("statsu:done 返金")
    await page.keyboard.press("Enter")
    await expect(page.locator("#search-mistakes")).to_contain_text("statsu:done")
    await expect(page.locator("#nothing-found")).to_be_visible()
    assert chromium.complaints == []
