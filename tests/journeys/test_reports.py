"""The morning of a lead: the overview, another period, a number and as many tickets, the way back, a board."""

import re
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window

MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SUBJECTS = ("荷物が届きません", "領収書をお願いします", "返品したい")
PAGES = (
    "/reports",
    "/reports/volume?period=today&by=channel&compare=before",
    "/reports/speed?period=this_month",
    "/reports/backlog?period=this_week",
    "/reports/work?period=last_fiscal_year",
    "/reports/trends",
    "/reports/escalations",
    "/reports/heatmap?period=today",
    "/reports/definitions",
    "/boards",
    "/boards/mine",
    "/boards/live",
    "/tickets?created_from=2026-01-01&complaint=false&back=/reports",
)


async def _deliver(office: Office, window: Window) -> None:
    for count, subject in enumerate(SUBJECTS, start=1):
        office.mailbox.deliver(build_mail(mail_id=f"{count}@customer.example", subject=subject))
    await expect(window.count("new")).to_have_text(str(len(SUBJECTS)))


async def test_a_number_opens_as_many_tickets_and_leads_back(office: Office, chromium: Chromium) -> None:
    megumi = await office.window(chromium, office.megumi)
    page = megumi.page
    await _deliver(office, megumi)

    await page.keyboard.press("G")
    await expect(page.locator("#report-title")).to_have_text("レポート")
    await page.click('.report__place[href="/reports/volume"]')
    await megumi.is_ready()
    await page.click(".preset >> text=今日")
    await expect(page.locator('.preset[aria-current="true"]')).to_have_text("今日")
    assert "period=today" in page.url
    await page.select_option('[name="by"]', "channel")
    await expect(page.locator("#part-split")).to_be_visible()
    number = page.locator("#part-time tfoot a").first
    await expect(number).to_have_text(str(len(SUBJECTS)))

    await number.click()

    await expect(page.locator("#narrowed-count")).to_have_text(str(len(SUBJECTS)))
    await expect(megumi.rows).to_have_count(len(SUBJECTS))
    await megumi.is_ready()
    await megumi.choose_ticket(SUBJECTS[1])
    await page.go_back()
    await expect(megumi.rows).to_have_count(len(SUBJECTS))
    await page.click(".narrowed__back a")
    await expect(page.locator('.preset[aria-current="true"]')).to_have_text("今日")
    await expect(page.locator('[name="by"]')).to_have_value("channel")
    assert chromium.complaints == []


async def test_a_report_is_kept_on_a_board_and_the_wall_follows(office: Office, chromium: Chromium) -> None:
    megumi = await office.window(chromium, office.megumi)
    wall = await office.window(chromium, office.hanako)
    await wall.open("/boards/live")
    await expect(wall.page.locator("#wall-new .wall__amount")).to_have_text("0")
    await _deliver(office, megumi)
    page = megumi.page

    await megumi.open("/reports/volume?period=today")
    await page.click(".downloads__keep")
    await page.fill("[name=title]", "今日の件数")
    await page.fill("[name=board_name]", "朝礼")
    await page.click("#keeping [type=submit]")

    await expect(page.locator("#report-title")).to_have_text("朝礼")
    await expect(page.locator(".tile .figure__amount").first).to_contain_text(str(len(SUBJECTS)))
    await expect(wall.page.locator("#wall-new .wall__amount")).to_have_text(str(len(SUBJECTS)), timeout=30_000)
    await _is_accessible(page, "board")
    assert chromium.complaints == []


async def test_no_page_is_higher_than_its_window(office: Office, chromium: Chromium) -> None:
    """What only a screen reader reads stands where it belongs, also below the fold of a pane."""
    megumi = await office.window(chromium, office.megumi)
    await _deliver(office, megumi)
    page = megumi.page
    await page.set_viewport_size({"width": 1280, "height": 560})

    for path in ("/reports/volume", "/reports/history", "/escalations", "/tickets/1"):
        await megumi.open(path)
        assert await page.evaluate("document.documentElement.scrollHeight") == 560, path


async def test_long_lists_are_printed_on_sheets_that_lie_on_their_side(office: Office, chromium: Chromium) -> None:
    megumi = await office.window(chromium, office.megumi)
    await _deliver(office, megumi)

    for path in ("/reports/history", "/escalations"):
        await megumi.open(path)
        paper = await megumi.page.pdf(prefer_css_page_size=True)

        sheets = re.findall(rb"/MediaBox ?\[0 0 (\d+)[.\d]* (\d+)", paper)
        assert sheets == [(b"841", b"594")], path


@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_every_page_is_accessible_in_both_languages_and_modes(
    office: Office, chromium: Chromium, locale: str
) -> None:
    megumi = await office.window(chromium, office.megumi)
    await _deliver(office, megumi)
    page = megumi.page
    await megumi.open("/settings")
    await page.select_option("#locale", locale)
    await page.click('form[action="/settings"] [type=submit]')
    await expect(page.locator("html")).to_have_attribute("lang", locale)

    for path in PAGES:
        await megumi.open(path)
        await _is_accessible(page, path)
    assert chromium.complaints == []


async def _is_accessible(page: Page, screen: str) -> None:
    for mode in MODES:
        await page.emulate_media(color_scheme=mode)
        results = await Axe().run(page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{screen}, {mode}"
