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

    await page.keyboard.press("Control+k")
    await page.keyboard.type("印刷")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/tickets/*/print")
    assert chromium.complaints == []


async def test_it_opens_on_my_page_and_leads_to_the_search_of_the_inbox(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    await hanako.open("/home")
    await hanako.is_ready()

    await page.keyboard.press("Control+k")
    await page.keyboard.type("すべての案件")
    await page.keyboard.press("Enter")

    await expect(page.locator("#search-field")).to_be_focused()
    assert chromium.complaints == []


async def test_it_opens_in_the_settings_and_in_a_narrow_window(office: Office, chromium: Chromium) -> None:
    admin = await office.window(chromium, await office.admin(), width=390)
    page = admin.page
    await admin.open("/admin/labels")
    await admin.is_ready()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("kansa")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("監査ログ")
    await admin.is_ready()

    await page.keyboard.press("Control+k")
    await page.keyboard.type("受信箱")
    await page.keyboard.press("Enter")
    await expect(page.locator(".list__title")).to_contain_text("新着")
    await admin.is_ready()

    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    assert chromium.complaints == []
