"""A lead takes a reply over from an agent who is away; nothing of the agent's is lost, and nothing leaves twice."""

from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window, is_answer

SUBJECT = "荷物が届きません"
DRAFT = "調査いたしますので、少々お待ちください。"
ANSWER = "本日お届けいたします。"
REASON = "山田さんが早退したため"


async def test_who_lost_the_reply_cannot_send_and_keeps_the_text(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await office.window(chromium, office.hanako)
    megumi = await office.window(chromium, office.megumi)
    await _begin(hanako)

    await _take_over(megumi)
    await _is_refused(hanako)
    assert office.smtp.received == []

    await megumi.text.fill(ANSWER)
    await megumi.page.keyboard.press("Control+Enter")
    await expect(megumi.timeline.locator(".entry--outbound .delivery--sent")).to_be_visible()
    await _draft_is_on_the_server(office)
    await _draft_comes_back_in_another_browser(await office.window(chromium, office.hanako))
    assert len(await office.smtp.wait_for(1)) == 1
    assert [line for line in chromium.complaints if not is_answer(line, 423)] == []


async def _begin(window: Window) -> None:
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.fill(DRAFT)
    await expect(window.page.locator("#composer-saved")).to_contain_text("保存済み")


async def _take_over(window: Window) -> None:
    await window.choose_tab("in_progress")
    await window.choose_ticket(SUBJECT)
    await window.button("take-over").click()
    await window.page.locator("#takeover-form [type=submit]").click()
    await expect(window.page.locator("#takeover-error")).to_have_text("理由を入力してください。")
    await window.page.fill("#takeover-reason", REASON)
    await window.page.keyboard.press("Enter")
    await expect(window.text).to_be_focused()
    await expect(window.timeline.locator(".event__words")).to_contain_text(["佐藤 恵が返信を引き継ぎ"])


async def _is_refused(window: Window) -> None:
    await expect(window.page.locator("#ticket .lock-banner__who")).to_contain_text("佐藤 恵さんが返信作成中")
    await window.text.focus()
    await window.page.keyboard.press("Control+Enter")
    await expect(window.page.locator("#composer-stop")).to_contain_text("佐藤 恵さんが")
    await expect(window.page.locator("#composer-stop")).to_contain_text("書いた文章はここに残っています。")
    await expect(window.text).to_have_value(DRAFT)


async def _draft_is_on_the_server(office: Office) -> None:
    async with office.api(office.hanako_token) as api:
        draft = (await api.get("/tickets/1/draft")).json()
        messages = (await api.get("/tickets/1/messages")).json()["items"]
    assert draft["text"] == DRAFT
    [note] = [message for message in messages if message["kind"] == "note"]
    assert note["text"] == f"山田 花子さんから返信を引き継ぎました：{REASON}"


async def _draft_comes_back_in_another_browser(window: Window) -> None:
    await window.choose_tab("in_progress")
    await window.choose_ticket(SUBJECT)
    await expect(window.page.locator("#reply-label")).to_have_text("下書きを続ける")
    await window.begin_reply()
    await expect(window.text).to_have_value(DRAFT)
