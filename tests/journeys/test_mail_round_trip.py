"""The way of one inquiry: in by IMAP, answered by one of two agents, out by SMTP, and the customer's answer back."""

from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest_asyncio
from playwright.async_api import expect

from app.core.clock import now
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.dovecot import Mailbox
from tests.support.office import ADDRESS, CHANNEL_NAME, Office, mailbox_settings, open_office
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer
from tests.support.window import Window, is_answer

SUBJECT = "荷物が届きません"
OTHER_SUBJECT = "見積のお願い"
ANSWER = "お待たせしております。\n本日①の倉庫から発送いたしました。"
NOTE = "配送会社に確認済みです。明日の午前に届きます。"


@dataclass(slots=True)
class Scene:
    office: Office
    hanako: Window
    megumi: Window
    sent: EmailMessage | None = None


@pytest_asyncio.fixture
async def office(empty_desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer) -> Office:
    """As an administrator makes it, with the commands."""
    empty_desk.run("migrate")
    options = [f"--{name.replace('_', '-')}={value}" for name, value in mailbox_settings(mailbox, smtp_server).items()]
    empty_desk.run("channel", "create-email", *options, "--password-stdin", typed=mailbox.password)
    office = await open_office(empty_desk, mailbox, smtp_server)
    empty_desk.start()
    return office


async def test_a_mail_is_answered_once_and_its_answer_comes_back(office: Office, chromium: Chromium) -> None:
    scene = Scene(office, await office.window(chromium, office.hanako), await office.window(chromium, office.megumi))

    await _mails_appear_by_themselves(scene)
    await _a_reply_is_begun_by_keyboard(scene)
    await _nobody_else_can_answer(scene)
    await _the_draft_outlives_a_reload(scene)
    await _a_note_makes_the_reply_stale(scene)
    await _the_reply_leaves_once(scene)
    await _the_answer_joins_and_reopens(scene)
    await _history_has_it_all(scene)
    await _back_leads_back(scene.hanako)

    assert [line for line in chromium.complaints if not is_answer(line, 409, 423)] == []


async def _mails_appear_by_themselves(scene: Scene) -> None:
    for window in (scene.hanako, scene.megumi):
        await expect(window.page.locator("#list-empty")).to_be_visible()
        await window.page.evaluate("window.isTheSamePage = true")

    at = now() - timedelta(minutes=10)
    scene.office.mailbox.deliver(build_mail(mail_id="first@customer.example", subject=SUBJECT), at=at)
    await expect(scene.hanako.row(SUBJECT)).to_be_visible()
    other = build_mail(mail_id="other@customer.example", subject=OTHER_SUBJECT, sender="鈴木 <suzuki@example.com>")
    scene.office.mailbox.deliver(other, at=at + timedelta(minutes=5))

    for window in (scene.hanako, scene.megumi):
        await _shows_new(window, [SUBJECT, OTHER_SUBJECT])
        await expect(window.page).to_have_title("(2) 窓口")
        assert await window.page.evaluate("window.isTheSamePage")


async def _a_reply_is_begun_by_keyboard(scene: Scene) -> None:
    keyboard = scene.hanako.page.keyboard
    await keyboard.press("j")
    await keyboard.press("Enter")
    await expect(scene.hanako.title).to_have_text(SUBJECT)
    await scene.hanako.begin_reply()

    await expect(scene.hanako.page.locator("#to-chips")).to_have_text("田中 太郎")
    await expect(scene.hanako.page.locator("#composer-subject")).to_have_value(f"Re: {SUBJECT}")
    for window in (scene.hanako, scene.megumi):
        await _shows_new(window, [OTHER_SUBJECT])
        await expect(window.count("in_progress")).to_have_text("1")


async def _nobody_else_can_answer(scene: Scene) -> None:
    window = scene.megumi
    await window.choose_tab("in_progress")
    await expect(window.row(SUBJECT).locator(".sign--lock .sign__other")).to_have_text("山田 花子さんが返信作成中")
    await window.choose_ticket(SUBJECT)
    await expect(window.page.locator(".lock-banner__who")).to_contain_text("山田 花子さんが返信作成中")

    await expect(window.button("reply")).to_have_attribute("aria-disabled", "true")
    await window.page.keyboard.press("r")
    await expect(window.page.locator(".flash--wrong")).to_contain_text("山田 花子さんがこの案件に返信中です。")
    await expect(window.composer).to_be_hidden()
    async with scene.office.api() as api:
        reply = {"lock_token": "guessed", "base_version": 1, "text": "二つ目の返信"}
        refused = await api.post("/tickets/1/replies", json=reply)
    assert (refused.status_code, refused.json()["code"]) == (423, "ticket_locked")


async def _the_draft_outlives_a_reload(scene: Scene) -> None:
    window = scene.hanako
    await window.text.fill(ANSWER)
    await expect(scene.megumi.page.locator("#ticket-presence")).to_contain_text("山田 花子さんが入力中")
    await expect(window.page.locator("#composer-saved")).to_contain_text("保存済み")

    await window.reload()

    await expect(window.text).to_have_value(ANSWER)
    await expect(scene.megumi.page.locator("#lock-banner")).to_be_visible()


