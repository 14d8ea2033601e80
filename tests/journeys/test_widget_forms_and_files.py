"""Forms, files, suggestions and the end of a chat in the widget."""

from typing import Any

from fastapi.responses import JSONResponse
from playwright.async_api import FilePayload, Route, expect

from tests.support.browser import Chromium
from tests.support.chat_stand_in import PIXEL, StandIn
from tests.support.foreign_site import Visitor, open_visitor
from tests.support.network import eventually

DROP = """(panel) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["dropped"], "落とした.txt", { type: "text/plain" }));
  panel.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""
PASTE = """(text) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["pasted"], "貼った.txt", { type: "text/plain" }));
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}"""


def picture() -> FilePayload:
    return FilePayload(name="写真.png", mimeType="image/png", buffer=PIXEL)


async def choose(visitor: Visitor, *files: FilePayload) -> None:
    await visitor.panel.locator("input[type=file]").set_input_files(list(files))


async def test_files_go_by_choice_drop_and_paste(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()

    await choose(visitor, picture())
    await visitor.panel.evaluate(DROP)
    await visitor.text.evaluate(PASTE)
    await expect(visitor.panel.locator(".chip")).to_have_count(3)
    await eventually(lambda: len(chat_desk.files) == 3, what="the files")
    await visitor.button("貼った.txtの添付をやめる").click()
    await visitor.say("送ります")
    row = visitor.row("送ります")
    await expect(row).to_contain_text("送信済み")

    await expect(row.locator("img")).to_have_js_property("naturalWidth", 1)
    await expect(row.locator(".file", has_text="落とした.txt")).to_contain_text("1 KB")
    assert {chat_desk.files[token][0] for token in chat_desk.posted[0]["files"]} == {"写真.png", "落とした.txt"}
    await expect(visitor.panel.locator(".chip")).to_have_count(0)
    assert chromium.complaints == []


async def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.config["max_file_bytes"] = 1000
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()

    await choose(visitor, FilePayload(name="大きい.bin", mimeType="application/zip", buffer=b"0" * 1001))
    await expect(visitor.panel.locator(".chip")).to_contain_text("1 KBまでのファイルを送れます")
    await visitor.text.fill("これを")
    await visitor.text.press("Enter")
    await expect(visitor.panel).to_contain_text("送れなかったファイルを外すか")
    await visitor.button("大きい.binの添付をやめる").click()
    await visitor.text.press("Enter")

    await expect(visitor.row("これを")).to_contain_text("送信済み")
    assert chat_desk.count("files") == 0


async def test_a_file_that_the_desk_refuses_says_why(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    chat_desk.keeps_no_file = True
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()

    await choose(visitor, picture())
    await expect(visitor.panel.locator(".chip .error")).to_have_text("1 MBまでのファイルを送れます")

    await expect(visitor.button("もう一度")).to_have_count(0)


async def test_enter_during_an_upload_sends_when_it_is_there(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    held: list[Route] = []
    await visitor.page.route("**/files", lambda route: held.append(route))
    await choose(visitor, picture())
    await eventually(lambda: len(held) == 1, what="the upload")
    await expect(visitor.panel.locator("progress")).to_be_visible()

    await visitor.text.fill("写真です")
    await visitor.text.press("Enter")
    await expect(visitor.panel).to_contain_text("ファイルを送り終えると送信します")
    assert chat_desk.posted == []
    await held[0].continue_()

    await expect(visitor.row("写真です")).to_contain_text("送信済み")
    assert len(chat_desk.posted[0]["files"]) == 1


async def test_an_upload_that_was_cut_off_can_be_tried_again(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.page.route("**/files", lambda route: route.abort())
    await choose(visitor, picture())
    await expect(visitor.panel.locator(".chip")).to_contain_text("送れませんでした")

    await visitor.page.unroute("**/files")
    await visitor.button("もう一度").click()
    await eventually(lambda: len(chat_desk.files) == 1, what="the file")

    await expect(visitor.panel.locator(".chip .error")).to_have_count(0)


async def test_the_form_comes_before_the_first_message_and_says_what_is_wrong(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.config["fields"] = [
        _field("name", "お名前", "text"),
        _field("mail", "メール", "mail"),
        _field("topic", "ご用件", "choice", options=["購入前", "購入後"]),
        _field("terms", "規約に同意します", "consent"),
    ]
    wrong = [{"field": "form.mail", "message": "このメールアドレスは使えません"}]
    chat_desk.refusals = [JSONResponse({"title": "invalid", "code": "invalid", "errors": wrong}, 422)]
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await expect(visitor.panel.get_by_label("お名前")).to_be_focused()

    await visitor.text.fill("在庫はありますか")
    await visitor.text.press("Enter")
    await expect(visitor.panel.get_by_label("お名前")).to_have_accessible_description("入力してください")
    await expect(visitor.panel.get_by_label("ご用件")).to_have_accessible_description("選んでください")
    await expect(visitor.panel.get_by_label("規約に同意します")).to_have_accessible_description("同意が必要です")
    await visitor.panel.get_by_label("お名前").fill("鈴木")
    await visitor.panel.get_by_label("メール", exact=True).fill("suzuki@example.com")
    await visitor.panel.get_by_label("ご用件").select_option("購入前")
    await visitor.panel.get_by_label("規約に同意します").check()
    await visitor.text.press("Enter")
    await expect(visitor.panel.get_by_label("メール", exact=True)).to_have_accessible_description(
        "このメールアドレスは使えません"
    )
    await expect(visitor.panel.get_by_label("メール", exact=True)).to_be_focused()
    await expect(visitor.panel.get_by_label("お名前")).to_have_value("鈴木")
    await expect(visitor.text).to_have_value("在庫はありますか")
    await visitor.panel.get_by_label("メール", exact=True).fill("suzuki@example.org")
    await visitor.text.press("Enter")
    await expect(visitor.row("在庫はありますか")).to_contain_text("送信済み")

    assert [each["form"] for each in chat_desk.posted] == [
        {"name": "鈴木", "mail": "suzuki@example.org", "topic": "購入前", "terms": True}
    ]
    await expect(visitor.panel.get_by_label("お名前")).to_have_count(0)


async def test_when_nobody_is_there_name_and_mail_go_with_the_message(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.config |= {"is_there": False, "is_open": False, "opens_at": "2030-01-08T01:00:00Z"}
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await expect(visitor.panel.locator(".state")).to_have_text("営業時間外：1月8日(火) 10:00から")

    await visitor.text.fill("折り返しください")
    await visitor.text.press("Enter")
    mail = visitor.panel.get_by_label("メールアドレス")
    await expect(mail).to_have_accessible_description("入力してください")
    await mail.fill("suzuki＠example")
    await visitor.text.press("Enter")
    await expect(mail).to_have_accessible_description("メールアドレスの形を確かめてください")
    await mail.fill("suzuki@example.com")
    await visitor.text.press("Enter")
    await expect(visitor.row("折り返しください")).to_contain_text("送信済み")

    assert chat_desk.posted[0]["form"]["mail"] == "suzuki@example.com"
    await expect(visitor.panel).to_contain_text("お返事は suzuki@example.com にもお送りします")


async def test_an_address_can_be_left_later(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.say("いますか")
    chat_desk.tell("state", {"is_there": False})

    await visitor.button("メールで返事を受け取る").click()
    await visitor.panel.get_by_label("メールアドレス").fill("suzuki@example.com")
    await visitor.button("メールで返事を受け取る").last.click()
    await expect(visitor.panel).to_contain_text("お返事は suzuki@example.com にもお送りします")

    assert chat_desk.bodies["contact"] == [{"name": "", "mail": "suzuki@example.com"}]


async def test_answers_of_the_faq_are_offered_and_judged(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.suggestions = [
        {"id": 3, "question": "送料はいくらですか", "answer": "全国一律 500 円です。"},
        {"id": 4, "question": "いつ届きますか", "answer": "翌々日です。"},
    ]
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.say("送料は？")
    offered = visitor.panel.locator(".suggestions")
    await expect(offered).to_contain_text("メッセージは担当者に届いています")

    await offered.get_by_text("送料はいくらですか").click()
    await expect(offered.get_by_text("全国一律 500 円です。")).to_be_visible()
    await visitor.button("解決した").click()
    await expect(offered).to_contain_text("お役に立ててよかったです")

    message = chat_desk.posted[0]["id"]
    assert chat_desk.bodies["suggestions/3"] == [{"verdict": "helped", "message_id": message}]
    await expect(visitor.button("担当者と話す")).to_have_count(0)


async def test_a_chat_is_ended_with_a_copy_and_begun_anew(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("ありがとう")

    await visitor.panel.locator(".head").get_by_role("button", name="チャットを終える").click()
    await visitor.panel.get_by_label("やりとりの控えをメールで受け取る").check()
    await visitor.panel.locator(".ending").get_by_role("button", name="チャットを終える").click()
    mail = visitor.panel.get_by_label("メールアドレス")
    await expect(mail).to_have_accessible_description("入力してください")
    await mail.fill("suzuki@example.com")
    await visitor.panel.locator(".ending").get_by_role("button", name="チャットを終える").click()
    await expect(visitor.panel).to_contain_text("このチャットは終わりました")
    chat_desk.tell("state", {"has_ended": True})
    await visitor.button("新しく問い合わせる").click()
    await visitor.send("もうひとつ")
    chat_desk.tell("state", {"has_ended": False})

    assert chat_desk.bodies["contact"] == [{"name": "", "mail": "suzuki@example.com"}]
    assert chat_desk.bodies["end"] == [{"transcript_to": "mail"}]
    await expect(visitor.text).to_be_visible()


def _field(name: str, label: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": kind, "options": [], "is_required": True} | more
