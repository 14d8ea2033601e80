"""A lead takes a reply over, or sets it free; whoever lost it is told at once, and nothing of theirs is lost."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window, is_answer

SUBJECT = "荷物が届きません"
DRAFT = "調査いたしますので、少々お待ちください。"
ANSWER = "本日お届けいたします。"
REASON = "山田さんが早退したため"
BUTTONS_BETWEEN = 20
SENDING = ".composer__foot .button:not([data-action='discard'])"
SENDING_BUTTONS = 4


async def test_who_lost_the_reply_cannot_send_and_keeps_the_text(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await office.window(chromium, office.hanako)
    megumi = await office.window(chromium, office.megumi)
    await _begin(hanako)

    await _take_over(megumi)
    await _is_told(hanako, "佐藤 恵さんがこの返信を引き継ぎました", REASON)
    await _is_refused(hanako)
    await _copies(hanako)
    assert office.smtp.received == []

    await megumi.text.fill(ANSWER)
    await megumi.page.keyboard.press("Control+Enter")
    await expect(megumi.timeline.locator(".entry--outbound .delivery--sent")).to_be_visible()
    await _draft_is_on_the_server(office)
    await _draft_comes_back_in_another_browser(await office.window(chromium, office.hanako))
    assert len(await office.smtp.wait_for(1)) == 1
    assert [line for line in chromium.complaints if not is_answer(line, 423)] == []


async def test_a_lead_sets_a_reply_free_and_another_answers(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await office.window(chromium, office.hanako)
    megumi = await office.window(chromium, office.megumi)
    await _begin(hanako)

    await _set_free(megumi)
    await _is_told(hanako, "佐藤 恵さんが返信ロックを解除しました", REASON)
    assert await _violations(hanako) == []
    await _answer(megumi)
    await hanako.button("lock-again").click()
    await expect(hanako.page.locator("#composer-stop")).to_be_hidden()
    await expect(hanako.text).to_be_focused()
    await expect(hanako.page.locator("#send")).to_be_enabled()
    await hanako.page.keyboard.press("Control+Enter")
    await expect(hanako.page.locator("#composer-newer")).to_contain_text(ANSWER)
    await expect(hanako.text).to_have_value(DRAFT)
    assert len(office.smtp.received) == 1
    assert [line for line in chromium.complaints if not is_answer(line, 409, 423)] == []


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


async def _set_free(window: Window) -> None:
    await window.choose_tab("in_progress")
    await expect(window.row(SUBJECT).locator(".sign--lock .since")).to_contain_text("から")
    await window.choose_ticket(SUBJECT)
    await expect(window.page.locator("#lock-banner .since")).to_contain_text("から")
    await window.button("release-lock").click()
    await expect(window.page.locator("#release-reason")).to_be_focused()
    assert await _violations(window) == []
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("#release-error")).to_have_text("理由を入力してください。")
    await window.page.keyboard.type(REASON)
    await window.page.keyboard.press("Enter")

    await expect(window.title).to_be_focused()
    await expect(window.page.locator("#lock-banner")).to_have_count(0)


async def _answer(window: Window) -> None:
    await window.begin_reply()
    await window.text.fill(ANSWER)
    await window.page.keyboard.press("Control+Enter")
    await expect(window.timeline.locator(".entry--outbound .delivery--sent")).to_be_visible()


async def _is_told(window: Window, what: str, reason: str) -> None:
    """On top of what is being written, where the hands are: they have not moved."""
    stop = window.page.locator("#composer-stop")
    await expect(stop).to_contain_text(what)
    await expect(stop).to_contain_text(f"理由：{reason}")
    await expect(window.text).to_be_focused()
    await expect(window.text).to_have_value(DRAFT)
    await expect(window.page.locator(SENDING)).to_have_count(SENDING_BUTTONS)
    await expect(window.page.locator(f"{SENDING}:enabled")).to_have_count(0)


async def _copies(window: Window) -> None:
    """By the keyboard alone: the button stands before the text."""
    await window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await window.text.focus()
    for _ in range(BUTTONS_BETWEEN):
        await window.page.keyboard.press("Shift+Tab")
        if await window.page.evaluate("document.activeElement.dataset.action") == "copy-text":
            break
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("#flash")).to_contain_text("コピーしました")
    assert await window.page.evaluate("navigator.clipboard.readText()") == DRAFT


async def _violations(window: Window) -> list[str]:
    found = await Axe().run(window.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    return [violation["id"] for violation in found.response["violations"]]


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
