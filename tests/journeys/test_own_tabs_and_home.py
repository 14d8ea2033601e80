"""The morning of an agent and of a lead: my page, saved tabs, handover notes, and the next ticket for each."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window, is_answer

SUBJECTS = ("一件目のお問い合わせ", "二件目のお問い合わせ", "三件目のお問い合わせ")


async def _deliver(office: Office, window: Window) -> None:
    """One after the other, so that they have an order."""
    for count, subject in enumerate(SUBJECTS, start=1):
        office.mailbox.deliver(build_mail(mail_id=f"{count}@customer.example", subject=subject))
        await expect(window.count("new")).to_have_text(str(count))


async def _make_tab(window: Window, name: str, **conditions: str) -> None:
    await window.page.click('[data-action="new-tab"]')
    await window.page.fill("#tab-name", name)
    for field, value in conditions.items():
        await window.page.select_option(f"#tab-{field}", value)
    await window.page.click("#tab-form [type=submit]")
    await expect(window.page.locator(".list__title")).to_contain_text(name)


async def test_a_tab_is_made_at_the_screen_and_follows_by_itself(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    await _deliver(office, hanako)
    page = hanako.page

    await page.click('[data-action="new-tab"]')
    await page.click("#tab-form [type=submit]")
    await expect(page.locator("#tab-name")).to_have_attribute("aria-invalid", "true")
    await page.fill("#tab-name", "至急")
    await page.select_option("#tab-priority", "urgent")
    assert await _violations(page) == []
    await page.press("#tab-name", "Enter")
    await expect(page.locator(".list__title")).to_have_text("至急0")
    async with office.api() as api:
        numbers = [each["number"] for each in (await api.get("/tickets?sort=created_at")).json()["items"]]
        await api.patch(f"/tickets/{numbers[0]}", json={"priority": "urgent"})

    await expect(hanako.rows).to_have_count(1)
    await expect(page.locator(".list__title")).to_have_text("至急1")
    assert [each for each in chromium.complaints if not is_answer(each, 422)] == []


async def test_tabs_are_put_in_order_by_keys_and_by_dragging(office: Office, chromium: Chromium) -> None:
    hanako = await office.window(chromium, office.hanako)
    await _make_tab(hanako, "至急", priority="urgent")
    await _make_tab(hanako, "担当者なし", assignee="none")
    own = hanako.page.locator("#own-tab-list .own-tab")

    async with hanako.page.expect_response(lambda answer: answer.url.endswith("/tabs/order")):
        await own.nth(1).locator("[data-grip]").press("ArrowUp")
    await expect(own.nth(0)).to_contain_text("担当者なし")
    await expect(own.nth(0).locator("[data-grip]")).to_be_focused()
    await expect(hanako.page.locator("#announcer")).to_contain_text("1番目")
    async with hanako.page.expect_response(lambda answer: answer.url.endswith("/tabs/order")):
        await own.nth(1).locator("[data-grip]").drag_to(own.nth(0).locator("[data-grip]"))
    await expect(own.nth(0)).to_contain_text("至急")

    await hanako.reload()
    await expect(own.nth(0)).to_contain_text("至急")
    assert await _violations(hanako.page) == []
    assert chromium.complaints == []


async def test_a_leads_tab_is_everyones_and_comes_back(office: Office, chromium: Chromium) -> None:
    hanako, megumi = await office.window(chromium, office.hanako), await office.window(chromium, office.megumi)
    own = hanako.page.locator("#own-tab-list .own-tab")

    await _make_tab(megumi, "担当者なし", assignee="none", scope="everyone")
    await expect(own).to_have_count(1)
    await own.locator(".tab").click()
    await expect(hanako.page.locator(".list__title")).to_contain_text("担当者なし")
    await megumi.page.click('[data-action="change-tab"]')
    await megumi.page.click('[data-action="remove-tab"]')
    await megumi.page.hover("[data-undo]")
    await expect(own).to_have_count(0)
    await expect(hanako.page.locator("#list")).to_have_attribute("data-tab", "new")
    await megumi.page.click("[data-undo]")
    await expect(own).to_have_count(1)


async def test_two_who_press_next_get_two_tickets(office: Office, chromium: Chromium) -> None:
    hanako, megumi = await office.window(chromium, office.hanako), await office.window(chromium, office.megumi)
    await _deliver(office, hanako)

    await hanako.page.keyboard.press("o")
    await expect(hanako.title).to_have_text(SUBJECTS[0])
    await megumi.page.keyboard.press("o")
    await expect(megumi.title).to_have_text(SUBJECTS[1])

    await hanako.begin_reply()
    await hanako.text.fill("承知しました。")
    await hanako.button("send-next").click()
    await expect(hanako.title).to_have_text(SUBJECTS[2])


async def test_my_page_hands_over_and_leads_to_the_work(office: Office, chromium: Chromium) -> None:
    hanako, megumi = await office.window(chromium, office.hanako), await office.window(chromium, office.megumi)
    await hanako.page.keyboard.press("h")
    await expect(hanako.page.locator("#home-calm")).to_be_visible()
    assert await _violations(hanako.page) == []
    await _deliver(office, megumi)
    await expect(hanako.page.locator("#home-unassigned .line")).to_have_count(3)

    await megumi.choose_ticket(SUBJECTS[1])
    await megumi.page.keyboard.press("H")
    await megumi.page.fill("#handover-text", "折り返しをお願いします。")
    await megumi.page.click("#handover-form [type=submit]")
    note = hanako.page.locator(".handover", has_text="折り返しをお願いします。")
    await expect(note).to_contain_text(SUBJECTS[1])
    await expect(megumi.page.locator("#handover-count")).to_have_text("1")

    await note.locator('[data-action="note-done"]').click()
    await expect(note).to_have_class("line handover handover--done")
    await expect(megumi.page.locator("#handover-count")).to_be_hidden()
    await hanako.page.click("[data-undo]")
    await expect(megumi.page.locator("#handover-count")).to_have_text("1")

    await _put_in_other_words(megumi)
    await expect(hanako.page.locator(".handover", has_text="10時に折り返し")).to_contain_text("変更")

    await hanako.page.keyboard.press("j")
    await hanako.page.keyboard.press("Enter")
    await expect(hanako.title).to_have_text(SUBJECTS[0])
    assert chromium.complaints == []


async def _put_in_other_words(writer: Window) -> None:
    await writer.open("/home")
    await writer.page.click('[data-action="note-change"]')
    await expect(writer.page.locator("#handover-text")).to_have_value("折り返しをお願いします。")
    await writer.page.fill("#handover-text", "10時に折り返しをお願いします。")
    await writer.page.click("#handover-submit")
    await expect(writer.page.locator('[data-action="note-change"]')).to_be_focused()


async def _violations(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in results.response["violations"]]
