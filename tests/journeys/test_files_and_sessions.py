"""Files in both directions, and a session that ends while one writes."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from playwright.async_api import FilePayload, Page, expect

from tests.support.browser import Chromium
from tests.support.office import PASSWORD, Office
from tests.support.window import Window, is_answer

SUBJECT = "破損した商品の写真"
FILE_NAME = "①お見積書（改訂版）.pdf"
FILE = b"%PDF-1.7\n" + bytes(range(256)) * 300
REMOTE = "http://127.0.0.1:9/pixel.png"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
DRAFT = "お見積書をお送りします。"


async def test_files_go_both_ways_and_a_lost_session_loses_no_text(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(_mail_with_pictures())
    window = await office.window(chromium, office.hanako)
    asked_for: list[str] = []
    window.page.on("request", lambda request: asked_for.append(request.url))

    await window.choose_ticket(SUBJECT)
    await _its_own_picture_is_shown(window.page)
    assert REMOTE not in asked_for

    await window.begin_reply()
    await window.text.fill(DRAFT)
    await _attach(window)
    await _sign_in_again_beside(window)
    await expect(window.text).to_have_value(DRAFT)
    await window.page.keyboard.press("Control+Enter")
    await expect(window.timeline.locator(".entry--outbound .delivery--sent")).to_be_visible()
    [delivery] = await office.smtp.wait_for(1)
    [attached] = BytesParser(policy=policy.default).parsebytes(delivery.raw).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (FILE_NAME, FILE)
    assert [line for line in chromium.complaints if not is_answer(line, 401, 403)] == []


def _mail_with_pictures() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "tanaka@example.com", "support@example.jp", SUBJECT
    mail["Message-ID"] = "<pictures@customer.example>"
    mail.set_content("写真をご覧ください。")
    mail.add_alternative(f'<p>写真<img src="cid:own"><img src="{REMOTE}"></p>', subtype="html")
    [_, html] = mail.iter_parts()
    html.add_related(PIXEL, "image", "png", cid="<own>", filename="写真.png")
    return mail.as_bytes()


async def _its_own_picture_is_shown(page: Page) -> None:
    """In the mail as it was sent; among the files only while the text is shown."""
    await expect(page.locator(".file--image")).to_be_visible()
    await page.locator(".fold--html summary").click()
    picture = page.frame_locator(".frame__window").locator("img")
    await expect(picture.first).to_have_js_property("naturalWidth", 1)
    await expect(page.locator(".file--image")).to_be_hidden()


async def _attach(window: Window) -> None:
    file = FilePayload(name=FILE_NAME, mimeType="application/pdf", buffer=FILE)
    await window.page.set_input_files("#composer-file", file)
    await expect(window.page.locator("#composer-files .file__name")).to_have_text(FILE_NAME)
    await expect(window.page.locator("#composer-files progress")).to_have_count(0)


async def _sign_in_again_beside(window: Window) -> None:
    """The cookie is gone, as after a night; the dialog's link opens another tab."""
    await window.page.context.clear_cookies()
    await window.page.keyboard.press("Control+Enter")
    await expect(window.page.locator("#sign-in-dialog")).to_be_visible()
    async with window.page.context.expect_page() as opened:
        await window.page.locator("#sign-in-dialog a").click()
    beside = await opened.value
    await beside.fill("#email", "hanako@example.jp")
    await beside.fill("#password", PASSWORD)
    await beside.press("#password", "Enter")
    await beside.wait_for_url("**/settings")
    await beside.close()
    await expect(window.page.locator("#sign-in-dialog")).to_be_hidden()
