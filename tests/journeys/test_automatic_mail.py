"""Mail of machines: an inquiry is confirmed by itself, what comes back is seen, and what is doubtful says so."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from app.core.clock import now
from tests.support.arrivals import build_mail
from tests.support.bounces import FAILED, build_report
from tests.support.browser import HEIGHT, Chromium
from tests.support.office import ADDRESS, Office
from tests.support.smtp import Delivery
from tests.support.window import Window

SUBJECT = "荷物が届きません"
CUSTOMER = "tanaka@example.com"
SERVER = "mx.example.jp"
VIEWS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1440, "light"), (390, "dark"))
INVITATION = """Content-Type: text/calendar; method=REQUEST; charset=utf-8
Content-Transfer-Encoding: 8bit

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:お打ち合わせ
DTSTART:20261201T010000Z
DTEND:20261201T020000Z
LOCATION:本社3階 会議室A
ORGANIZER;CN=田中 太郎:mailto:tanaka@example.com
END:VEVENT
END:VCALENDAR
"""


async def _turn_on(office: Office, chromium: Chromium) -> Window:
    """At the screen, by an admin: the automatic reply, and whose results of checks are believed."""
    window = await office.window(chromium, await office.admin())
    await window.open("/admin/mailboxes/2")
    await window.page.locator(".group__summary", has_text="送信元の確認").click()
    await window.page.fill("#authserv_id", SERVER)
    await window.page.click("main form[data-mailbox-form] [type=submit] >> nth=0")
    await expect(window.page.locator("main")).to_contain_text("自動返信")
    await window.open("/admin/mailboxes/2/auto-reply")
    await window.page.check("[name=is_on]")
    await expect(window.page.locator("#preview-sheet")).to_contain_text("受付番号：1024")
    await window.page.click("main form [type=submit]")
    await expect(window.page.locator("[name=is_on]")).to_be_checked()
    return window


def _read(delivery: Delivery) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(delivery.raw)


async def _reply(office: Office) -> str:
    """By a program of the lead's, and the ticket is done; the Message-ID."""
    async with office.api() as api:
        lock = (await api.put("/tickets/1/lock")).json()
        ticket = (await api.get("/tickets/1")).json()
        form = {"lock_token": lock["token"], "base_version": ticket["version"], "text": "発送しました。"}
        answer = await api.post("/tickets/1/replies", json={**form, "next_status": "done"})
        assert answer.status_code == 201, answer.text
    sent = await office.smtp.wait_for(2)
    return str(_read(sent[1])["Message-ID"]).strip("<>")


async def _is_accessible(window: Window) -> None:
    for width, mode in VIEWS:
        await window.page.set_viewport_size({"width": width, "height": HEIGHT})
        await window.page.emulate_media(color_scheme=mode)
        found = await Axe().run(window.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
        assert found.response["violations"] == [], found.generate_report()
        assert not await window.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await window.page.set_viewport_size({"width": 1440, "height": HEIGHT})


async def test_an_inquiry_is_confirmed_and_what_comes_back_is_seen(office: Office, chromium: Chromium) -> None:
    admin = await _turn_on(office, chromium)
    await _is_accessible(admin)
    office.mailbox.deliver(build_mail(subject=SUBJECT, sender=f"田中 太郎 <{CUSTOMER}>"), at=now())

    [confirmation] = await office.smtp.wait_for(1)
    mail = _read(confirmation)
    assert (confirmation.mail_from, confirmation.rcpt_tos) == ("<>", [CUSTOMER])
    assert (mail["Auto-Submitted"], mail["In-Reply-To"]) == ("auto-replied", "<1@customer.example>")

    megumi = await office.window(chromium, office.megumi)
    await megumi.choose_ticket(SUBJECT)
    entry = megumi.timeline.locator(".entry--outbound").first
    await expect(entry).to_contain_text("自動返信")
    await expect(entry).to_contain_text("送信済み")

    office.mailbox.deliver(build_report(await _reply(office), {CUSTOMER: FAILED}), at=now())
    await megumi.open("/tickets?tab=new")
    await expect(megumi.row(SUBJECT)).to_contain_text("不達")
    await megumi.choose_ticket(SUBJECT)
    await expect(megumi.timeline).to_contain_text(f"{CUSTOMER}：届かずに戻ってきました。")
    await expect(megumi.timeline).to_contain_text("550 5.1.1 no such user")
    await _is_accessible(megumi)
    await megumi.open("/home")
    await expect(megumi.page.locator("#home-bounced")).to_contain_text(SUBJECT)
    assert chromium.complaints == []
    assert len(office.smtp.received) == 2


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ("dmarc=pass header.from=example.com", "合格"),
        ("dmarc=fail header.from=example.com; spf=softfail smtp.mailfrom=example.com", "なりすましの疑い"),
    ],
)
async def test_a_mail_says_what_our_server_found_and_what_it_invites_to(
    office: Office, chromium: Chromium, results: str, words: str
) -> None:
    await _turn_on(office, chromium)
    head = f"Authentication-Results: {SERVER}; {results}\r\nFrom: 田中 太郎 <{CUSTOMER}>\r\nTo: {ADDRESS}\r\n"
    text = f"Subject: {SUBJECT}\r\nMessage-ID: <i@customer.example>\r\n" + INVITATION.replace("\n", "\r\n")
    office.mailbox.deliver((head + text).encode(), at=now())

    window = await office.window(chromium, office.megumi)
    await window.choose_ticket(SUBJECT)

    await expect(window.timeline).to_contain_text(f"送信元の確認：{words}")
    await window.page.locator(".origin > summary").press("Enter")
    await expect(window.page.locator(".origin__detail")).to_be_visible()
    await expect(window.page.locator(".invitation")).to_contain_text("本社3階 会議室A")
    await expect(window.page.locator(".invitation")).to_contain_text("2026年12月1日(火) 10:00 – 11:00")
    await _is_accessible(window)
