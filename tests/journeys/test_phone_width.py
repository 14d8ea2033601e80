"""A ticket answered on a telephone: one pane at a time, and a way back."""

from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office

SUBJECT = "荷物が届きません"
WIDTH = 390
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def test_a_ticket_is_answered_one_pane_at_a_time(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako, width=WIDTH)
    page, list_pane, ticket_pane = window.page, window.page.locator("#list-pane"), window.page.locator("#ticket-pane")
    await expect(window.row(SUBJECT)).to_be_visible()
    await expect(ticket_pane).to_be_hidden()

    await window.row(SUBJECT).click()
    await expect(window.title).to_have_text(SUBJECT)
    await expect(list_pane).to_be_hidden()
    assert await page.evaluate(OVERFLOW) == 0

    await window.button("reply").click()
    await window.text.fill("本日発送いたしました。")
    assert await page.evaluate(OVERFLOW) == 0
    await page.locator("#send").click()
    await expect(window.timeline.locator(".entry--outbound .delivery--sent")).to_have_text("送信済み")

    await window.button("close-ticket").click()
    await expect(list_pane).to_be_visible()
    await expect(ticket_pane).to_be_hidden()
    await window.button("sidebar").click()
    await expect(window.count("in_progress")).to_have_text("1")
    await page.go_back()
    await expect(window.title).to_have_text(SUBJECT)
    assert len(await office.smtp.wait_for(1)) == 1
    assert chromium.complaints == []
