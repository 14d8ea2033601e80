"""A web form from its making to the customer's mailbox: without scripts, and in a frame on somebody else's site."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Frame, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.webforms.suspicion import FASTEST
from tests.support.browser import Chromium
from tests.support.chat_stand_in import serve
from tests.support.network import LOOPBACK, eventually, find_free_ports
from tests.support.office import ADDRESS, Office
from tests.support.window import Window

CUSTOMER = "tanaka@example.com"
TITLE = "お問い合わせ"
ASKED = "箱がつぶれていました。\n交換をお願いします。"
ANSWER = "新しいものを本日お送りします。"


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    to: list[str]
    subject: str
    text: str


def mails(office: Office) -> list[Mail]:
    found = []
    for delivery in office.smtp.received:
        message = BytesParser(policy=policy.default).parsebytes(delivery.raw)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        found.append(Mail(parseaddr(message["From"])[1], delivery.rcpt_tos, str(message["Subject"]), text))
    return found


@contextmanager
def foreign_site(desk: str, key: str, port: int) -> Iterator[str]:
    """With a policy that allows the two lines of docs/forms.md and nothing else."""
    policy_of_site = f"default-src 'none'; img-src data:; script-src {desk}; frame-src {desk}"
    script = f'<script src="{desk}/forms/{key}/embed.js"></script>'

    async def show(_: Request) -> Response:
        page = f'<!doctype html><html lang="ja"><title>店</title><link rel="icon" href="data:,"><h1>店</h1>{script}'
        return HTMLResponse(page, headers={"Content-Security-Policy": policy_of_site})

    with serve(Starlette(routes=[Route("/contact", show)]), port):
        yield f"http://{LOOPBACK}:{port}/contact"


async def without_scripts(browser: Browser, address: str) -> Page:
    context = await browser.new_context(locale="ja", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(address)
    return page


async def is_accessible(page: "Page | Frame") -> None:
    found = await Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


async def took_their_time(since: float) -> None:
    """Who is faster is taken for a program."""
    done = since + FASTEST.total_seconds() + 0.2
    await eventually(lambda: time.monotonic() > done, what="a person's time")


async def test_a_form_is_filled_in_without_scripts_and_answered_by_mail(office: Office, chromium: Chromium) -> None:
    key = office.desk.run("channel", "create-form", "--name", "サイト")
    window = await office.window(chromium, office.hanako)
    customer = await without_scripts(chromium.browser, f"{office.desk.address}/forms/{key}")

    number = await _is_sent(customer)
    await customer.reload()
    await expect(customer.locator("#number")).to_have_text(number)
    await _is_confirmed(office, number)
    await _is_answered(office, window)


async def _is_sent(customer: Page) -> str:
    """After a mistake, and in another language for a while; nothing that was typed is lost."""
    opened = time.monotonic()
    await customer.get_by_label("お名前").fill("田中 一郎")
    await customer.get_by_label("メールアドレス").fill("tanaka")
    await customer.get_by_label("お問い合わせ内容").fill(ASKED)
    await customer.get_by_role("button", name="確認画面へ進む").click()
    await expect(customer.locator("#email-error")).to_be_visible()
    await expect(customer.get_by_label("お問い合わせ内容")).to_have_value(ASKED)
    await customer.get_by_label("メールアドレス").fill(CUSTOMER)
    await customer.keyboard.press("Enter")
    await expect(customer.get_by_text("交換をお願いします。")).to_be_visible()
    await customer.get_by_role("button", name="English").click()
    await expect(customer.get_by_role("button", name="Change something")).to_be_visible()
    await customer.get_by_role("button", name="日本語").click()
    await took_their_time(opened)
    await customer.get_by_role("button", name="送信", exact=True).click()
    return await customer.locator("#number").inner_text()


async def _is_confirmed(office: Office, number: str) -> None:
    await eventually(lambda: len(mails(office)) == 1, what="the confirmation")
    [confirmation] = mails(office)
    assert (confirmation.sender, confirmation.to) == (ADDRESS, [CUSTOMER])
    assert number in confirmation.subject
    assert f"受付番号：{number}" in confirmation.text


async def _is_answered(office: Office, window: Window) -> None:
    await window.choose_ticket(TITLE)
    await expect(window.timeline).to_contain_text("お問い合わせ内容：")
    await window.page.keyboard.press("r")
    await expect(window.text).to_be_focused()
    await window.page.keyboard.type(ANSWER)
    await window.page.keyboard.press("Control+Enter")
    await eventually(lambda: len(mails(office)) == 2, what="the answer")
    answer = mails(office)[1]
    assert (answer.sender, answer.to, answer.subject) == (ADDRESS, [CUSTOMER], f"Re: {TITLE}")
    assert ANSWER in answer.text


async def test_on_another_site_it_is_as_high_as_it_needs_and_nothing_is_sent_twice(
    office: Office, chromium: Chromium
) -> None:
    [port] = find_free_ports(1)
    key = office.desk.run("channel", "create-form", "--name", "サイト", "--site", f"http://{LOOPBACK}:{port}")
    page = await chromium.new_page(width=1024)
    with foreign_site(office.desk.address, key, port) as site:
        await page.goto(site)
        await _is_sent_in_the_frame(page)

    async with office.api() as api:
        items = (await api.get("/tickets")).json()["items"]
    assert [item["customer"]["address"] for item in items] == [CUSTOMER]
    assert [line for line in chromium.complaints if "422" not in line] == []


async def _is_sent_in_the_frame(page: Page) -> None:
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", name=TITLE)).to_be_visible()
    opened = time.monotonic()
    await fits(page)
    await is_accessible(page.frames[1])
    await frame.get_by_role("button", name="確認画面へ進む").click()
    await expect(frame.locator("#wrong")).to_be_focused()
    await is_accessible(page.frames[1])
    await fill(frame)
    await frame.get_by_role("button", name="確認画面へ進む").click()
    await expect(frame.locator("#asked")).to_be_visible()
    await is_accessible(page.frames[1])
    await took_their_time(opened)
    await frame.get_by_role("button", name="送信", exact=True).dblclick()
    await expect(frame.locator("#number")).to_be_visible()
    await fits(page)
    await is_accessible(page.frames[1])


async def test_a_site_that_is_not_named_shows_no_form(office: Office, chromium: Chromium) -> None:
    [port] = find_free_ports(1)
    key = office.desk.run("channel", "create-form", "--name", "サイト")
    page = await chromium.new_page()

    with foreign_site(office.desk.address, key, port) as site:
        await page.goto(site)
        await eventually(lambda: any("frame-ancestors" in line for line in chromium.complaints), what="the refusal")

    await expect(page.frame_locator("iframe").get_by_role("heading", name=TITLE)).to_have_count(0)


async def fill(frame: FrameLocator) -> None:
    await frame.get_by_label("お名前").fill("田中 一郎")
    await frame.get_by_label("メールアドレス").fill(CUSTOMER)
    await frame.get_by_label("お問い合わせ内容").fill(ASKED)


async def fits(page: Page) -> None:
    """Nothing of the form is cut off, and nothing below it is empty."""

    async def is_right() -> bool:
        own = await page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
        given = await page.locator("iframe").evaluate("(frame) => frame.getBoundingClientRect().height")
        return abs(float(own) - float(given)) <= 1

    await eventually(is_right, what="a frame as high as the form")
