"""An administrator sets up the desk at the screen, with mouse and keyboard."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.browser import HEIGHT, Chromium
from tests.support.office import PASSWORD, Office
from tests.support.window import Window, is_answer, open_window

PAGES = (
    "",
    "/people",
    "/people/invitations/new",
    "/teams",
    "/teams/new",
    "/mailboxes",
    "/mailboxes/2",
    "/mailboxes/new",
    "/statuses",
    "/statuses/4",
    "/categories",
    "/categories/new",
    "/labels",
    "/labels/new",
    "/fields",
    "/fields/new",
    "/templates",
    "/templates/frames/new",
    "/announcements",
    "/announcements/new",
    "/notices",
    "/search?q=ラベル",
    "/policy",
    "/audit",
    "/system",
)
VIEWS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1440, "light"), (390, "dark"))


async def window_at(office: Office, chromium: Chromium, path: str, *, locale: str = "ja") -> Window:
    window = await office.window(chromium, await office.admin(locale=locale))
    await window.open(path)
    await window.is_ready()
    return window


async def names_in(window: Window) -> list[str]:
    names = await window.page.locator(".order__name").all_text_contents()
    return [name.strip() for name in names]


@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_every_page_of_the_settings_is_accessible(office: Office, chromium: Chromium, locale: str) -> None:
    window = await window_at(office, chromium, "/admin/labels/new", locale=locale)
    await window.page.fill("#name", "部品待ち")
    await window.page.click("main [type=submit]")

    for path in PAGES:
        await window.open(f"/admin{path}")
        await window.is_ready()
        await expect(window.page.locator("html")).to_have_attribute("lang", locale)
        await is_accessible(window, path)
    await window.page.keyboard.press("Control+k")
    await expect(window.page.locator("#palette")).to_be_visible()
    await is_accessible(window, "palette")
    assert chromium.complaints == []


async def is_accessible(window: Window, path: str) -> None:
    """Wide and light, then narrow and dark: what either brings is seen once."""
    for width, mode in VIEWS:
        await window.page.set_viewport_size({"width": width, "height": HEIGHT})
        await window.page.emulate_media(color_scheme=mode)
        found = await Axe().run(window.page)
        assert found.response["violations"] == [], f"{path} {width} {mode}: {found.generate_report()}"
        scrolls = await window.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not scrolls, f"{path} is wider than the window of {width}"


async def test_somebody_is_invited_and_comes_in(office: Office, chromium: Chromium) -> None:
    window = await window_at(office, chromium, "/admin/people/invitations/new")
    await window.page.fill("#email", "taro@example.jp")
    await window.page.fill("#name", "高橋 太郎")
    await window.page.keyboard.press("Enter")
    link = await window.page.locator("#invitation-link").input_value()

    guest = await open_window(chromium, office.desk.address)
    await guest.page.goto(link)
    await guest.page.fill("#password", PASSWORD)
    await guest.page.keyboard.press("Enter")
    await guest.is_ready()

    await window.open("/admin/people")
    await expect(window.page.locator("tr", has_text="taro@example.jp")).to_contain_text("有効")
    await guest.page.goto(link)
    await expect(guest.page.locator("main")).to_contain_text("すでに使われています")
    assert [each for each in chromium.complaints if not is_answer(each, 410)] == []


async def test_settings_are_found_by_typing(office: Office, chromium: Chromium) -> None:
    window = await window_at(office, chromium, "/admin")

    await window.page.keyboard.press("/")
    await window.page.keyboard.type("horyuu")
    await expect(window.page.locator("#settings-found [role=option]").first).to_be_visible()
    await window.page.keyboard.press("Enter")

    await expect(window.page.locator("h1")).to_contain_text("ステータス")


async def test_the_order_changes_by_keyboard_and_by_mouse(office: Office, chromium: Chromium) -> None:
    window = await window_at(office, chromium, "/admin/labels")
    for name in ("A", "B", "C"):
        await window.open("/admin/labels/new")
        await window.page.fill("#name", name)
        await window.page.keyboard.press("Enter")
        await expect(window.page.locator(".order__name", has_text=name)).to_be_visible()
    await window.is_ready()

    await window.page.locator(".order__name", has_text="C").focus()
    await window.page.keyboard.press("Alt+ArrowUp")
    await expect(window.page.locator(".order__name").nth(1)).to_have_text("C")
    by_keyboard = await names_in(window)
    first, last = window.page.locator(".handle").first, window.page.locator(".order__line").last
    box = await last.bounding_box()
    assert box
    async with window.page.expect_response(lambda response: response.request.method == "POST"):
        await first.drag_to(last, target_position={"x": 20, "y": box["height"] - 2})
    await window.page.reload()

    assert by_keyboard == ["A", "C", "B"]
    assert await names_in(window) == ["C", "B", "A"]


async def test_the_arrow_button_keeps_the_focus(office: Office, chromium: Chromium) -> None:
    window = await window_at(office, chromium, "/admin/statuses")
    down = window.page.get_by_role("button", name="対応中を下へ")

    await down.focus()
    await window.page.keyboard.press("Enter")

    await expect(window.page.locator("section", has_text="保留").locator(".order__name").first).to_have_text("保留")
    assert await window.page.evaluate("document.activeElement.id") == "down-2"


async def test_a_mailbox_is_tried_without_losing_what_was_typed(office: Office, chromium: Chromium) -> None:
    window = await window_at(office, chromium, "/admin/mailboxes/2")
    await window.page.fill("#name", "新しい名前")
    await window.page.fill("#smtp_port", "1")

    await window.page.click("[data-check]")
    await expect(window.page.locator(".step--wrong")).to_contain_text("SMTP")
    await expect(window.page.locator("#smtp_port")).to_be_focused()
    await window.page.fill("#smtp_port", str(office.smtp.port))
    await window.page.click("[data-check]")

    await expect(window.page.locator(".step--good")).to_have_count(2)
    assert await window.page.input_value("#name") == "新しい名前"
    assert await window.page.locator("#smtp_port").get_attribute("aria-invalid") is None
