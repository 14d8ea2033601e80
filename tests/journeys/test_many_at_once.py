"""Many tickets in one act: ticked by key and mouse, changed, refused with the reason, taken back."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office

COUNT = 4


async def test_many_are_closed_and_brought_back(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    for count in range(1, COUNT + 1):
        office.mailbox.deliver(build_mail(mail_id=f"{count}@customer.example", subject=f"{count}件目"))
        await expect(hanako.count("new")).to_have_text(str(count))
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator("#bulk-count")).to_contain_text("1件")
    await page.click("#bulk-all")
    await expect(page.locator("#bulk-count")).to_contain_text(f"{COUNT}件")
    violations = (await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})).response["violations"]
    assert violations == []

    await page.keyboard.press("s")
    await page.keyboard.type("完了")
    await page.keyboard.press("Enter")
    await expect(page.locator("#flash")).to_contain_text(f"{COUNT}件を変更しました")
    await expect(hanako.count("done")).to_have_text(str(COUNT))
    await expect(hanako.rows).to_have_count(0)

    await page.keyboard.press("z")
    await expect(page.locator("#flash")).to_contain_text(f"{COUNT}件を元に戻しました")
    await expect(hanako.count("new")).to_have_text(str(COUNT))
    assert chromium.complaints == []


async def test_a_ticket_that_a_colleague_answers_is_refused_by_name(office: Office, chromium: Chromium) -> None:
    hanako, megumi = await office.window(chromium, office.hanako), await office.window(chromium, office.megumi)
    page = hanako.page
    for count in range(1, 3):
        office.mailbox.deliver(build_mail(mail_id=f"{count}@customer.example", subject=f"{count}件目"))
        await expect(hanako.count("new")).to_have_text(str(count))
    await page.locator(".row").first.hover()
    await page.locator("[data-tick]").first.check()
    await page.locator("[data-tick]").nth(1).click(modifiers=["Shift"])
    await expect(page.locator("#bulk-count")).to_contain_text("2件")
    await megumi.row("1件目").click()
    await expect(megumi.title).to_contain_text("1件目")
    await megumi.page.keyboard.press("r")
    await expect(hanako.count("in_progress")).to_have_text("1")

    await page.click("#bulk-more-button")
    await page.locator("#bulk-more .menu__option", has_text="ごみ箱").click()

    await expect(page.locator("#bulk-dialog")).to_be_visible()
    await expect(page.locator("#bulk-refusals li")).to_have_count(1)
    await expect(page.locator("#bulk-refusals")).to_contain_text("さんが")
    await page.keyboard.press("Escape")
    await expect(hanako.count("new")).to_have_text("0")
