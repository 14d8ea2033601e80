"""A LINE account from nothing to its first greeting, and a customer known by mail who shows who they are on LINE."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from app.accounts.models import Role
from app.core.clock import now
from simulators.line.people import PersonForm
from simulators.line.platform import Credentials
from tests.support.browser import Chromium
from tests.support.builders import build_agent, build_channel, build_customer, build_ticket
from tests.support.line_simulator import SECRET, TOKEN, ServedSimulator, serve_simulator
from tests.support.network import PATIENCE_SECONDS, wait_until
from tests.support.serving import ServedDesk
from tests.support.window import Window, open_window

USER = "U" + "5" * 32
ADMIN = "ken@example.jp"
PASSWORD = "correct horse battery"
MAIL = "sato@example.com"
LINK = re.compile("/join/")


@dataclass
class NewDesk:
    """No account yet; LINE is there, and a customer who writes by mail."""

    desk: ServedDesk
    line: ServedSimulator

    async def window(self, chromium: Chromium, *, locale: str = "ja") -> Window:
        window = await open_window(chromium, self.desk.address, locale=locale, width=1440)
        await window.sign_in(ADMIN, PASSWORD)
        return window

    async def act(self, **act: Any) -> None:
        async with httpx.AsyncClient(base_url=self.line.url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
            body = {"acts": [{"user": USER, **act}], "wait": True}
            (await client.post("/simulator/webhooks", json=body)).raise_for_status()

    async def say(self, text: str) -> None:
        await self.act(type="message", message={"type": "text", "text": text})

    def answers(self) -> str:
        return str(self.line.platform.ledger.entries())


@pytest.fixture
def line(desk: ServedDesk) -> Iterator[ServedSimulator]:
    people = [PersonForm(id=USER, name="佐藤 葵", is_friend=False)]
    with serve_simulator(Credentials(channel_secret=SECRET, access_token=TOKEN, people=people)) as served:
        yield served


@pytest_asyncio.fixture
async def office(desk: ServedDesk, line: ServedSimulator) -> AsyncIterator[NewDesk]:
    (desk.directory / ".env").write_text(
        f"MADOGUCHI_LINE_API_URL={line.url}\nMADOGUCHI_LINE_DATA_API_URL={line.url}\nMADOGUCHI_BASE_URL={desk.address}\n"
    )
    async with desk.open() as opened, opened.database.transaction() as session:
        await build_agent(session, name="鈴木 健", email=ADMIN, role=Role.ADMIN, password=PASSWORD)
        customer = await build_customer(session, name="佐藤 葵", address=MAIL)
        mailbox = await build_channel(session)
        mailbox.paused_at = now()
        await build_ticket(session, subject="請求書の再発行", customer=customer, channel=mailbox)
    desk.start()
    yield NewDesk(desk, line)


async def is_accessible(page: Page) -> None:
    results = await Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []


async def set_up(window: Window) -> None:
    """From the list of mailboxes to a test that finds nothing wrong."""
    page = window.page
    await window.open("/admin/mailboxes")
    await page.get_by_role("link", name="LINEアカウントを追加").click()
    await expect(page.locator("#steps")).to_contain_text("Messaging API")
    await page.fill("#name", "LINE窓口")
    await page.fill("#channel_secret", SECRET)
    await page.fill("#channel_access_token", "a wrong token")
    await page.click("[data-check]")
    await expect(page.locator("#channel_access_token-tried")).to_contain_text("アクセストークンを受け付けません")
    await page.fill("#channel_access_token", TOKEN)
    await page.get_by_role("button", name="保存する").click()
    await expect(page.locator("#hook-url")).to_be_visible()
    await page.click("[data-check]")
    await page.get_by_role("button", name="LINEの送信先をこの窓口に設定").click()
    await expect(page.locator(".step--good")).to_have_count(6)
    await expect(page.locator(".step--wrong")).to_have_count(0)


async def test_an_account_is_connected_and_greets(office: NewDesk, chromium: Chromium) -> None:
    window = await office.window(chromium)
    page = window.page
    await set_up(window)
    await is_accessible(page)
    assert str(await page.input_value("#hook-url")) in office.line.platform.credentials.webhook_url

    await page.get_by_role("link", name="あいさつと営業時間").click()
    await page.get_by_label("友だちに追加した方にあいさつを送る").check()
    await page.locator("#monday").fill("9:00-12:00, 13:00-18:00")
    await page.get_by_role("button", name="保存する").click()
    await expect(page.get_by_role("status")).to_contain_text("保存しました")
    await is_accessible(page)
    await office.act(type="follow")

    wait_until(lambda: "友だち追加ありがとうございます" in office.answers(), what="the greeting", seconds=60)
    await window.open("/admin/mailboxes")
    await expect(page.locator(".mailboxes").last).to_contain_text("正常")
    await window.open("/")
    await expect(window.rows).to_have_count(1)
    assert chromium.complaints == []


async def open_mail_ticket(office: NewDesk, window: Window) -> None:
    """Beside one of somebody on LINE."""
    await set_up(window)
    await office.act(type="follow")
    await office.say("LINEで失礼します")
    await window.open("/")
    await window.is_ready()
    await expect(window.rows).to_have_count(2)
    await window.choose_ticket("請求書の再発行")


async def words_of_link(window: Window, chromium: Chromium) -> str:
    """As the customer sees them on a phone."""
    await window.button("join-line").click()
    await expect(window.page.locator("#join-url")).to_have_value(LINK)
    link = await window.page.locator("#join-url").input_value()
    await is_accessible(window.page)
    await window.page.keyboard.press("Escape")
    phone = await chromium.new_page(width=390)
    await phone.goto(link)
    await is_accessible(phone)
    return await phone.locator("#join-code").inner_text()


async def take_apart(window: Window) -> None:
    await window.button("part").click()
    await expect(window.page.locator("#united .united__one")).to_have_count(0)
    await expect(window.page.locator("#customer .earlier")).to_have_count(0)


async def test_a_customer_known_by_mail_is_one_with_the_one_on_line_and_two_again(
    office: NewDesk, chromium: Chromium
) -> None:
    window = await office.window(chromium)
    page, joined = window.page, window.page.locator("#united")
    await open_mail_ticket(office, window)

    await office.say(await words_of_link(window, chromium))
    await expect(joined).to_contain_text("とまとめています")
    await expect(page.locator("#customer .earlier li")).to_have_count(1)
    await is_accessible(page)
    await take_apart(window)

    await window.button("unite").click()
    await page.locator("#joining-q").press_sequentially("佐藤")
    await expect(page.locator("#joining-found .joining__ticket")).to_have_count(1)
    await is_accessible(page)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#flash")).to_contain_text("お客様をまとめました")
    await expect(joined).to_contain_text("とまとめています")
    await page.keyboard.press("z")
    await expect(page.locator("#united .united__one")).to_have_count(0)
    assert chromium.complaints == []
