"""By keyboard: two tickets become one and two again, messages go to a ticket of their own, tickets are linked."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window

FIRST, SECOND, THIRD = "請求書が届きません", "請求書の件（再送）", "返品の送り先"


async def _window(office: Office, chromium: Chromium, *, width: int = 1440, locale: str = "ja") -> Window:
    """Three tickets of one customer; the first has two messages."""
    office.mailbox.deliver(build_mail(mail_id="1@customer.example", subject=FIRST, text="一通目です。"))
    office.mailbox.deliver(
        build_mail(
            mail_id="2@customer.example", subject=FIRST, text="返品もお願いします。", in_reply_to="1@customer.example"
        )
    )
    office.mailbox.deliver(build_mail(mail_id="3@customer.example", subject=SECOND, text="まだ届きません。"))
    office.mailbox.deliver(build_mail(mail_id="4@customer.example", subject=THIRD, text="どこへ送りますか。"))
    window = await office.window(chromium, office.hanako, width=width, locale=locale)
    await expect(window.rows).to_have_count(3)
    return window


async def _is_accessible(window: Window) -> None:
    results = await Axe().run(window.page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []


async def _number(window: Window) -> str:
    return await window.page.locator("#ticket").get_attribute("data-number") or ""


async def _leads_on(window: Window, number: str) -> None:
    await window.open(f"/tickets/{number}")
    await window.is_ready()
    await expect(window.page.locator("#came-from")).to_contain_text(f"#{number} はこの案件に結合されています")
    await _is_accessible(window)


async def test_two_tickets_become_one_and_two_again(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page
    await window.choose_ticket(SECOND)
    gone = await _number(window)

    await page.keyboard.press("g")
    await expect(page.locator("#joining-q")).to_be_focused()
    await page.keyboard.type("届きません")
    await expect(page.locator("#joining-found .joining__ticket")).to_have_count(1)
    await expect(page.locator("#joining-found")).to_contain_text(FIRST)
    await _is_accessible(window)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(window.title).to_have_text(FIRST)
    await expect(window.timeline).to_contain_text("まだ届きません。")
    await expect(window.rows).to_have_count(2)
    await expect(page.locator("#near")).to_contain_text(f"#{gone}")
    await _leads_on(window, gone)

    await page.locator(f"#merged-{gone} button").click()
    await expect(page.locator("#flash")).to_contain_text(f"#{gone} は独立した案件に戻りました")
    await expect(window.rows).to_have_count(3)
    await page.keyboard.press("z")
    await expect(window.rows).to_have_count(2)
    assert chromium.complaints == []


async def test_messages_get_a_ticket_of_their_own_and_tickets_are_linked(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page
    await window.choose_ticket(FIRST)

    await page.keyboard.press("S")
    await expect(page.locator("#joining-dialog")).to_be_visible()
    await expect(page.locator("[name='message']").first).to_be_focused()
    await _is_accessible(window)
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(window.rows).to_have_count(4)
    await expect(page.locator("#flash")).to_contain_text("新しい案件")
    await page.keyboard.press("z")
    await expect(page.locator("#flash")).to_contain_text("取り消しました")
    await expect(window.rows).to_have_count(3)

    await page.keyboard.press("L")
    await expect(page.locator("#joining-q")).to_be_focused()
    await page.locator("#joining-found .joining__ticket", has_text=THIRD).click()
    await page.locator("#joining-save").click()
    await expect(page.locator("#near")).to_contain_text(THIRD)
    await expect(page.locator("#flash")).to_contain_text("関連付けました")
    await page.keyboard.press("z")
    await expect(page.locator("#near")).to_have_count(0)
    assert chromium.complaints == []


async def test_what_is_ticked_becomes_one_and_nothing_chosen_is_said(office: Office, chromium: Chromium) -> None:
    window = await _window(office, chromium)
    page = window.page
    for subject in (FIRST, THIRD):
        await window.row(subject).hover()
        await window.row(subject).locator("[data-tick]").check()

    await page.keyboard.press("g")
    await page.locator("#joining-save").click()
    await expect(page.locator("#joining-error")).to_have_text("案件を選んでください。")
    await page.locator("#joining-found .joining__ticket", has_text=FIRST).click()
    await page.locator("#joining-save").click()

    await expect(window.title).to_have_text(FIRST)
    await expect(page.locator("#flash")).to_contain_text("結合しました")
    await expect(window.rows).to_have_count(2)
    await page.keyboard.press("z")
    await expect(window.rows).to_have_count(3)
    assert chromium.complaints == []


async def test_who_answers_one_customer_is_told_of_the_other_on_the_same_ticket(
    office: Office, chromium: Chromium
) -> None:
    office.mailbox.deliver(build_mail(mail_id="1@a.example", subject=FIRST, sender="sato@a.example"))
    office.mailbox.deliver(build_mail(mail_id="2@b.example", subject=SECOND, sender="mori@b.example"))
    window = await office.window(chromium, office.hanako)
    await expect(window.rows).to_have_count(2)
    await window.choose_ticket(SECOND)
    await window.page.keyboard.press("g")
    await expect(window.page.locator("#joining-q")).to_be_focused()
    await window.page.keyboard.type("届きません")
    await expect(window.page.locator("#joining-found .joining__ticket")).to_have_count(1)
    await window.page.keyboard.press("ArrowDown")
    await window.page.keyboard.press("Enter")
    await expect(window.title).to_have_text(FIRST)
    await expect(window.page.locator("#joining-dialog")).to_be_hidden()

    await window.page.keyboard.press("r")

    note = window.page.locator("#composer-unanswered")
    await expect(note).to_contain_text("この返信は届きません")
    answered = await window.page.locator("#to-chips .chip").get_attribute("title") or ""
    [other] = {"sato@a.example", "mori@b.example"} - {answered}
    await expect(note).to_contain_text(other)
    await expect(note).not_to_contain_text(answered)
    await _is_accessible(window)

    await window.page.locator('[data-action="show-cc"]').click()
    await window.page.locator("#cc-input").fill(f"{other},")
    await window.page.locator("#cc-input").blur()
    await expect(note).to_be_hidden()


async def test_what_one_began_to_pass_on_is_there_though_the_mail_went_to_a_ticket_of_its_own(
    office: Office, chromium: Chromium
) -> None:
    window = await _window(office, chromium)
    page = window.page
    await window.choose_ticket(FIRST)
    number = await _number(window)
    await page.locator("#dock-forward").click()
    await page.locator("#composer-text").fill("ご確認ください。")
    await expect(page.locator("#composer-saved")).to_contain_text("保存済み")
    await page.locator('[data-action="close-composer"]').click()
    await expect(page.locator("#composer")).to_be_hidden()

    async with office.api() as api:
        messages = (await api.get(f"/tickets/{number}/messages")).json()["items"]
        answer = await api.post(f"/tickets/{number}/split", json={"message_ids": [messages[-1]["id"]]})
        assert answer.status_code == 201, answer.text
    await page.reload()
    await window.is_ready()
    await page.locator('#dock-bar [data-action="reply"]').click()

    await expect(page.locator("#composer-text")).to_have_value("ご確認ください。")
    await expect(page.locator("#composer-title")).to_have_text("返信")
