"""The page on which one is a LINE user, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from simulators.line.drawing import picture
from tests.simulators.line.playing import text
from tests.support.browser import Chromium
from tests.support.line_simulator import ServedSimulator, credentials, serve_simulator
from tests.support.network import PATIENCE_SECONDS


@pytest.fixture
def served() -> Iterator[ServedSimulator]:
    """Without a desk behind it."""
    with serve_simulator(credentials().model_copy(update={"webhook_url": ""})) as simulator:
        yield simulator


async def opened(chromium: Chromium, served: ServedSimulator, **options: Any) -> Page:
    page = await chromium.new_page(**options)
    await page.goto(served.url)
    await expect(page.locator("#who option")).not_to_have_count(0)
    return page


def bubbles(page: Page) -> Locator:
    return page.locator("#bubbles > li")


def said(served: ServedSimulator) -> list[str]:
    """What reached the platform, by all."""
    platform = served.platform
    chats = [*platform.people.persons, *platform.people.groups]
    return [bubble.message.get("text", bubble.message["type"]) for chat in chats for bubble in platform.talks.of(chat)]


def user(served: ServedSimulator) -> str:
    return next(iter(served.platform.people.persons))


def desk_says(served: ServedSimulator, message: dict[str, Any], *, to: str = "") -> None:
    """Another thread's loop has the pages, as at a desk."""
    headers = {"authorization": f"Bearer {served.platform.credentials.access_token}"}
    body = {"to": to or user(served), "messages": [message]}
    url = f"{served.url}/v2/bot/message/push"
    assert httpx.post(url, json=body, headers=headers, timeout=PATIENCE_SECONDS).status_code == 200


async def test_words_go_by_enter_and_not_while_they_are_composed(chromium: Chromium, served: ServedSimulator) -> None:
    page = await opened(chromium, served)
    field = page.locator("#text")

    await field.fill("へんかん")
    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    await field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    await expect(field).to_have_value("へんかん")
    await field.fill("一行目")
    await field.press("Shift+Enter")
    await field.press_sequentially("二行目")
    await field.press("Enter")

    await expect(bubbles(page)).to_have_count(1)
    await expect(bubbles(page)).to_contain_text("二行目")
    await expect(field).to_have_value("")
    await expect(field).to_be_focused()
    assert said(served) == ["一行目\n二行目"]
    assert chromium.complaints == []


async def test_answers_come_by_themselves(chromium: Chromium, served: ServedSimulator) -> None:
    page = await opened(chromium, served)
    choices = {"items": [{"action": {"type": "message", "label": "はい", "text": "お願いします"}}]}

    desk_says(served, text("交換しますか") | {"quickReply": choices, "sender": {"name": "佐藤"}})
    await expect(bubbles(page)).to_contain_text("佐藤")
    await page.get_by_role("button", name="はい", exact=True).click()

    await expect(bubbles(page)).to_have_count(2)
    await expect(page.locator("#quick")).to_be_hidden()
    assert said(served) == ["交換しますか", "お願いします"]


async def test_stickers_pictures_and_quotes_are_sent(
    chromium: Chromium, served: ServedSimulator, tmp_path: Path
) -> None:
    page = await opened(chromium, served)
    file = tmp_path / "写真.png"
    file.write_bytes(picture(8, 8))

    await page.get_by_role("button", name="スタンプ").click()
    await page.get_by_role("button", name="了解").press("Enter")
    await page.locator("#image").set_input_files([file, file])
    await expect(bubbles(page)).to_have_count(3)
    await bubbles(page).first.hover()
    await bubbles(page).first.get_by_role("button", name="リプライ").click()
    await page.locator("#text").fill("これのことです")
    await page.get_by_role("button", name="送信", exact=True).click()

    await expect(bubbles(page)).to_have_count(4)
    await expect(bubbles(page).last.locator(".bubble__quote")).to_have_text("了解")
    await expect(bubbles(page).nth(1).locator("img")).to_have_js_property("naturalWidth", 8)
    kept = list(served.platform.talks.of(user(served)))
    assert [bubble.message["type"] for bubble in kept] == ["sticker", "image", "image", "text"]
    assert [bubble.message["imageSet"]["index"] for bubble in kept[1:3]] == [1, 2]
    assert kept[3].quoted_id == kept[0].id
    assert chromium.complaints == []


async def test_what_was_sent_is_taken_back(chromium: Chromium, served: ServedSimulator) -> None:
    page = await opened(chromium, served)
    await page.locator("#text").fill("間違えました")
    await page.locator("#text").press("Enter")

    await bubbles(page).first.hover()
    await page.get_by_role("button", name="送信取消").click()

    await expect(bubbles(page)).to_have_text("メッセージの送信を取り消しました" + await clock_of(bubbles(page)))
    await expect(page.locator("#text")).to_be_focused()


async def clock_of(entries: Locator) -> str:
    return await entries.locator("time").inner_text()


async def test_who_blocks_hears_nothing(chromium: Chromium, served: ServedSimulator) -> None:
    page = await opened(chromium, served)

    await page.get_by_role("button", name="ブロック").click()
    await expect(page.get_by_text("ブロックしています")).to_be_visible()
    desk_says(served, text("届かない"))
    await page.get_by_role("button", name="ブロック解除").click()
    await expect(page.locator("#notice")).to_be_hidden()
    desk_says(served, text("また届く"))

    await expect(bubbles(page)).to_have_count(1)
    await expect(bubbles(page)).to_contain_text("また届く")


async def test_one_is_somebody_else_and_in_a_group(chromium: Chromium, served: ServedSimulator) -> None:
    page = await opened(chromium, served)
    group = next(iter(served.platform.people.groups))

    await page.get_by_label("利用者").select_option("Ken🎣")
    await page.locator("#talk").select_option("町内会の買い物係")
    await page.locator("#text").fill("@公式LINE みかんを2箱")
    await page.locator("#text").press("Enter")
    await expect(bubbles(page)).to_have_count(1)
    await page.get_by_label("利用者").select_option("はなこ")
    await page.locator("#talk").select_option("町内会の買い物係")

    await expect(bubbles(page)).to_contain_text("Ken🎣")
    await page.get_by_role("button", name="退会させる").click()
    await expect(page.get_by_text("公式アカウントはこのグループにいません")).to_be_visible()
    assert not served.platform.people.groups[group].has_account


@pytest.mark.parametrize(("locale", "width", "dark"), [("ja", 1440, False), ("en", 390, True), ("ja", 390, False)])
async def test_the_page_is_for_everybody(
    chromium: Chromium, served: ServedSimulator, locale: str, width: int, dark: bool
) -> None:
    page = await opened(chromium, served, locale=locale, width=width, dark=dark)
    await page.locator("#text").fill("こんにちは")
    await page.locator("#text").press("Enter")
    desk_says(served, text("はい"))
    await expect(bubbles(page)).to_have_count(2)
    await page.get_by_role("button", name="スタンプ" if locale == "ja" else "Stickers").click()

    found = await Axe().run(page)

    wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found.violations_count == 0, found.generate_report()
    assert wide
    await expect(page.locator("html")).to_have_attribute("lang", locale)
    assert chromium.complaints == []
