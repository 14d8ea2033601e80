"""An administrator writes the fields of a form by keyboard, and sees them in the form."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from app.accounts.models import Agent
from tests.support.browser import Chromium
from tests.support.builders import build_category
from tests.support.office import Office
from tests.support.window import Window


async def is_accessible(page: Page) -> None:
    found = await Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


async def test_fields_are_written_by_keyboard_and_seen_in_the_form(office: Office, chromium: Chromium) -> None:
    admin = await _with_a_category(office)
    window = await office.window(chromium, admin)
    page = window.page

    await _makes_a_form(window)
    await _writes_a_choice(page)
    await _moves_it_up(page)
    await is_accessible(page)
    await page.get_by_role("button", name="保存する").last.click()
    await expect(page.get_by_text("保存しました")).to_be_visible()
    await is_accessible(page)
    await _sees_it(page)

    assert chromium.complaints == []


async def _with_a_category(office: Office) -> Agent:
    async with office.desk.open() as opened, opened.database.transaction() as session:
        await build_category(session, name="返品")
    return await office.admin()


async def _makes_a_form(window: Window) -> None:
    page = window.page
    await window.open("/admin/forms")
    await page.get_by_role("link", name="フォームを作る").first.click()
    await page.get_by_label("名前").fill("サイト")
    await page.get_by_role("button", name="保存する").click()
    await expect(page.locator("#embedding")).to_be_visible()
    await is_accessible(page)
    await page.get_by_role("link", name="項目を編集").click()
    await expect(page.get_by_role("heading", name="1. お問い合わせ内容")).to_be_visible()
    await page.evaluate("window.isTheSame = true")


async def _writes_a_choice(page: Page) -> None:
    """Enter goes from choice to choice and makes room for one more; nothing is loaded anew."""
    await page.get_by_role("button", name="選択", exact=True).press("Enter")
    await expect(page.locator('[name="n1.label_ja"]')).to_be_focused()
    await page.keyboard.type("ご用件")
    await page.locator('[name="n1m1.label_ja"]').focus()
    for words in ("返品", "配送"):
        await page.keyboard.type(words)
        await page.keyboard.press("Enter")
    await expect(page.locator('[name="n1m2.label_ja"]')).to_have_value("配送")
    await expect(page.locator('[name="n1m3.label_ja"]')).to_be_focused()
    await page.keyboard.type("その他")
    await page.locator('[name="n1m1.category_id"]').select_option(label="返品")
    await expect(page.locator("#form-fields")).to_contain_text("未保存です")


async def _moves_it_up(page: Page) -> None:
    await page.locator('[name="n1.label_ja"]').press("Alt+ArrowUp")
    await expect(page.locator(".form-field__title").first).to_have_text("1. ご用件")
    await expect(page.locator("#up-n1")).to_be_focused()
    await expect(page.locator('[name="n1m1.category_id"]')).not_to_have_value("")
    assert await page.evaluate("window.isTheSame")


async def _sees_it(page: Page) -> None:
    async with page.expect_popup() as opening:
        await page.get_by_role("link", name="フォームを見る").click()
    form = await opening.value
    await expect(form.get_by_role("radio")).to_have_count(4)
    await form.get_by_label("返品").check()
    await is_accessible(form)
