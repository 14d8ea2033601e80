"""The chat's widget on a site that is not ours: strict CSP, Trusted Types, hostile styles, two tags."""

import asyncio
from datetime import timedelta

from playwright.async_api import Page, Route, expect

from app.core.clock import now
from tests.support.browser import Chromium
from tests.support.chat_stand_in import StandIn
from tests.support.foreign_site import open_visitor
from tests.support.network import eventually

HOSTS = "madoguchi-chat"


async def test_a_hostile_site_neither_breaks_it_nor_is_broken(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    page = await chromium.new_page()
    await page.goto(hostile_site)
    await page.locator(HOSTS).wait_for(state="attached")

    assert await page.evaluate("document.querySelector('madoguchi-chat').shadowRoot") is None
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.visit()
    before = await _globals(visitor.page)
    focused = await visitor.page.evaluate("document.activeElement.tagName")
    await visitor.launcher.click()
    await visitor.say("届きますか")
    await eventually(lambda: [each["text"] for each in chat_desk.posted] == ["届きますか"], what="the message")
    box = await visitor.panel.bounding_box()

    assert box is not None
    assert box["width"] == 380
    assert box["x"] + box["width"] == 1440 - 20
    assert focused == "BODY"
    assert await _globals(visitor.page) == before
    assert await visitor.panel.evaluate("panel => getComputedStyle(panel).visibility") == "visible"
    assert await visitor.text.evaluate("text => getComputedStyle(text).fontSize") == "14px"
    assert await visitor.page.evaluate("errors") == []
    assert chromium.complaints == []


async def test_two_tags_are_one_widget_and_one_global(hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.page.add_init_script("window.atFirst = Object.keys(window)")

    await visitor.open()
    await expect(visitor.page.locator(HOSTS)).to_have_count(1)
    mine = await visitor.page.evaluate("Object.keys(window).filter((each) => !atFirst.includes(each))")

    assert set(mine) - {"atFirst", "errors"} == {"madoguchi"}


async def test_that_one_types_is_told_now_and_then(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("まず")

    await visitor.page.clock.set_fixed_time(now())
    await visitor.text.press_sequentially("いま書いています")
    await eventually(lambda: chat_desk.count("typing") == 1, what="typing")
    await visitor.text.press_sequentially("まだ")
    await visitor.page.clock.set_fixed_time(now() + timedelta(minutes=1))
    await visitor.text.press_sequentially("ずっと")
    await eventually(lambda: chat_desk.count("typing") > 1, what="typing a minute later")

    assert chat_desk.count("typing") == 2


async def test_what_is_typed_is_no_shortcut_of_the_page(hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.page.evaluate("window.keys = []; addEventListener('keydown', (event) => keys.push(event.key));")

    await visitor.text.press_sequentially("jk")
    await visitor.page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")

    assert await visitor.page.evaluate("keys") == ["Escape"]
    await expect(visitor.panel).to_be_visible()


async def test_it_survives_the_body_and_the_navigation_of_a_single_page_site(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.text.fill("書きかけ")
    await eventually(lambda: chat_desk.stream_count == 1, what="the answer to the visit")

    await visitor.page.evaluate("document.title = '料金'; history.pushState({}, '', '/price')")
    await eventually(lambda: len(chat_desk.visits) == 2, what="the second page")
    await visitor.page.evaluate("document.body = document.createElement('body')")

    assert chat_desk.visits[1]["page"]["title"] == "料金"
    assert chat_desk.visits[1]["token"] == chat_desk.token
    await expect(visitor.text).to_be_visible()
    await expect(visitor.text).to_have_value("書きかけ")
    await visitor.launcher.click()
    await expect(visitor.panel).to_be_hidden()
    await expect(visitor.page.locator(HOSTS)).to_have_count(1)


async def test_a_page_view_costs_the_desk_its_settings_only(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)

    await visitor.visit("/first")
    await visitor.visit("/second")

    assert [path for method, path in chat_desk.calls if method == "POST"] == []
    assert chat_desk.stream_count == 0
    assert [path for _, path in chat_desk.calls if path.startswith("opened")] == []


async def test_a_desk_that_was_away_for_a_moment_is_asked_again(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.page.route("**/config?*", lambda route: route.abort(), times=1)

    await visitor.page.goto(hostile_site)
    await expect(visitor.launcher).to_be_visible()

    assert await visitor.page.evaluate("errors") == []


async def test_the_page_opens_it_and_says_who_is_logged_in(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.page.add_init_script(
        "window.madoguchi = {identity: 'signed.token', attributes: {plan: 'pro'}, language: 'en'}"
    )
    await visitor.visit()

    await visitor.page.evaluate("madoguchi.open()")
    await expect(visitor.panel).to_be_visible()
    await eventually(lambda: len(chat_desk.visits) == 1, what="the visit")
    await visitor.page.evaluate("madoguchi.identify('another.token')")
    await eventually(lambda: len(chat_desk.visits) == 2, what="the other visit")
    await visitor.page.evaluate("madoguchi.close()")

    await expect(visitor.panel).to_be_hidden()
    first, second = chat_desk.visits
    assert (first["identity"], first["attributes"], first["language"]) == ("signed.token", {"plan": "pro"}, "en")
    assert second["identity"] == "another.token"


async def test_who_signs_in_while_the_first_visit_is_under_way_is_known(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    has_begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        has_begun.set()
        await may_go_on.wait()
        await route.continue_()

    await visitor.page.route("**/visits", slowly)
    await visitor.visit()
    await visitor.page.evaluate("madoguchi.open()")
    await has_begun.wait()
    await visitor.page.evaluate("madoguchi.identify('signed.token')")
    may_go_on.set()

    await eventually(lambda: len(chat_desk.visits) == 2, what="the visit of whom the site knows")
    assert [each["identity"] for each in chat_desk.visits] == [None, "signed.token"]


async def test_a_word_before_one_asks_is_shown_once(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    anywhere = {"page": "/price*", "seconds": 0, "visited_before": None, "attributes": {}}
    never = anywhere | {"attributes": {"plan": "pro"}}
    chat_desk.config["prompts"] = [
        {"id": 7, "kind": "message", "title": "", "text": "お困りですか", "button": "", "url": "", "when": anywhere},
        {"id": 8, "kind": "message", "title": "", "text": "別の人に", "button": "", "url": "", "when": never},
    ]
    visitor = await open_visitor(chromium, hostile_site)
    card = visitor.page.locator("madoguchi-chat .card")
    await visitor.visit("/")
    await expect(card).to_have_count(0)

    await visitor.page.evaluate("history.pushState({}, '', '/price/a')")
    await expect(card).to_contain_text("お困りですか")
    await visitor.button("チャットを開く").first.click()
    await visitor.say("はい")
    await eventually(lambda: len(chat_desk.posted) == 1, what="the message")
    await visitor.visit("/price/b")
    await expect(visitor.panel).to_be_visible()

    await eventually(lambda: _counted(chat_desk, 7) == ["clicked", "shown"], what="the counts")
    assert "prompts/8" not in chat_desk.bodies
    assert chat_desk.posted[0]["prompt_id"] == 7
    await expect(card).to_have_count(0)


async def test_a_guide_leads_to_its_page(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    here = {"page": "", "seconds": 0, "visited_before": False, "attributes": {}}
    guide = {"kind": "guide", "title": "はじめに", "text": "三分で分かります", "button": "読む", "when": here}
    chat_desk.config["prompts"] = [
        {"id": 1, "url": "/guide", **guide},
        {"id": 2, "url": "javascript:alert(1)", **guide},
    ]
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.visit()

    await visitor.page.locator("madoguchi-chat .card a").click()
    await visitor.page.wait_for_url("**/guide")
    await expect(visitor.button("読む")).to_be_visible()

    assert await visitor.page.locator("madoguchi-chat .card a").count() == 0
    await eventually(lambda: _counted(chat_desk, 1) == ["clicked", "shown"], what="the counts")


def _counted(desk: StandIn, prompt: int) -> list[str]:
    """In no order: each is a request of its own."""
    return sorted(each["what"] for each in desk.bodies.get(f"prompts/{prompt}", []))


async def _globals(page: Page) -> list[str]:
    names: list[str] = await page.evaluate("Object.keys(window)")
    return sorted(names)
