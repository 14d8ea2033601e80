"""How the widget looks and reads: telephones, both modes, both languages, any colour, a screen reader."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.browser import Chromium
from tests.support.chat_stand_in import StandIn
from tests.support.foreign_site import Visitor, open_visitor

MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
COLORS = ("#1d5797", "#ffd54a", "#101010", "#777777")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("color", COLORS)
async def test_axe_finds_nothing_in_any_colour_and_mode(
    chat_desk: StandIn, kind_site: str, chromium: Chromium, color: str
) -> None:
    chat_desk.config["look"]["color"] = color
    prompt = {"page": "", "seconds": 0, "visited_before": None, "attributes": {}}
    chat_desk.config["prompts"] = [
        {"id": 1, "kind": "guide", "title": "はじめに", "text": "三分で", "button": "読む", "url": "/a", "when": prompt}
    ]
    chat_desk.suggestions = [{"id": 3, "question": "送料は", "answer": "500 円 https://example.com"}]
    visitor = await open_visitor(chromium, kind_site)
    await visitor.visit()
    await expect(visitor.page.locator("madoguchi-chat .card")).to_be_visible()
    await _is_accessible(visitor, "card")

    await visitor.launcher.click()
    await visitor.say("見てください https://example.com/")
    chat_desk.say("はい https://example.com/")
    chat_desk.say("自動の言葉", sender="desk", name="")
    chat_desk.tell("state", {"typing": {"name": "山田", "until": "2099-01-01T00:00:00Z"}, "is_there": False})
    await expect(visitor.row("自動の言葉")).to_be_visible()
    await expect(visitor.button("メールで返事を受け取る")).to_be_visible()
    await visitor.page.context.set_offline(True)
    await visitor.say("届かない")
    await expect(visitor.row("届かない")).to_contain_text("送れませんでした")
    await visitor.button("メールで返事を受け取る").click()
    await visitor.button("メールで返事を受け取る").last.click()
    await visitor.button("絵文字").click()
    await _is_accessible(visitor, "talk")
    await visitor.page.context.set_offline(False)
    await visitor.panel.locator(".head").get_by_role("button", name="チャットを終える").click()
    await _is_accessible(visitor, "ending")


@pytest.mark.parametrize("width", [1440, 390])
async def test_axe_finds_nothing_in_the_form(
    chat_desk: StandIn, english_site: str, chromium: Chromium, width: int
) -> None:
    chat_desk.config |= {"is_there": False}
    choice = {"name": "topic", "label": "Topic", "kind": "choice", "options": ["A", "B"], "is_required": True}
    terms = {"name": "terms", "label": "I agree", "kind": "consent", "options": [], "is_required": True}
    chat_desk.config["fields"] = [choice, terms]
    visitor = await open_visitor(chromium, english_site, locale="en", width=width)
    await visitor.open()
    await visitor.text.fill("Hello")
    await visitor.text.press("Enter")
    await expect(visitor.panel.get_by_text("Your consent is needed")).to_be_visible()

    await _is_accessible(visitor, "form")


async def test_a_telephone_gives_it_the_whole_screen_and_keeps_the_focus_in_it(
    chat_desk: StandIn, kind_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, kind_site, width=390)
    await visitor.open()
    box = await visitor.panel.bounding_box()

    assert box == {"x": 0, "y": 0, "width": 390, "height": 900}
    assert await visitor.page.evaluate(OVERFLOW) == 0
    assert await visitor.text.evaluate("text => getComputedStyle(text).fontSize") == "16px"
    await expect(visitor.panel).to_have_attribute("aria-modal", "true")
    await expect(visitor.launcher).to_be_hidden()
    for _ in range(12):
        await visitor.page.keyboard.press("Tab")
        inside = "document.querySelector('madoguchi-chat').shadowRoot.activeElement?.closest('[role=dialog]') != null"
        assert await visitor.page.evaluate(inside)
    await visitor.button("閉じる").click()
    await expect(visitor.launcher).to_be_focused()


async def test_it_stands_where_and_reads_as_the_site_wishes(
    chat_desk: StandIn, english_site: str, chromium: Chromium
) -> None:
    chat_desk.config["look"]["position"] = "left"
    chat_desk.config["texts"] |= {"title": "Ask us", "greeting": "Hello there", "launcher": "Help"}
    visitor = await open_visitor(chromium, english_site, locale="ja", dark=True)
    await visitor.open()
    box = await visitor.panel.bounding_box()

    assert box is not None
    assert box["x"] == 20
    await expect(visitor.launcher).to_have_text("Help")
    await expect(visitor.panel).to_have_accessible_name("Ask us")
    await expect(visitor.row("Hello there")).to_be_visible()
    await expect(visitor.text).to_have_attribute("placeholder", "Write a message")
    dark = await visitor.panel.evaluate("panel => getComputedStyle(panel).backgroundColor")
    assert dark == "rgb(28, 31, 36)"


async def test_nothing_of_the_page_moves_when_it_comes(chat_desk: StandIn, kind_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, kind_site)
    await visitor.page.add_init_script(
        "window.shift = 0; const add = (list) => { for (const each of list.getEntries()) shift += each.value; };"
        "new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });"
    )
    await visitor.open()

    assert await visitor.page.evaluate("shift") == 0
    assert await visitor.page.evaluate("document.body.style.cssText + document.documentElement.style.cssText") == ""


async def _is_accessible(visitor: Visitor, what: str) -> None:
    for mode in MODES:
        await visitor.page.emulate_media(color_scheme=mode)
        results = await Axe().run(visitor.page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{what}, {mode}"