async def _a_note_makes_the_reply_stale(scene: Scene) -> None:
    await scene.megumi.note(NOTE)
    await expect(scene.hanako.timeline.locator(".entry--note")).to_contain_text(NOTE)

    await scene.hanako.button("send-done").click()

    await expect(scene.hanako.page.locator("#composer-stale")).to_be_visible()
    await expect(scene.hanako.page.locator("#composer-newer")).to_contain_text(NOTE)
    await expect(scene.hanako.text).to_have_value(ANSWER)
    assert scene.office.smtp.received == []


async def _the_reply_leaves_once(scene: Scene) -> None:
    await scene.hanako.button("send-anyway").click()

    await expect(scene.hanako.composer).to_be_hidden()
    [delivery] = await scene.office.smtp.wait_for(1)
    scene.sent = _parsed(delivery.raw)
    _is_as_written(scene.sent)
    assert (delivery.mail_from, delivery.rcpt_tos) == (ADDRESS, ["tanaka@example.com"])
    for window in (scene.hanako, scene.megumi):
        await expect(window.timeline.locator(".entry--outbound .delivery--sent")).to_have_text("送信済み")
        await expect(window.page.locator("#status-button .menu__value")).to_have_text("対応完了")
        await expect(window.page.locator("#lock-banner")).to_be_hidden()
        await expect(window.count("in_progress")).to_have_text("0")
        await expect(window.count("done")).to_have_text("1")


async def _the_answer_joins_and_reopens(scene: Scene) -> None:
    assert scene.sent is not None
    own_id = scene.sent["Message-ID"].strip("<>")
    references = [*scene.sent["References"].replace("<", "").replace(">", "").split(), own_id]
    answer = build_mail(
        mail_id="second@customer.example",
        subject=f"Re: {SUBJECT}",
        text="ありがとうございます。届きました。",
        in_reply_to=own_id,
        references=references,
    )
    await scene.megumi.choose_tab("new")

    scene.office.mailbox.deliver(answer)

    for window in (scene.hanako, scene.megumi):
        await expect(window.timeline.locator(".entry--inbound").last).to_contain_text("届きました")
        await expect(window.page.locator("#status-button .menu__value")).to_have_text("新着")
        await _shows_new(window, [SUBJECT, OTHER_SUBJECT])
        await expect(window.count("done")).to_have_text("0")
    assert len(scene.office.smtp.received) == 1


async def _history_has_it_all(scene: Scene) -> None:
    async with scene.office.api() as api:
        events = (await api.get("/tickets/1/events")).json()["items"]
        messages = (await api.get("/tickets/1/messages")).json()["items"]
    told = [(event["kind"], event["actor"]["name"] or event["actor"]["kind"]) for event in events]
    assert told == [
        ("opened", "田中 太郎"),
        ("received", "田中 太郎"),
        ("status_changed", "山田 花子"),
        ("assigned", "山田 花子"),
        ("noted", "佐藤 恵"),
        ("replied", "山田 花子"),
        ("status_changed", "山田 花子"),
        ("sent", "system"),
        ("reopened", "田中 太郎"),
        ("received", "田中 太郎"),
    ]
    assert [message["kind"] for message in messages] == ["inbound", "note", "outbound", "inbound"]
    lines = scene.megumi.timeline.locator(".event__words")
    await expect(lines.first).to_have_text("山田 花子がステータスを変更：新着 → 対応中")


async def _back_leads_back(window: Window) -> None:
    await window.choose_ticket(OTHER_SUBJECT)
    await window.page.go_back()
    await expect(window.title).to_have_text(SUBJECT)
    await window.page.go_back()
    await expect(window.page.locator("#nothing-open")).to_be_visible()
    await window.page.go_forward()
    await expect(window.title).to_have_text(SUBJECT)


async def _shows_new(window: Window, subjects: list[str]) -> None:
    """What the count beside the tab says is what the list has."""
    await expect(window.count("new")).to_have_text(str(len(subjects)))
    if await window.page.locator("#list").get_attribute("data-tab") == "new":
        await expect(window.rows.locator(".row__subject")).to_have_text(subjects)


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(raw)


def _is_as_written(mail: EmailMessage) -> None:
    [sender], [recipient] = mail["From"].addresses, mail["To"].addresses
    assert (sender.display_name, sender.addr_spec) == (CHANNEL_NAME, ADDRESS)
    assert (recipient.display_name, recipient.addr_spec) == ("田中 太郎", "tanaka@example.com")
    assert mail["Subject"] == f"Re: {SUBJECT}"
    assert mail["In-Reply-To"] == mail["References"] == "<first@customer.example>"
    quote = "2026年11月2日 9:59 田中 太郎 様:\n> まだ届いていません。"
    assert mail.get_content().replace("\r\n", "\n").strip() == f"{ANSWER}\n\n{quote}"
    assert NOTE not in mail.as_string()
