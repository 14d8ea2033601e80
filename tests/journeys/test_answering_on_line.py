"""Answering on LINE in the browser: a sticker, a long text, a picture; a customer who blocked us; no messages left."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import expect
from sqlalchemy import select

from app.channels.line_forms import LineForm
from app.channels.lines import create_line
from app.conversations.models import Quota
from simulators.line.people import PersonForm
from simulators.line.platform import Credentials
from tests.support.browser import Chromium
from tests.support.builders import build_agent
from tests.support.line_simulator import SECRET, TOKEN, ServedSimulator, serve_simulator
from tests.support.network import PATIENCE_SECONDS, eventually, wait_until
from tests.support.serving import ServedDesk
from tests.support.window import Window, open_window

USER = "U" + "7" * 32
PASSWORD = "correct horse battery"
LONG = "長い文章です。" * 800


@dataclass
class LineOffice:
    desk: ServedDesk
    line: ServedSimulator
    email: str

    async def play(self, path: str, **json: Any) -> None:
        async with httpx.AsyncClient(base_url=self.line.url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
            (await client.post(f"/simulator{path}", json=json)).raise_for_status()

    async def say(self, text: str) -> None:
        act = {"type": "message", "user": USER, "message": {"type": "text", "text": text}}
        await self.play("/webhooks", acts=[act], wait=True)

    async def set_rules(self, **rules: Any) -> None:
        async with httpx.AsyncClient(base_url=self.line.url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
            (await client.patch("/simulator/rules", json=rules)).raise_for_status()

    async def has_asked_for_the_quota(self) -> bool:
        async with self.desk.open() as opened, opened.database.reading() as session:
            return bool(await session.scalar(select(Quota.month)))

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return self.line.platform.ledger.entries()

    async def wait_for(self, count: int) -> None:
        await asyncio.to_thread(wait_until, lambda: len(self.accepted) >= count, what="LINE's answers", seconds=60)

    async def window(self, chromium: Chromium, *, locale: str = "ja", width: int = 1440, dark: bool = False) -> Window:
        window = await open_window(chromium, self.desk.address, locale=locale, width=width)
        await window.sign_in(self.email, PASSWORD)
        return window


@pytest.fixture
def line(desk: ServedDesk) -> Iterator[ServedSimulator]:
    given = Credentials(channel_secret=SECRET, access_token=TOKEN, people=[PersonForm(id=USER, name="佐藤 葵")])
    with serve_simulator(given) as served:
        yield served


@pytest_asyncio.fixture
async def office(desk: ServedDesk, line: ServedSimulator) -> AsyncIterator[LineOffice]:
    (desk.directory / ".env").write_text(
        f"MADOGUCHI_LINE_API_URL={line.url}\nMADOGUCHI_LINE_DATA_API_URL={line.url}\nMADOGUCHI_BASE_URL={desk.address}\n"
    )
    form = LineForm.model_validate(
        {"name": "公式アカウント", "channel_secret": SECRET, "channel_access_token": TOKEN, "hold_seconds": 0}
    )
    async with desk.open() as opened, opened.database.transaction() as session:
        agent = await build_agent(session, email="hanako@example.jp", password=PASSWORD)
        channel = await create_line(session, form, opened.box)
    line.platform.credentials.webhook_url = f"{desk.address}/hooks/line/{channel.key}"
    desk.start()
    yield LineOffice(desk, line, agent.email)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), (200, 80, 40)).save(out, "PNG")
    return out.getvalue()


async def open_ticket(office: LineOffice, chromium: Chromium, **look: Any) -> Window:
    await office.say("届いた商品が壊れていました")
    window = await office.window(chromium, **look)
    await window.page.route("**/pictures/line/**", lambda route: route.fulfill(status=404))
    await expect(window.rows).to_have_count(1)
    await window.rows.locator(".row__link").click()
    await expect(window.timeline).to_contain_text("壊れていました")
    return window


async def attach(window: Window) -> None:
    file: Any = {"name": "写真.png", "mimeType": "image/png", "buffer": photo()}
    async with window.page.expect_response(lambda answer: answer.url.endswith("/api/v1/attachments")):
        await window.page.set_input_files("#composer-file", file)
    await expect(window.page.locator("#composer-files progress")).to_have_count(0)


async def choose_sticker(window: Window) -> None:
    """The second of the first set, by the keyboard alone."""
    await window.page.click('[data-action="stickers"]')
    await window.page.select_option("#sticker-package", "446")
    await window.page.locator("#sticker-shelf button").first.focus()
    await window.page.keyboard.press("ArrowRight")
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("#composer-sticker")).to_be_visible()


async def test_words_a_sticker_and_a_picture_leave_free_by_reply(office: LineOffice, chromium: Chromium) -> None:
    window = await open_ticket(office, chromium)

    await window.page.click('.entry--inbound [data-action="quote"]')
    await expect(window.page.locator("#composer-quoting")).to_contain_text("壊れていました")
    await expect(window.page.locator("#to-field")).to_be_hidden()
    await expect(window.page.locator("#composer-way")).to_contain_text("無料")
    await window.text.fill("申し訳ございません。")
    await choose_sticker(window)
    await window.page.click('[data-action="choices"]')
    await window.page.fill("#composer-choice", "交換したい")
    await window.page.press("#composer-choice", "Enter")
    await attach(window)
    await window.text.focus()
    await window.page.keyboard.press("Control+Enter")
    await office.wait_for(3)

    words, picture, sticker = (each["message"] for each in office.accepted)
    assert {each["way"] for each in office.accepted} == {"reply"}
    assert (words["text"], bool(words["quoteToken"])) == ("申し訳ございません。", True)
    assert (sticker["packageId"], sticker["stickerId"]) == ("446", "1989")
    assert sticker["quickReply"]["items"][0]["action"]["text"] == "交換したい"
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        whole = await client.get(picture["originalContentUrl"])
    assert Image.open(io.BytesIO(whole.content)).size == (320, 200)
    await expect(window.timeline).to_contain_text("申し訳ございません。")


@pytest.mark.parametrize(("width", "locale"), [(1440, "ja"), (390, "en")])
async def test_nothing_in_the_composer_hinders_anybody(
    office: LineOffice, chromium: Chromium, width: int, locale: str
) -> None:
    window = await open_ticket(office, chromium, width=width, locale=locale)
    await window.page.click('.entry--inbound [data-action="quote"]')
    await window.page.click('[data-action="choices"]')
    await window.page.fill("#composer-choice", "交換したい")
    await window.page.press("#composer-choice", "Enter")
    await choose_sticker(window)

    results = await Axe().run(window.page)

    assert not results.response["violations"], results.generate_report()


async def test_no_button_of_the_composer_stands_alone_on_a_line(office: LineOffice, chromium: Chromium) -> None:
    window = await open_ticket(office, chromium)
    await window.begin_reply()

    tools = await heights(window, ".composer__tools > .button:visible")
    foot = await heights(window, ".composer__foot > :visible")

    assert len(set(tools)) == 1
    assert all(foot.count(height) > 1 for height in foot)


async def heights(window: Window, selector: str) -> list[int]:
    """Of their middles: what stands on one line has the same."""
    middles = "all => all.map(each => each.getBoundingClientRect()).map(box => Math.round((box.top + box.bottom) / 2))"
    found: list[int] = await window.page.locator(selector).evaluate_all(middles)
    return found


async def test_a_long_text_is_seen_split_before_it_leaves(office: LineOffice, chromium: Chromium) -> None:
    window = await open_ticket(office, chromium)
    await window.begin_reply()

    await window.text.fill(LONG)
    await expect(window.page.locator("#composer-count")).to_contain_text("2")
    await window.page.click("#composer-parts summary")
    await expect(window.page.locator(".talk__part")).to_have_count(2)
    await window.page.click("#send")
    await office.wait_for(2)

    assert "".join(each["message"]["text"] for each in office.accepted) == LONG


async def test_nobody_is_written_to_who_blocked_us(office: LineOffice, chromium: Chromium) -> None:
    window = await open_ticket(office, chromium)
    await window.begin_reply()
    await window.text.fill("下書きです")
    await expect(window.page.locator("#composer-saved")).to_contain_text("保存済み")

    await office.play("/webhooks", acts=[{"type": "unfollow", "user": USER}], wait=True)
    await window.reload()

    await expect(window.page.locator("#composer-unreachable")).to_be_visible()
    await expect(window.page.locator("#composer-way")).to_be_hidden()
    await expect(window.page.locator("#send")).to_be_disabled()
    await expect(window.composer.locator('.composer__foot [data-action="discard"]')).to_be_enabled()
    await expect(window.text).to_have_value("下書きです")


async def test_that_nothing_more_goes_beside_five_pictures_is_said_while_one_writes(
    office: LineOffice, chromium: Chromium
) -> None:
    window = await open_ticket(office, chromium)
    await window.begin_reply()
    for _ in range(5):
        await attach(window)

    await window.text.fill("写真です")

    await expect(window.page.locator("#composer-count")).to_contain_text("一度に送れるのは5件まで")


async def test_what_has_no_quota_waits_with_the_reason(office: LineOffice, chromium: Chromium) -> None:
    """LINE says so: the desk asked in the morning, and does not know it yet."""
    await eventually(office.has_asked_for_the_quota, what="the desk's first look at the quota")
    await office.set_rules(quota={"limit": 0, "used": 0})
    window = await open_ticket(office, chromium)
    await window.begin_reply()
    await window.text.fill("一つ目は無料です")
    await window.page.click("#send")
    await office.wait_for(1)
    await expect(window.composer).to_be_hidden()
    await expect(window.timeline).to_contain_text("一つ目は無料です")
    await window.begin_reply()

    await window.text.fill("二つ目は待ちます")
    await window.page.click("#send")

    await expect(window.page.locator("body")).to_contain_text("monthly limit", use_inner_text=True)
    assert [each["way"] for each in office.accepted] == ["reply"]
