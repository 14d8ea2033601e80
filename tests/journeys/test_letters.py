"""Greeting and signature, a template found by its reading, and a field that stops the send until it is filled (C2)."""

from email import policy
from email.parser import BytesParser
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from app.accounts.audiences import viewer_of
from app.channels import queries as channel_queries
from app.letters import service
from app.letters.forms import FrameForm, TemplateForm
from app.letters.frames import save_frame
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import ADDRESS, Office
from tests.support.window import Window, is_answer

MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SUBJECT = "荷物が届きません"
GREETING = "{{宛名}}\n\nお世話になっております。{{窓口名}}の{{担当者名}}です。"
SIGNATURE = "サポート窓口\n{{担当者名}}\n{{窓口アドレス}}"
TEMPLATE = "{{会社名}}様へのお届けは{{記入:お届け予定日}}の予定です。\nお問い合わせ番号：{{案件番号}}"
GREETED = "田中 太郎 様\n\nお世話になっております。サポート窓口の山田 花子です。"
SIGNED = f"サポート窓口\n山田 花子\n{ADDRESS}"


async def _furnish(office: Office) -> None:
    async with office.desk.open() as opened, opened.database.transaction() as session:
        [channel] = [each for each in await channel_queries.list_channels(session) if each.address == ADDRESS]
        frame = FrameForm(channel_id=channel.id, greeting=GREETING, signature=SIGNATURE)
        await save_frame(session, None, frame, by=office.megumi)
        for name, reading, text in (
            ("配送遅延のお詫び", "はいそうちえんのおわび", TEMPLATE),
            ("返品のご案内", "へんぴんのごあんない", "返品を承りました。"),
        ):
            form = TemplateForm(name=name, reading=reading, audience="everyone", text=text)
            await service.save(session, None, form, by=await viewer_of(session, office.megumi))


async def test_a_template_is_found_filled_and_sent_as_it_is_read(office: Office, chromium: Chromium) -> None:
    await _furnish(office)
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    await window.open("/tickets?tab=new")
    await window.is_ready()
    await window.choose_ticket(SUBJECT)

    await window.begin_reply()
    await expect(window.text).to_have_value(f"{GREETED}\n\n\n\n{SIGNED}")
    await _nothing_but_the_frame_is_not_sent(window)
    await _the_template_is_put_in_at_the_cursor(window)
    await _empty_fields_stop_the_send(office, window)
    await _the_company_is_entered_beside_the_ticket(window)
    await _what_is_left_is_typed_in(window)

    await window.page.keyboard.press("Control+Enter")
    await expect(window.composer).to_be_hidden()
    [delivery] = await office.smtp.wait_for(1)
    sent = BytesParser(policy=policy.default).parsebytes(delivery.raw)
    said, _, quote = sent.get_content().replace("\r\n", "\n").strip().partition("\n\n2026年")
    body = "北村商事様へのお届けは11月25日の予定です。\nお問い合わせ番号：1"
    assert said == f"北村商事\n{GREETED}\n\n{body}\n\n{SIGNED}"
    assert quote.splitlines()[1:] == ["> まだ届いていません。"]
    signature = window.timeline.locator(".entry--outbound .fold", has_text="署名")
    await signature.locator("summary").click()
    await expect(signature).to_contain_text(ADDRESS)
    assert [line for line in chromium.complaints if not is_answer(line, 422)] == []


async def _nothing_but_the_frame_is_not_sent(window: Window) -> None:
    await window.page.keyboard.press("Control+Enter")
    await expect(window.page.locator("#text-error")).to_be_visible()
    await expect(window.composer).to_be_visible()


async def _the_template_is_put_in_at_the_cursor(window: Window) -> None:
    """By its reading, in Latin letters too; what Enter takes is what fits the words, however fast they were."""
    page = window.page
    await page.keyboard.press("Control+;")
    await expect(page.locator("#picker-query")).to_be_focused()
    await expect(page.locator(".offer")).to_have_count(2)
    await page.keyboard.type("henpin")
    await expect(page.locator(".offer__name")).to_have_text(["返品のご案内"])
    await page.locator("#picker-query").fill("")
    await page.keyboard.type("はいそう")
    await page.keyboard.press("Enter")
    await expect(page.locator("#template-picker")).to_be_hidden()
    body = "{{会社名}}様へのお届けは{{記入:お届け予定日}}の予定です。\nお問い合わせ番号：1"
    await expect(window.text).to_have_value(f"{GREETED}\n\n{body}\n\n{SIGNED}")
    await expect(window.text).to_be_focused()


