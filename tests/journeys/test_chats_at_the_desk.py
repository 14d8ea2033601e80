"""Several chats at a time: who waits longest, what is handed on, ended and shut out, by keys alone."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from httpx import AsyncClient
from playwright.async_api import Page, expect

from app.channels.chat_forms import FRESH, ChatForm
from app.channels.chat_service import create_chat
from tests.support.browser import Chromium
from tests.support.network import PATIENCE_SECONDS, found
from tests.support.office import Office
from tests.support.window import Window


class Site:
    """Visitors as their browsers speak to the desk."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._tokens: dict[str, str] = {}

    async def visit(self, name: str, *, mail: str = "") -> None:
        visit = await self._post("visits", {"token": None, "language": "ja", "page": _page()})
        self._tokens[name] = visit.json()["token"]
        if mail:
            await self.tell(name, "contact", name=name, mail=mail)

    async def say(self, name: str, text: str) -> None:
        await self.tell(name, "messages", id=str(uuid4()), text=text, page=_page())

    async def tell(self, who: str, path: str, **what: Any) -> None:
        await self._post(path, what, {"Authorization": f"Bearer {self._tokens[who]}"})

    async def _post(self, path: str, json: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        response = await self._client.post(path, json=json, headers=headers)
        assert response.is_success, response.text
        return response


def _page() -> dict[str, str]:
    return {"url": "https://shop.example.jp/cart", "title": "カート", "referrer": ""}


@pytest_asyncio.fixture
async def site(office: Office) -> AsyncIterator[Site]:
    form = ChatForm.model_validate({**FRESH, "name": "サイトのチャット", "mail_channel_id": 2})
    async with office.desk.open() as opened, opened.database.transaction() as session:
        key = (await create_chat(session, form, opened.box)).key
    base = f"{office.desk.address}/chat/{key}/"
    async with AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as client:
        yield Site(client)


async def _wrong(page: Page) -> list[str]:
    return [each["id"] for each in (await Axe().run(page)).response["violations"]]


def _lines(window: Window) -> Any:
    return window.page.locator("#chat-lines [data-chat]")


async def test_chats_come_by_themselves_and_one_key_leads_to_who_waits_longest(
    office: Office, site: Site, chromium: Chromium
) -> None:
    await site.visit("山田")
    await site.visit("鈴木")
    hanako = await office.window(chromium, office.hanako)
    await hanako.open()
    await hanako.is_ready()
    await expect(_lines(hanako)).to_have_count(0)

    await site.say("山田", "在庫はありますか")
    await expect(_lines(hanako)).to_have_count(1)
    await site.say("鈴木", "返品したいです")
    await expect(_lines(hanako)).to_have_count(2)
    await expect(_lines(hanako).nth(0)).to_contain_text("在庫は")
    await hanako.page.wait_for_function("document.title.startsWith('(2)')")
    await hanako.page.keyboard.press("v")
    await expect(hanako.title).to_have_text("在庫はありますか")

    await hanako.begin_reply()
    await expect(hanako.page.locator("#composer-way")).to_contain_text("訪問者は離れ")
    await hanako.text.fill("ございます")
    await hanako.page.keyboard.press("Control+Enter")
    await expect(hanako.page.locator(".reach")).to_contain_text("まだ相手に届いていません")
    await expect(_lines(hanako).nth(0)).to_contain_text("返品")
    await expect(_lines(hanako).nth(1).locator("[data-wait]")).to_have_text("返信済み")
    await hanako.page.keyboard.press("v")
    await expect(hanako.title).to_have_text("返品したいです")
    assert await _wrong(hanako.page) == []
    assert chromium.complaints == []


async def test_typing_is_seen_and_ends_by_itself(office: Office, site: Site, chromium: Chromium) -> None:
    await site.visit("山田")
    await site.say("山田", "在庫はありますか")
    hanako = await office.window(chromium, office.hanako)
    await hanako.open("/tickets/1")
    await hanako.is_ready()

    typing = hanako.page.locator("#visitor-typing")

    async def goes_on() -> bool:
        await site.tell("山田", "typing")
        return await typing.is_visible()

    await found(goes_on, bool)

    await expect(typing).to_have_count(0)


async def test_a_chat_is_handed_on_with_a_note_and_ended_with_what_was_said(
    office: Office, site: Site, chromium: Chromium
) -> None:
    await site.visit("山田", mail="yamada@example.com")
    await site.say("山田", "在庫はありますか")
    megumi = await office.window(chromium, office.megumi)
    await megumi.open("/tickets/1")
    await megumi.is_ready()

    await megumi.page.keyboard.press("A")
    dialog = megumi.page.locator("#give-chat-dialog[open]")
    await dialog.locator("select").select_option(label=office.hanako.name)
    assert await _wrong(megumi.page) == []
    await dialog.locator("textarea").fill("在庫の件です")
    await dialog.locator("[type=submit]").click()
    await expect(megumi.timeline).to_contain_text("在庫の件です")
    await expect(_lines(megumi)).to_have_count(0)

    hanako = await office.window(chromium, office.hanako)
    await hanako.open("/tickets/1")
    await hanako.is_ready()
    await hanako.page.keyboard.press("E")
    dialog = hanako.page.locator("#end-chat-dialog[open]")
    await dialog.get_by_label("メールで送る").check()
    await dialog.locator("[type=submit]").click()
    await expect(hanako.page.locator("#chat-bar")).to_contain_text("終了しました")
    await expect(hanako.timeline).to_contain_text("チャットの記録")
    await expect(_lines(hanako)).to_have_count(0)

    [mail] = await office.smtp.wait_for(1)
    assert "yamada@example.com" in str(mail)


async def test_a_visitor_is_shut_out_and_let_in_again_at_once(office: Office, site: Site, chromium: Chromium) -> None:
    await site.visit("山田")
    await site.say("山田", "ばか")
    hanako = await office.window(chromium, office.hanako)
    await hanako.open("/tickets/1")
    await hanako.is_ready()

    await hanako.page.click('[data-action="block-visitor"]')
    await hanako.page.fill("#block-visitor-reason", "暴言")
    await hanako.page.keyboard.press("Enter")
    await expect(hanako.page.locator("#visitor")).to_contain_text("ブロック中")
    await expect(hanako.timeline).to_contain_text("ブロックしました（暴言）")
    await hanako.page.keyboard.press("z")

    await expect(hanako.page.locator('[data-action="block-visitor"]')).to_be_visible()
    await site.say("山田", "すみません")
    await expect(hanako.timeline).to_contain_text("すみません")


async def test_the_palette_leads_to_an_open_chat(office: Office, site: Site, chromium: Chromium) -> None:
    await site.visit("山田")
    await site.say("山田", "在庫はありますか")
    hanako = await office.window(chromium, office.hanako)
    await hanako.open()
    await hanako.is_ready()
    await expect(_lines(hanako)).to_have_count(1)

    await hanako.page.keyboard.press("Control+k")
    await hanako.page.locator("#palette-options [data-places] [role=option]", has_text="訪問者").click()
    await expect(hanako.title).to_have_text("在庫はありますか")
    assert chromium.complaints == []
