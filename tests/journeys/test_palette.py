"""Ctrl+K: what can be done is found by its name, and shows its key."""

from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office


async def test_an_action_and_a_place_are_found_by_typing(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    office.mailbox.deliver(build_mail(mail_id="1@customer.example", subject="請求書"))
    await hanako.row("請求書").click()
    await expect(hanako.title).to_contain_text("請求書")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("自分")
    await expect(page.locator("#palette .menu__option:visible .menu__note").first).to_have_text("i")
    await page.keyboard.press("Enter")
    await expect(page.locator("#assignment-button")).to_contain_text(office.hanako.name)

    await page.keyboard.press("Control+k")
    await page.keyboard.type("対応完了")
    await page.keyboard.press("Enter")
    await expect(page.locator(".list__title")).to_contain_text("対応完了")

    await page.keyboard.press("Control+k")
    await page.keyboard.press("Escape")
    await expect(page.locator("#palette")).to_be_hidden()
    assert chromium.complaints == []
