"""A question to somebody without an account: asked by keys, out by mail, answered by its link, and in the ticket."""

import re
from email import policy
from email.parser import BytesParser

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.smtp import Delivery
from tests.support.window import Window, is_answer

SUBJECT = "ふたが閉まりません"
GUEST = "nakamura@maker.example"
QUESTION = "この型番の交換部品はありますか。"
ANSWER = "あります。\n来週に届きます。"
PHONE = 390


async def is_accessible(page: Page) -> None:
    found = await Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


def link_in(delivery: Delivery) -> str:
    body = BytesParser(policy=policy.default).parsebytes(delivery.raw).get_body(("plain",))
    assert body is not None
    [link] = re.findall(r"https?://\S+/asked/[\w-]+", body.get_content())
    return str(link)


async def test_a_guest_answers_by_the_link_and_the_answer_is_in_the_ticket(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(mail_id="lid@customer.example", subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    await window.choose_ticket(SUBJECT)

    await _a_guest_is_asked(window)
    [delivery] = await office.smtp.wait_for(1)
    await _the_guest_answers(chromium, link_in(delivery))
    await _the_answer_is_in_the_ticket(window)

    assert delivery.rcpt_tos == [GUEST]
    assert [line for line in chromium.complaints if not is_answer(line, 410)] == []


async def _a_guest_is_asked(window: Window) -> None:
    page = window.page
    await page.keyboard.press("e")
    await expect(page.locator("#ask-form")).to_be_visible()
    await page.select_option("#whom", "guest")
    await page.fill("#guest_name", "中村")
    await page.fill("#guest_address", GUEST)
    await page.fill("#question", QUESTION)
    await is_accessible(page)
    await page.locator("#ask-form [type=submit]").click()
    await expect(window.title).to_have_text(SUBJECT)
    await expect(page.locator("#escalations")).to_contain_text(QUESTION)
    await expect(window.row(SUBJECT).locator(".flag--escalated")).to_be_visible()


async def _the_guest_answers(chromium: Chromium, link: str) -> None:
    page = await chromium.new_page(width=PHONE)
    await page.goto(link)
    await expect(page.locator("#question")).to_have_text(QUESTION)
    await expect(page.locator("body")).not_to_contain_text(SUBJECT)
    await is_accessible(page)
    await page.fill("#text", ANSWER)
    await page.locator("button[value=answer]").click()
    await expect(page.locator("#thanks")).to_be_visible()
    await is_accessible(page)
    again = await page.goto(link)
    assert again is not None
    assert again.status == 410
    await expect(page.locator("#over")).to_be_visible()
    assert await page.context.cookies() == []


async def _the_answer_is_in_the_ticket(window: Window) -> None:
    await expect(window.timeline).to_contain_text("来週に届きます。")
    await expect(window.row(SUBJECT).locator(".flag--escalated")).to_have_count(0)
    await expect(window.page.locator("#escalations .step__end")).to_be_visible()
    await is_accessible(window.page)


async def test_whoever_finishes_a_ticket_is_told_of_the_question_that_ends_with_it(
    office: Office, chromium: Chromium
) -> None:
    office.mailbox.deliver(build_mail(mail_id="lid@customer.example", subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    page, dialog = window.page, window.page.locator("#unanswered-dialog")
    await window.choose_ticket(SUBJECT)
    await _a_guest_is_asked(window)

    await _done_is_chosen(page)
    await expect(dialog).to_contain_text("中村")
    await is_accessible(page)
    await dialog.locator("[value=wait]").click()
    await expect(dialog).to_be_hidden()
    await expect(window.count("done")).to_have_text("0")
    await _done_is_chosen(page)
    await dialog.locator("[value=finish]").click()

    await expect(page.locator("#flash [data-undo]")).to_be_visible()
    await expect(window.count("done")).to_have_text("1")
    await expect(page.locator("#escalations .step__end")).to_be_visible()
    assert chromium.complaints == []


async def _done_is_chosen(page: Page) -> None:
    await page.keyboard.press("s")
    await page.keyboard.type("完了")
    await page.keyboard.press("Enter")
