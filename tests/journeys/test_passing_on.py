"""Answering to all from an alias in the old charset, and passing a mail on with its files (A4)."""

import asyncio
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.dovecot import Mailbox
from tests.support.network import wait_until
from tests.support.office import ADDRESS, Office, add_mailbox, open_office
from tests.support.serving import ServedDesk
from tests.support.smtp import Delivery, RecordingSmtpServer
from tests.support.window import Window, is_answer

SUBJECT = "見積のお願い"
ORDERS = "order@example.jp"
COLLEAGUE = "suzuki@example.com"
PARTNER = "partner@example.net"
PHOTO = b"\x89PNG\r\n\x1a\n photo"


def build_mail_to_all() -> bytes:
    mail = EmailMessage()
    mail["From"] = "田中 太郎 <tanaka@example.com>"
    mail["To"] = f"注文係 <{ORDERS}>"
    mail["Cc"] = f"鈴木 花 <{COLLEAGUE}>, {ADDRESS}"
    mail["Subject"] = SUBJECT
    mail["Message-ID"] = "<to-all@customer.example>"
    mail.set_content("写真のとおりお願いします。\n{{そのまま}}")
    mail.add_attachment(PHOTO, maintype="image", subtype="png", filename="写真.png")
    return mail.as_bytes()


async def open_window(
    desk: ServedDesk, mailbox: Mailbox, smtp: RecordingSmtpServer, chromium: Chromium, **others: object
) -> Window:
    office = await open_office(desk, mailbox, smtp)
    aliases = [f"注文係 <{ORDERS}>", "repair@example.jp"]
    await add_mailbox(desk, mailbox, smtp, aliases=aliases, **others)
    desk.start()
    mailbox.deliver(build_mail_to_all())
    window = await Office.window(office, chromium, office.hanako)
    await window.open("/tickets?tab=new")
    await window.is_ready()
    await window.choose_ticket(SUBJECT)
    return window


async def wait_for_mails(mailbox: Mailbox, count: int) -> None:
    """The copy is made after the sending."""
    await asyncio.to_thread(wait_until, lambda: len(mailbox.uids()) >= count, what="the copy")


def read(delivery: Delivery) -> EmailMessage:
    mail = BytesParser(policy=policy.default).parsebytes(delivery.raw)
    assert isinstance(mail, EmailMessage)
    return mail


