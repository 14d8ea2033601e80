"""A visitor on a foreign site with a hostile stylesheet and a strict CSP, and an agent at the desk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Route, expect

from app.channels.chat_forms import FRESH, ChatForm
from app.channels.chat_service import create_chat
from tests.support.browser import Chromium
from tests.support.chat_stand_in import PIXEL
from tests.support.foreign_site import Visitor, open_tab, open_visitor, serve_site
from tests.support.network import LOOPBACK, eventually, find_free_ports
from tests.support.office import Office
from tests.support.window import Window

QUESTION = "送料はいくらですか"
ANSWER = "全国一律 500 円です"


@dataclass(frozen=True, slots=True)
class Shop:
    """A site whose origin alone is allowed; the chat answers by the office's mailbox when nobody is there."""

    office: Office
    site: str
    key: str


@pytest_asyncio.fixture
async def key(office: Office, shop_port: int) -> str:
    form = ChatForm.model_validate(
        {**FRESH, "name": "サイトのチャット", "origins": [f"http://{LOOPBACK}:{shop_port}"], "mail_channel_id": 2}
    )
    async with office.desk.open() as opened, opened.database.transaction() as session:
        return (await create_chat(session, form, opened.box)).key


@pytest.fixture
def shop_port() -> int:
    return find_free_ports(1)[0]


@pytest.fixture
def shop(office: Office, key: str, shop_port: int) -> Iterator[Shop]:
    tag = f"{office.desk.address}/chat/{key}/widget.js"
    with serve_site(office.desk.address, (tag, tag), port=shop_port) as site:
        yield Shop(office, site, key)


async def _meet(shop: Shop, chromium: Chromium) -> tuple[Visitor, Window]:
    """The agent is at the desk before the visitor asks."""
    hanako = await shop.office.window(chromium, shop.office.hanako)
    visitor = await open_visitor(chromium, shop.site)
    await visitor.open()
    await expect(visitor.panel.locator(".state")).to_have_text("ただいま対応できます")
    await visitor.say(QUESTION)
    await expect(hanako.rows.filter(has_text=QUESTION)).to_be_visible()
    await hanako.rows.locator(".row__link").click()
    await expect(hanako.timeline).to_contain_text(QUESTION)
    return visitor, hanako


async def _answer(window: Window, text: str) -> None:
    await window.begin_reply()
    await window.text.fill(text)
    await window.page.keyboard.press("Control+Enter")


@asynccontextmanager
async def _typing_on(visitor: Visitor) -> AsyncIterator[None]:
    """A person goes on typing: of one stroke the desk tells for a few seconds only."""

    typing = asyncio.create_task(visitor.text.press_sequentially("あ" * 100, delay=300))
    try:
        yield
    finally:
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)


async def test_a_question_is_answered_while_both_look_on(shop: Shop, chromium: Chromium) -> None:
    visitor, hanako = await _meet(shop, chromium)
    await hanako.begin_reply()
    await expect(visitor.row(QUESTION)).to_contain_text("既読")
    await hanako.text.press_sequentially("全国")
    await expect(visitor.panel.locator(".typing")).to_be_visible()

    await hanako.text.fill(ANSWER)
    await hanako.page.keyboard.press("Control+Enter")
    await expect(visitor.row(ANSWER)).to_be_visible()
    await expect(visitor.panel.locator(".typing")).to_be_hidden()
    await hanako.page.bring_to_front()
    async with _typing_on(visitor):
        await expect(hanako.page.locator("#visitor-typing")).to_be_visible()
    await visitor.text.fill("ありがとう")
    await visitor.text.press("Enter")
    await expect(hanako.timeline).to_contain_text("ありがとう")

    await expect(visitor.rows).to_have_count(3)
    assert await visitor.page.evaluate("errors") == []
    assert chromium.complaints == []


async def test_a_cut_line_a_reload_and_a_second_tab_keep_the_talk(shop: Shop, chromium: Chromium) -> None:
    visitor, hanako = await _meet(shop, chromium)
    await visitor.page.context.set_offline(True)
    await visitor.say("切れている間の言葉")
    await expect(visitor.row("切れている間の言葉")).to_contain_text("送れませんでした")
    await _answer(hanako, ANSWER)
    await expect(hanako.timeline).to_contain_text(ANSWER)

    await visitor.page.context.set_offline(False)
    await expect(visitor.row(ANSWER)).to_be_visible()
    await expect(hanako.timeline).to_contain_text("切れている間の言葉")
    await visitor.page.reload()
    await expect(visitor.rows).to_have_count(3)
    other = await open_tab(visitor)
    await other.open()
    await expect(other.rows).to_have_count(3)
    await other.say("二枚目から")
    await expect(visitor.row("二枚目から")).to_be_visible()
    await expect(hanako.timeline.locator(".entry--inbound", has_text="二枚目から")).to_have_count(1)

    await expect(hanako.timeline.locator(".entry--inbound")).to_have_count(3)


