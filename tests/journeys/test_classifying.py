"""Classification by keyboard: what is needed for closing is asked right there, and every change can be taken back."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from app.accounts.models import TeamChannel
from app.bulletin.models import Policy
from app.tickets.classification_models import FieldKind
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.builders import build_category, build_field, build_label, build_team
from tests.support.office import Office
from tests.support.window import Window, is_answer

SUBJECT = "返金はいつですか"
POLICY = "まずお詫びし、リーダーに引き継ぐ。"


async def _furnish(office: Office) -> None:
    """A team that wants a category before a ticket is closed, labels, a field, and a complaint policy."""
    async with office.desk.open() as opened, opened.database.transaction() as session:
        team = await build_team(session, name="返金チーム", members=[office.hanako, office.megumi])
        team.is_category_required = True
        session.add(TeamChannel(team_id=team.id, channel_id=2))
        billing = await build_category(session, name="請求")
        await build_category(session, name="二重請求", parent=billing)
        await build_label(session, name="カード会社確認中", colour="blue")
        await build_label(session, name="返金待ち", colour="orange")
        await build_field(session, key="plan", name="契約プラン", kind=FieldKind.CHOICE, choices=["無料", "有料"])
        session.add(Policy(key="complaint", text=POLICY))


async def _window(office: Office, chromium: Chromium) -> Window:
    await _furnish(office)
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    await expect(window.row(SUBJECT)).to_be_visible()
    await window.choose_ticket(SUBJECT)
    return window


async def _choose(window: Window, key: str, words: str) -> None:
    await window.page.keyboard.press(key)
    await window.page.keyboard.type(words)
    await window.page.keyboard.press("Enter")


async def _is_accessible(window: Window) -> None:
    results = await Axe().run(window.page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []


async def test_closing_asks_for_the_category_and_is_taken_back(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page

    await _choose(window, "s", "対応完了")
    await expect(page.locator("#details-dialog")).to_be_visible()
    await expect(page.locator("#detail-category_id")).to_be_focused()
    await _is_accessible(window)
    await page.locator("#detail-category_id").select_option(label="請求 › 二重請求")
    await page.click("#details-save")

    await expect(page.locator("#status-button .menu__value")).to_have_text("対応完了")
    await expect(page.locator("#category-button .menu__value")).to_have_text("二重請求")
    await expect(page.locator("#flash")).to_contain_text("ステータスを変更")
    await page.keyboard.press("z")
    await expect(page.locator("#status-button .menu__value")).to_have_text("新着")
    assert [each for each in chromium.complaints if not is_answer(each, 422)] == []


async def test_marks_are_given_by_keyboard(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page

    await page.keyboard.press("l")
    await _is_accessible(window)
    await page.keyboard.type("かーど")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator("#ticket-marks > .label")).to_have_text("カード会社確認中")
    await expect(window.row(SUBJECT).locator(".label")).to_have_text("カード会社確認中")

    await _choose(window, "c", "二重")
    await expect(page.locator("#category-button .menu__value")).to_have_text("二重請求")
    await _choose(window, "p", "至急")
    await expect(window.row(SUBJECT)).to_contain_text("至急")
    await page.keyboard.press("!")
    await expect(page.locator("#policy")).to_contain_text(POLICY)
    await expect(page.locator("#flash")).to_contain_text("クレーム")
    await page.keyboard.press("z")
    await expect(page.locator("#policy")).to_have_count(0)
    await _is_accessible(window)
    assert chromium.complaints == []


async def test_holding_asks_for_its_reason(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page

    await _choose(window, "s", "保留")
    await page.locator("#detail-hold_reason").fill("カード会社の回答待ち")
    await page.keyboard.press("Enter")

    await expect(page.locator("#circumstances")).to_contain_text("カード会社の回答待ち")
    await expect(page.locator("#status-button .menu__value")).to_have_text("保留")
    assert chromium.complaints == []


async def test_from_the_trash_it_can_be_taken_out_again(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page

    await page.keyboard.press("#")
    await expect(window.row(SUBJECT)).to_have_count(0)
    await expect(page.locator('#asides [data-tab-count="trash"]')).to_have_text("1")
    await page.click('#asides [data-tab="trash"]')
    await window.choose_ticket(SUBJECT)
    await expect(page.locator("#aside-banner")).to_be_visible()
    await _is_accessible(window)
    await page.locator("#aside-banner [data-action=restore]").click()

    await expect(window.row(SUBJECT)).to_have_count(0)
    await window.choose_tab("new")
    await expect(window.row(SUBJECT)).to_be_visible()
    assert chromium.complaints == []


async def test_send_and_close_asks_before_anything_leaves(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page
    await window.begin_reply()
    await page.keyboard.type("確認いたします。")

    await page.click("#send-done")
    await expect(page.locator("#details-dialog")).to_be_visible()
    assert office.smtp.received == []
    await page.locator("#detail-category_id").select_option(label="請求")
    await page.click("#details-save")

    await expect(window.composer).to_be_hidden()
    await expect(page.locator("#status-button .menu__value")).to_have_text("対応完了")
    assert [each for each in chromium.complaints if not is_answer(each, 422)] == []
