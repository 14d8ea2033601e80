"""What was sent can be taken back for some seconds, and sent at a chosen time; nothing leaves meanwhile."""

from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from app.channels.models import MAX_HOLD_SECONDS
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.dovecot import Mailbox
from tests.support.office import Office, add_mailbox, open_office
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer
from tests.support.window import Window, is_answer

SUBJECT = "請求書の件"
OTHER = "納期の件"
ANSWER = "本日お送りいたします。"


@pytest_asyncio.fixture
async def office(desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer) -> Office:
    """Its mailbox holds what is sent as long as can be."""
    office = await open_office(desk, mailbox, smtp_server)
    await add_mailbox(desk, mailbox, smtp_server, hold_seconds=MAX_HOLD_SECONDS)
    desk.start()
    return office


async def test_a_reply_is_taken_back_with_text_file_and_status(
    office: Office, chromium: Chromium, tmp_path: Path
) -> None:
    file = tmp_path / "見積.txt"
    file.write_text("1,000円")
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    office.mailbox.deliver(build_mail(subject=OTHER, mail_id="2@customer.example"))
    window = await office.window(chromium, office.hanako)
    await _write(window, file)
    written = await window.text.input_value()

    await window.page.click("#send-done")
    await expect(window.page.locator("#holding")).to_contain_text("秒後に送信します")
    await expect(window.page.locator("#announcer")).to_contain_text("Shift+Z")
    await window.choose_ticket(OTHER)
    await window.reload()
    await expect(window.page.locator("#holding [data-held]")).to_have_count(1)
    await window.page.keyboard.press("Shift+Z")

    await expect(window.title).to_have_text(SUBJECT)
    await expect(window.text).to_be_focused()
    await expect(window.text).to_have_value(written)
    await expect(window.page.locator("#composer-files")).to_contain_text("見積.txt")
    await expect(window.page.locator("#composer-status")).to_have_value("done")
    await expect(window.page.locator("#composer-quote-on")).to_be_checked()
    await expect(window.page.locator("#holding [data-held]")).to_have_count(0)
    assert await _lock_holder(office) == "山田 花子"
    assert office.smtp.received == []
    assert chromium.complaints == []


async def test_what_is_too_late_to_take_back_says_so(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.fill(ANSWER)
    await window.page.keyboard.press("Control+Enter")
    await expect(window.page.locator("#holding [data-held]")).to_have_count(1)
    entry = await window.page.locator("#holding [data-held]").get_attribute("data-held")
    await window.page.context.set_offline(True)
    async with office.api() as api:
        assert (await api.post(f"/outbox/{entry}/departure", json={})).status_code == 200
    await office.smtp.wait_for(1)
    await window.page.route("**/sending/holding*", lambda route: route.abort())  # it does not hear of it before the key
    await window.page.context.set_offline(False)

    await window.page.keyboard.press("Shift+Z")

    await expect(window.page.locator("#flash")).to_contain_text("取り消せません")
    assert len(office.smtp.received) == 1


async def test_a_reply_is_scheduled_changed_and_taken_back(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    page = window.page
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.fill(ANSWER)

    await page.click("#send-later")
    await page.fill("#send-time-field", "2020-01-01T09:00")
    await page.keyboard.press("Enter")
    await expect(page.locator("#send-time-error")).to_contain_text("過去")
    await expect(window.text).to_have_value(ANSWER)
    await page.locator("#send-time-presets button").last.click()
    await expect(window.timeline.locator(".outcome__time")).to_contain_text("9:00")

    await window.button("change-time").click()
    await page.fill("#send-time-field", "2099-03-02T10:30")
    await page.keyboard.press("Enter")
    await expect(window.timeline.locator(".outcome__time")).to_contain_text("10:30")

    await window.open("/sending")
    await window.is_ready()
    await expect(page.locator("#sending-lines .line")).to_contain_text("日時指定")
    await window.button("take-back").click()
    await expect(window.text).to_have_value(ANSWER)
    assert office.smtp.received == []
    assert [line for line in chromium.complaints if not is_answer(line, 422)] == []


async def test_a_scheduled_reply_is_a_draft_again_when_the_customer_writes(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.fill(ANSWER)
    await window.page.click("#send-later")
    await window.page.locator("#send-time-presets button").first.click()
    await expect(window.timeline.locator(".outcome__time")).to_be_visible()

    await _customer_writes_again(office)

    await expect(window.timeline.locator(".outcome__time")).to_have_count(0)
    await expect(window.page.locator("#reply-label")).to_have_text("下書きを続ける")
    await expect(window.page.locator("#bell-count")).to_be_visible()
    assert office.smtp.received == []


async def _customer_writes_again(office: Office) -> None:
    first = "1@customer.example"
    mail = build_mail(subject=f"Re: {SUBJECT}", mail_id="3@customer.example", in_reply_to=first, references=[first])
    office.mailbox.deliver(mail)


async def _write(window: Window, file: Path) -> None:
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.press_sequentially(ANSWER)
    await window.page.set_input_files("#composer-file", file)
    await expect(window.page.locator("#composer-files progress")).to_have_count(0)


async def _lock_holder(office: Office) -> str:
    async with office.api() as api:
        tickets = (await api.get("/tickets")).json()["items"]
    [lock] = [ticket["lock"] for ticket in tickets if ticket["subject"] == SUBJECT]
    name: str = lock["holder"]["name"]
    return name