async def test_a_reply_to_all_leaves_from_the_alias_in_the_old_charset(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    window = await open_window(desk, mailbox, smtp_server, chromium, charset="iso-2022-jp")
    page = window.page

    await page.keyboard.press("R")
    await expect(window.text).to_be_focused()
    await expect(page.locator("#cc-chips .chip__name")).to_have_text(["鈴木 花"])
    await expect(page.locator("#composer-sender")).to_have_value(ORDERS)
    await page.keyboard.type("①㈱見本商事様　10～12時に伺います😀")
    await expect(page.locator("#lost-list li")).to_have_text(["① → (1)", "㈱ → (株)", "😀"])
    assert (await Axe().run(page)).violations_count == 0
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#replace-lost")).to_be_visible()
    await expect(window.composer).to_be_visible()
    assert smtp_server.received == []

    await _what_is_lost_is_replaced(window)
    await page.keyboard.press("Control+Enter")

    await expect(window.composer).to_be_hidden()
    [delivery] = await smtp_server.wait_for(1)
    mail = read(delivery)
    assert mail.get_content_charset() == "iso-2022-jp"
    assert mail["from"].addresses[0].addr_spec == ORDERS
    assert [each.addr_spec for each in mail["cc"].addresses] == [COLLEAGUE]
    assert mail.get_content().startswith("(1)(株)見本商事様　10〜12時に伺います")
    assert [line for line in chromium.complaints if not is_answer(line, 422)] == []


async def _what_is_lost_is_replaced(window: Window) -> None:
    page = window.page
    await page.click("#replace-lost")
    await expect(page.locator("#lost-list li")).to_have_text(["😀"])
    await window.text.fill((await window.text.input_value()).replace("😀", ""))
    await expect(page.locator("#composer-lost")).to_be_hidden()


async def test_one_letter_may_leave_in_utf_8(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    window = await open_window(desk, mailbox, smtp_server, chromium, charset="iso-2022-jp")
    page = window.page

    await window.begin_reply()
    await expect(page.locator("#cc-chips .chip__name")).to_have_count(0)
    await page.keyboard.type("😀")
    await page.get_by_label("この1通はUTF-8で送る").check()
    await page.keyboard.press("Control+Enter")

    await expect(window.composer).to_be_hidden()
    [delivery] = await smtp_server.wait_for(1)
    assert read(delivery).get_content_charset() == "utf-8"
    assert chromium.complaints == []


async def test_a_mail_is_passed_on_with_its_files(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    window = await open_window(desk, mailbox, smtp_server, chromium)
    page = window.page

    await page.keyboard.press("f")
    await expect(page.locator("#to-input")).to_be_focused()
    await expect(page.locator("#composer-title")).to_have_text("転送")
    await expect(page.locator("#composer-subject")).to_have_value(f"Fwd: {SUBJECT}")
    await expect(page.locator("#composer-files .file__name")).to_have_text(["写真.png"])
    await page.keyboard.type(PARTNER)
    await page.keyboard.press("Enter")
    await window.text.fill("お見積りをお願いします。")
    assert (await Axe().run(page)).violations_count == 0
    await page.keyboard.press("Control+Enter")

    await expect(window.composer).to_be_hidden()
    [delivery] = await smtp_server.wait_for(1)
    mail = read(delivery)
    body = mail.get_body()
    assert body is not None
    lines = body.get_content().splitlines()
    assert delivery.rcpt_tos == [PARTNER]
    assert lines[:4] == [
        "お見積りをお願いします。",
        "",
        "---------- 転送されたメッセージ ----------",
        "差出人: 田中 太郎 <tanaka@example.com>",
    ]
    assert lines[-2:] == ["写真のとおりお願いします。", "{{そのまま}}"]
    assert [(each.get_filename(), each.get_content()) for each in mail.iter_attachments()] == [("写真.png", PHOTO)]
    await expect(page.locator(".customer__name").first).to_contain_text("田中 太郎")
    assert chromium.complaints == []


PASTE = """async field => {
  const canvas = new OffscreenCanvas(40, 20);
  canvas.getContext("2d").fillRect(0, 0, 40, 20);
  const data = new DataTransfer();
  data.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


async def test_a_pasted_picture_is_seen_in_the_letter_and_in_the_timeline(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    window = await open_window(desk, mailbox, smtp_server, chromium)
    page = window.page

    await window.begin_reply()
    await page.keyboard.type("図をご覧ください。")
    await window.text.evaluate(PASTE)
    await expect(window.text).to_have_value("図をご覧ください。[picture-1.png]")
    await expect(page.locator("#composer-files progress")).to_have_count(0)
    await page.keyboard.press("Control+Enter")

    await expect(window.composer).to_be_hidden()
    [delivery] = await smtp_server.wait_for(1)
    mail = read(delivery)
    page_part = mail.get_body(("html",))
    assert page_part is not None
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f"cid:{picture['content-id'].strip('<>')}" in page_part.get_content()
    frame = window.timeline.locator(".entry--outbound .fold--html")
    await frame.locator("summary").click()
    image = frame.frame_locator("iframe").locator("img")
    await expect(image).to_have_js_property("naturalWidth", 40)
    assert chromium.complaints == []


async def test_a_copy_in_the_mailbox_is_made_once_and_is_no_mail_of_a_customer_s(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    """The folder that is fetched is the one for copies too: what was sent comes back from it."""
    others = {"sent_copies": "named", "sent_folder": "INBOX", "charset": "iso-2022-jp"}
    window = await open_window(desk, mailbox, smtp_server, chromium, **others)
    page = window.page

    await window.begin_reply()
    await page.fill("#composer-subject", "10〜12時")
    await page.keyboard.press("Tab")
    await window.text.fill("伺います。")
    await page.keyboard.press("Control+Enter")
    await expect(window.composer).to_be_hidden()
    [delivery] = await smtp_server.wait_for(1)
    await wait_for_mails(mailbox, 2)
    mailbox.deliver(build_mail(mail_id="2@customer.example", sender="other@example.net", subject="次の方"))
    await expect(window.row("次の方")).to_be_visible()

    assert len(mailbox.uids()) == 3
    await expect(window.rows).to_have_count(1)
    await expect(window.timeline.locator(".entry--inbound")).to_have_count(1)
    assert read(delivery)["subject"] == "10〜12時"


async def test_a_known_customer_is_offered_by_the_beginning_of_a_name(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer, chromium: Chromium
) -> None:
    window = await open_window(desk, mailbox, smtp_server, chromium)
    page = window.page

    await page.keyboard.press("n")
    await expect(page.locator("#to-input")).to_be_focused()
    await page.keyboard.insert_text("田中")
    offered = page.locator("#known-people option")
    await expect(offered).to_have_attribute("value", "田中 太郎 <tanaka@example.com>")
    await page.fill("#to-input", "田中 太郎 <tanaka@example.com>")

    await expect(page.locator("#to-chips .chip__name")).to_have_text(["田中 太郎"])
    await expect(page.locator("#to-input")).to_have_value("")
    await expect(page.locator("#composer-sender option")).to_have_count(3)
    assert (await Axe().run(page)).violations_count == 0
    assert chromium.complaints == []
