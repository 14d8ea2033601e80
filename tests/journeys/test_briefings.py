"""A daily report: its comment is kept while it is typed, frozen, read by others, and downloaded with its numbers."""

import asyncio
from datetime import timedelta
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from app.briefings.models import BriefingKind, BriefingPlan
from app.core.clock import now
from tests.support.browser import Chromium
from tests.support.office import Office

COMMENT = "ログインのお問い合わせが増えました。"


async def test_a_lead_comments_freezes_and_downloads(office: Office, chromium: Chromium, tmp_path: Path) -> None:
    async with office.desk.open() as opened, opened.database.transaction() as session:
        plan = BriefingPlan(kind=BriefingKind.DAILY, name="全窓口", minute_of_day=0, comment_hours=4)
        plan.drafted_through = now().astimezone(opened.settings.zone).date() - timedelta(days=2)
        plan.addresses = ["boss@example.com"]
        session.add(plan)
    window = await office.window(chromium, office.megumi)
    page = window.page
    while not await page.locator(".briefings__link").count():
        await window.open("/briefings")
        await asyncio.sleep(0.5)
    await page.locator(".briefings__link").click()
    await window.is_ready()

    await page.locator("#comment").press_sequentially(COMMENT)
    await expect(page.locator("#comment-state")).to_have_text("保存しました。")
    await page.reload()
    await expect(page.locator("#comment")).to_have_value(COMMENT)
    await page.locator("button[name=freeze]").click()

    await expect(page.locator("#sheet .paper__words")).to_have_text(COMMENT)
    await expect(page.locator("#comment-form")).to_have_count(0)
    assert (await Axe().run(page)).violations_count == 0
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="PDF").click()
    file = tmp_path / "briefing.pdf"
    await (await waiting.value).save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