async def _empty_fields_stop_the_send(office: Office, window: Window) -> None:
    blanks = window.page.locator("#blank-list .blank")
    await expect(blanks).to_have_text(["会社名", "記入:お届け予定日"])
    await expect(window.page.locator("#composer-marks .field-mark--open")).to_have_count(2)

    await window.page.keyboard.press("Control+Enter")

    await expect(window.page.locator("#text-error")).to_contain_text("{{会社名}} {{記入:お届け予定日}}")
    await expect(window.composer).to_be_visible()
    assert await _selected(window) == "{{会社名}}"
    assert office.smtp.received == []


async def _the_company_is_entered_beside_the_ticket(window: Window) -> None:
    page = window.page
    await page.locator("#customer-edit summary").click()
    await page.fill("#customer-company", "北村商事")
    await page.press("#customer-company", "Enter")
    await expect(page.locator(".customer__house")).to_have_text("北村商事")
    await expect(page.locator("#customer-edit summary")).to_be_focused()
    await expect(page.locator("#blank-list .blank")).to_have_text(["記入:お届け予定日"])


async def _what_is_left_is_typed_in(window: Window) -> None:
    await window.page.locator("#blank-list .blank").click()
    assert await _selected(window) == "{{記入:お届け予定日}}"
    await window.page.keyboard.type("11月25日")
    await expect(window.page.locator("#composer-blanks")).to_be_hidden()


async def _selected(window: Window) -> str:
    return str(await window.text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)"))


async def test_a_draft_keeps_its_own_words_and_a_new_mail_gets_its_mailbox_s_frame(
    office: Office, chromium: Chromium
) -> None:
    await _furnish(office)
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.hanako)
    page = window.page
    await window.open("/tickets?tab=new")
    await window.is_ready()
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await window.text.fill("私の言葉です。")
    await expect(page.locator("#composer-saved")).to_contain_text("保存済み")

    await window.reload()
    await expect(window.text).to_have_value("私の言葉です。")
    await expect(window.text).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(window.composer).to_be_hidden()
    await window.begin_reply()
    await expect(window.text).to_have_value("私の言葉です。")
    await page.keyboard.press("Escape")
    await expect(window.composer).to_be_hidden()

    await page.keyboard.press("n")
    await expect(window.text).to_have_value(f"{GREETED.replace('田中 太郎 様', '{{宛名}}')}\n\n\n\n{SIGNED}")
    await page.fill("#to-input", "田中 太郎 <tanaka@example.com>")
    await page.press("#to-input", "Enter")
    await expect(window.text).to_have_value(f"{GREETED}\n\n\n\n{SIGNED}")
    assert [line for line in chromium.complaints if not is_answer(line, 404)] == []


async def test_the_screens_of_letters_are_accessible(office: Office, chromium: Chromium) -> None:
    await _furnish(office)
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    window = await office.window(chromium, office.megumi)
    page = window.page
    for path in ("/settings/templates", "/settings/templates/new", "/settings/templates/1"):
        await window.open(path)
        await _is_accessible(window, path)
    await expect(page.locator("#preview-sheet")).to_contain_text("株式会社北村商事様へのお届け")
    await page.locator('[data-insert="{{敬称}}"]').click()
    await expect(page.locator("#preview-sheet")).to_contain_text("：1024様")
    await window.open("/tickets?tab=new")
    await window.is_ready()
    await window.choose_ticket(SUBJECT)
    await window.begin_reply()
    await page.keyboard.press("Control+;")
    await expect(page.locator(".offer")).to_have_count(2)
    await _is_accessible(window, "picker")
    await page.locator(".offer", has_text="配送遅延").click()
    await expect(page.locator("#composer-blanks")).to_be_visible()
    await page.locator("#customer-edit summary").click()
    await _is_accessible(window, "composer")


async def _is_accessible(window: Window, screen: str) -> None:
    for mode in MODES:
        await window.page.emulate_media(color_scheme=mode)
        results = await Axe().run(window.page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{screen}, {mode}"
