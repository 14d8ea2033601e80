"""A call is written down while the customer is still on the phone: by keyboard alone, within 15 seconds (A7)."""

from dataclasses import dataclass
from datetime import timedelta

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Keyboard, Page, expect

from app.core.clock import now, rfc3339
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window

TEL = "090-1234-5678"
STROKES_A_SECOND = 2
"""Of somebody who listens meanwhile."""


@dataclass(slots=True)
class Hand:
    """What a call costs who notes it are keys, not the speed of the machine of the tests."""

    keyboard: Keyboard
    strokes: int = 0

    async def press(self, key: str) -> None:
        self.strokes += 1
        await self.keyboard.press(key)

    async def type(self, text: str) -> None:
        self.strokes += len(text)
        await self.keyboard.type(text)


async def _is_open(window: Window) -> None:
    await window.page.wait_for_url("**/calls/new*")
    await window.is_ready()


async def _wrong(page: Page) -> list[str]:
    return [each["id"] for each in (await Axe().run(page)).response["violations"]]


async def test_a_call_is_noted_by_keyboard_within_fifteen_seconds(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page, keys = hanako.page, Hand(hanako.page.keyboard)
    async with office.api() as api:
        known = {"tel": TEL, "content": "見積の依頼", "customer": {"name": "田中 一郎"}}
        assert (await api.post("/calls", json=known)).status_code == 201

    await keys.press("d")
    await _is_open(hanako)
    await expect(page.locator("#call-tel")).to_be_focused()
    await keys.type("０９０１２３４５６７８")
    await expect(page.locator("#call-known")).to_contain_text("田中 一郎")
    await keys.press("Enter")
    await expect(page.locator("#call-content")).to_be_focused()
    await keys.type("納期の確認")
    await keys.press("Tab")
    await keys.type("明日届くと伝えた")
    await expect(page.locator("#call-status-auto")).to_have_text("自動（対応完了）")
    await keys.press("Control+Enter")
    await page.wait_for_url(f"{hanako.address}/")
    await expect(page.locator("#flash")).to_contain_text("電話メモを保存しました")

    assert keys.strokes / STROKES_A_SECOND < 15
    await page.click("#flash a")
    await expect(hanako.title).to_have_text("納期の確認")
    await expect(hanako.timeline).to_contain_text("明日届くと伝えた")
    assert chromium.complaints == []


async def test_what_was_typed_survives_a_reload_and_a_callback_is_done_on_its_ticket(
    office: Office, chromium: Chromium
) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    await hanako.open("/calls/new?tel=%2B819012345678&dir=in")
    await hanako.is_ready()
    await expect(page.locator("#call-content")).to_be_focused()
    await page.fill("#call-name", "佐藤 恵")
    await page.fill("#call-content", "在庫の問い合わせ")
    await page.check("[name=callback][value=minutes]", force=True)

    await hanako.reload()
    await expect(page.locator("#call-content")).to_have_value("在庫の問い合わせ")
    await expect(page.locator("#call-name")).to_have_value("佐藤 恵")
    assert await _wrong(page) == []
    await page.keyboard.press("Control+Enter")

    await expect(hanako.title).to_have_text("在庫の問い合わせ")
    task = page.locator("#tasks .task")
    await expect(task).to_contain_text(TEL)
    assert await task.locator(".task__tel").get_attribute("href") == "tel:+819012345678"
    assert await _wrong(page) == []
    await page.click('[data-action="task-done"]')
    await expect(task).to_contain_text("山田 花子")
    await page.click("#flash [data-undo]")
    await expect(page.locator('[data-action="task-done"]')).to_be_visible()
    assert chromium.complaints == []


async def test_a_missed_call_is_one_key_and_burns_on_my_page(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    await page.keyboard.press("Control+k")
    await page.keyboard.type("不在着信")
    await page.keyboard.press("Enter")
    await _is_open(hanako)
    await page.keyboard.type(TEL)
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"{hanako.address}/")
    await expect(hanako.row("不在着信")).to_be_visible()
    async with office.api() as api:
        number = (await api.get("/tickets")).json()["items"][0]["number"]
        task = (await api.get(f"/tickets/{number}/tasks")).json()["items"][0]

    await hanako.open("/home")
    await expect(page.locator("#home-tasks")).to_contain_text(TEL)
    async with office.api() as api:
        past = rfc3339(now() - timedelta(minutes=1))
        await api.patch(f"/tickets/{number}/tasks/{task['id']}", json={"due_at": past})
    await expect(page.locator("#home-tasks.home__part--urgent")).to_contain_text("期限超過")
    assert await _wrong(page) == []
    await page.click(f"#task-later-{task['id']}-button")
    await page.keyboard.type("明日")
    await page.keyboard.press("Enter")

    await expect(page.locator("#home-tasks.home__part--urgent")).to_have_count(0)
    assert chromium.complaints == []


async def test_a_call_joins_the_ticket_that_is_open(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    page = hanako.page
    async with office.api() as api:
        made = (await api.post("/calls", json={"tel": TEL, "content": "見積の依頼"})).json()
    await hanako.open(f"/tickets/{made['number']}")
    await hanako.is_ready()

    await page.keyboard.press("D")
    await _is_open(hanako)
    await expect(page.locator(".call__ticket")).to_contain_text("見積の依頼")
    await page.click(".call__way:has([value=out])")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#call-content-error")).to_be_visible()
    await page.fill("#call-content", "留守番電話に入れた")
    await page.keyboard.press("Control+Enter")

    await page.wait_for_url(f"**/tickets/{made['number']}*")
    await expect(hanako.timeline).to_contain_text("留守番電話に入れた")
    await expect(hanako.title).to_have_text("見積の依頼")


async def test_a_lead_writes_the_faq_and_tries_what_visitors_are_shown(office: Office, chromium: Chromium) -> None:
    megumi = await office.window(chromium, office.megumi)
    page = megumi.page
    await megumi.open("/settings/faq")
    await expect(page.locator(".nothing__title")).to_be_visible()
    assert await _wrong(page) == []
    await page.click("text=質問を追加 >> nth=0")
    await page.fill("#question", "返品の方法を教えてください")
    await page.click(".letters-form__acts [type=submit]")
    await expect(page.locator("#answer")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#question")).to_have_value("返品の方法を教えてください")
    await page.fill("#answer", "マイページから申し込めます。")
    await expect(page.locator("#faq-preview-answer")).to_have_text("マイページから申し込めます。")
    assert await _wrong(page) == []
    await page.click(".letters-form__acts [type=submit]")

    await page.fill("#faq-q", "返品したいです")
    await page.press("#faq-q", "Enter")
    await expect(page.locator(".faq-try__found a")).to_have_text("返品の方法を教えてください")
    assert await _wrong(page) == []
    await page.click("text=公開をやめる")
    await expect(page.locator(".faq__state")).to_contain_text("下書き")
    await page.fill("#faq-q", "返品したいです")
    await page.press("#faq-q", "Enter")
    await expect(page.locator(".faq-try__found")).to_contain_text("何も案内されません")