async def test_files_go_both_ways(shop: Shop, chromium: Chromium) -> None:
    visitor, hanako = await _meet(shop, chromium)
    files = [FilePayload(name="写真.png", mimeType="image/png", buffer=PIXEL)]
    await visitor.panel.locator("input[type=file]").set_input_files(files)
    await expect(visitor.panel.locator(".chip")).to_contain_text("写真.png")
    await visitor.say("写真です")
    await expect(hanako.timeline).to_contain_text("写真.png")
    await expect(visitor.row("写真です").locator("img")).to_have_js_property("naturalWidth", 1)

    await hanako.begin_reply()
    async with hanako.page.expect_response(lambda answer: answer.url.endswith("/api/v1/attachments")):
        await hanako.page.set_input_files(
            "#composer-file", [FilePayload(name="見積.txt", mimeType="text/plain", buffer="五百円".encode())]
        )
    await expect(hanako.page.locator("#composer-files progress")).to_have_count(0)
    await hanako.text.fill("こちらです")
    await hanako.page.keyboard.press("Control+Enter")
    sent = visitor.row("こちらです").locator("a.file")
    await expect(sent).to_contain_text("見積.txt")
    address = await sent.get_attribute("href")

    assert address is not None
    assert urlsplit(address).netloc == urlsplit(shop.office.desk.address).netloc
    answer = await visitor.page.request.get(address)
    assert await answer.text() == "五百円"


async def test_when_nobody_is_there_the_address_goes_with_the_message(shop: Shop, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, shop.site)
    await visitor.open()
    await visitor.text.fill(QUESTION)
    await visitor.text.press("Enter")
    mail = visitor.panel.get_by_label("メールアドレス")
    await expect(mail).to_have_accessible_description("入力してください")
    await mail.fill("taro@nowhere")
    await visitor.text.press("Enter")
    await mail.fill("taro@example.com")
    await visitor.panel.get_by_label("お名前").fill("鈴木 太郎")
    await visitor.text.press("Enter")
    await expect(visitor.row(QUESTION)).to_contain_text("送信済み")
    await expect(visitor.panel).to_contain_text("taro@example.com")

    hanako = await shop.office.window(chromium, shop.office.hanako)
    await expect(hanako.rows.filter(has_text="鈴木 太郎")).to_contain_text(QUESTION)
    await expect(visitor.panel.locator(".state")).to_have_text("ただいま対応できます")


async def test_the_page_to_try_it_on_lets_it_do_all(office: Office, key: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, f"{office.desk.address}/chat/{key}")
    await office.window(chromium, office.hanako)
    await visitor.open("/try")
    files = [FilePayload(name="写真.png", mimeType="image/png", buffer=PIXEL)]
    await visitor.panel.locator("input[type=file]").set_input_files(files)
    await expect(visitor.panel.locator(".chip img")).to_have_js_property("naturalWidth", 1)
    await visitor.say("試しています")

    await expect(visitor.row("試しています").locator("img")).to_have_js_property("naturalWidth", 1)
    await expect(visitor.row("試しています")).to_contain_text("送信済み")
    assert chromium.complaints == []


async def test_a_site_that_is_not_allowed_shows_nothing_and_is_not_hurt(
    office: Office, key: str, chromium: Chromium
) -> None:
    with serve_site(office.desk.address, (f"{office.desk.address}/chat/{key}/widget.js",)) as site:
        page = await chromium.new_page()
        refused: list[str] = []
        page.on("requestfailed", lambda request: refused.append(request.url))
        await page.goto(site)
        await eventually(lambda: len(refused) == 1, what="the refusal")

        assert refused[0].endswith("/widget.js")
        assert await page.locator("madoguchi-chat").count() == 0
        assert await page.evaluate("errors") == []


async def test_an_answer_that_never_came_back_is_no_second_message(shop: Shop, chromium: Chromium) -> None:
    visitor, hanako = await _meet(shop, chromium)
    lost: list[Route] = []

    async def lose(route: Route) -> None:
        lost.append(route)
        await route.fetch()
        await route.abort()

    await visitor.page.route("**/messages", lose, times=1)
    await visitor.say("一度だけ")
    await expect(hanako.timeline.locator(".entry--inbound", has_text="一度だけ")).to_have_count(1)
    await expect(visitor.row("一度だけ").locator(".mark--sent, .mark--read")).to_be_visible()
    await visitor.say("次に")
    await expect(hanako.timeline).to_contain_text("次に")

    assert len(lost) == 1
    await expect(hanako.timeline.locator(".entry--inbound")).to_have_count(3)
    await expect(visitor.rows).to_have_count(3)
