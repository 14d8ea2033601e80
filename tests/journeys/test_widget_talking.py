"""The talk in the widget: Enter, the way out and back, cuts, reloads, tabs; nothing lost and nothing twice."""

from fastapi.responses import JSONResponse
from playwright.async_api import Page, expect

from tests.support.browser import Chromium
from tests.support.chat_stand_in import StandIn
from tests.support.foreign_site import open_tab, open_visitor
from tests.support.network import eventually

COUNT_SOUNDS = """
window.rung = 0;
window.AudioContext = class extends AudioContext { constructor() { super(); rung++; } };
"""
COMPOSING = """(text) => {
  const enter = { key: "Enter", bubbles: true, composed: true, cancelable: true };
  const press = (more) => text.dispatchEvent(new KeyboardEvent("keydown", { ...enter, ...more }));
  return [press({ isComposing: true }), press({ keyCode: 229 }), press({ shiftKey: true })];
}"""


async def test_enter_sends_but_never_while_an_ime_composes(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await expect(visitor.text).to_be_focused()
    await visitor.text.fill("へんかん")

    untouched = await visitor.text.evaluate(COMPOSING)
    await visitor.text.press("Shift+Enter")
    await visitor.text.press_sequentially("二行目")
    await visitor.text.press("Enter")
    await expect(visitor.rows).to_have_count(1)
    await eventually(lambda: len(chat_desk.posted) == 1, what="the message")

    assert untouched == [True, True, True]
    assert chat_desk.posted[0]["text"] == "へんかん\n二行目"
    await expect(visitor.text).to_have_value("")


async def test_an_answer_arrives_and_marks_follow(chat_desk: StandIn, hostile_site: str, chromium: Chromium) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("ありますか")

    chat_desk.tell("state", {"typing": {"name": "山田", "until": "2099-01-01T00:00:00Z"}})
    await expect(visitor.panel).to_contain_text("山田さんが入力中です")
    chat_desk.tell("state", {"typing": None, "seen_at": "2099-01-01T00:00:00Z"})
    chat_desk.say("ございます <b>在庫</b> https://example.com/a?b=1。 javascript:alert(1)")
    await expect(visitor.row("ありますか")).to_contain_text("既読")
    answer = visitor.row("ございます")
    await expect(answer).to_contain_text("<b>在庫</b>")
    await eventually(lambda: {"heard": 2, "read": 2} in chat_desk.bodies.get("marks", []), what="the marks")

    await expect(answer.locator("a")).to_have_count(1)
    await expect(answer.locator("a")).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(answer.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(visitor.panel.get_by_text("山田さんが入力中です")).to_be_hidden()


async def test_what_was_not_seen_is_counted_at_the_launcher(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("ありますか")
    await visitor.text.press("Escape")
    await expect(visitor.panel).to_be_hidden()
    await expect(visitor.launcher).to_be_focused()

    chat_desk.say("はい")
    chat_desk.say("ございます")
    await expect(visitor.launcher).to_have_accessible_name("チャットを開く, 未読2件")
    await visitor.page.reload()
    await expect(visitor.launcher).to_have_accessible_name("チャットを開く, 未読2件")
    await visitor.launcher.click()

    await expect(visitor.row("ございます")).to_be_visible()
    await expect(visitor.launcher).to_have_accessible_name("チャットを開く")
    await expect(visitor.rows).to_have_count(3)


async def test_a_sound_is_heard_for_what_nobody_looks_at_unless_it_is_off(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.page.add_init_script(COUNT_SOUNDS)
    await visitor.open()
    await visitor.send("ありますか")
    chat_desk.say("見えている答え")
    await expect(visitor.row("見えている答え")).to_be_visible()
    assert await visitor.page.evaluate("rung") == 0

    await visitor.text.press("Escape")
    chat_desk.say("見えない答え")
    await expect(visitor.launcher).to_have_accessible_name("チャットを開く, 未読1件")
    assert await visitor.page.evaluate("rung") == 1
    await visitor.launcher.click()
    await visitor.button("通知音を消す").click()
    await expect(visitor.button("通知音を鳴らす")).to_be_visible()
    await visitor.page.reload()
    await visitor.button("閉じる").click()
    chat_desk.say("聞こえない答え")
    await expect(visitor.launcher).to_have_accessible_name("チャットを開く, 未読1件")

    assert await visitor.page.evaluate("rung") == 0


async def test_a_cut_network_loses_nothing_and_doubles_nothing(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.say("ひとつ目")
    await visitor.page.context.set_offline(True)
    await visitor.say("ふたつ目")
    await visitor.say("みっつ目")
    await expect(visitor.row("ふたつ目")).to_contain_text("送れませんでした")
    chat_desk.say("その間の答え")

    await visitor.page.context.set_offline(False)
    await expect(visitor.row("その間の答え")).to_be_visible()
    await expect(visitor.row("みっつ目")).to_contain_text("送信済み")

    assert [each["text"] for each in chat_desk.posted] == ["ひとつ目", "ふたつ目", "みっつ目"]
    await expect(visitor.rows).to_have_count(4)


async def test_an_answer_that_was_lost_on_the_way_does_not_double_the_message(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.page.route("**/messages", lambda route: route.fetch())

    await visitor.say("一度だけ")
    await eventually(lambda: len(chat_desk.posted) == 1, what="the message at the desk")
    await expect(visitor.row("一度だけ")).to_contain_text("送信済み")

    await expect(visitor.rows).to_have_count(1)


async def test_a_reload_keeps_what_was_not_sent_and_what_was_being_written(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.page.route("**/messages", lambda route: route.abort())
    await visitor.say("まだ送れない")
    await visitor.text.fill("書きかけ")
    await expect(visitor.row("まだ送れない")).to_contain_text("送れませんでした")
    await eventually(lambda: _kept(visitor.page, "書きかけ"), what="the draft in the storage")

    await visitor.page.unroute("**/messages")
    await visitor.page.reload()
    await expect(visitor.panel).to_be_visible()
    await expect(visitor.row("まだ送れない")).to_contain_text("送信済み")

    await expect(visitor.text).to_have_value("書きかけ")
    assert [each["text"] for each in chat_desk.posted] == ["まだ送れない"]


async def test_what_the_desk_took_is_shown_until_the_desk_shows_it(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.keeps_back = True
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()

    await visitor.send("そちらに")
    chat_desk.tell("sync", chat_desk.sync())
    chat_desk.say("こちらです")

    await expect(visitor.row("こちらです")).to_be_visible()
    await expect(visitor.rows).to_have_count(2)


async def test_two_tabs_show_one_talk_over_one_stream(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.say("一枚目から")
    other = await open_tab(visitor)
    await other.open()
    await expect(other.row("一枚目から")).to_be_visible()

    await other.send("二枚目から")
    await expect(visitor.row("二枚目から")).to_be_visible()
    chat_desk.say("両方へ")
    await expect(visitor.row("両方へ")).to_be_visible()
    await expect(other.row("両方へ")).to_be_visible()

    await eventually(lambda: chat_desk.stream_count == 1, what="one stream")
    assert {each["token"] for each in chat_desk.visits} == {None, chat_desk.token}
    assert [each["text"] for each in chat_desk.posted] == ["一枚目から", "二枚目から"]
    await other.page.close()
    chat_desk.say("ひとりに")
    await expect(visitor.row("ひとりに")).to_be_visible()
    await expect(visitor.rows).to_have_count(4)


async def test_a_visitor_whom_the_desk_forgot_begins_anew_with_the_message(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("前の話")
    chat_desk.token = "another token"
    chat_desk.messages.clear()

    await visitor.send("次の話")

    await expect(visitor.row("前の話")).to_have_count(0)
    assert chat_desk.posted[-1]["text"] == "次の話"


async def test_a_blocked_visitor_is_told_and_asks_no_more(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await visitor.send("はじめ")
    chat_desk.tell("state", {"is_there": False})
    await expect(visitor.panel.locator(".contact")).to_be_visible()
    chat_desk.is_blocking = True

    await visitor.say("つぎ")
    await expect(visitor.panel).to_contain_text("このチャットはご利用いただけません")
    await expect(visitor.text).to_be_hidden()
    await expect(visitor.panel.locator(".contact")).to_be_hidden()
    await expect(visitor.button("チャットを終える")).to_be_hidden()
    await eventually(lambda: chat_desk.stream_count == 0, what="the end of the stream")
    await expect(visitor.panel.locator(".strip")).to_be_hidden()
    await visitor.page.reload()
    await expect(visitor.panel).to_contain_text("このチャットはご利用いただけません")

    assert [each["text"] for each in chat_desk.posted] == ["はじめ"]
    assert chat_desk.stream_count == 0


async def test_what_is_refused_says_why_and_lets_the_next_pass(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.refusals = [JSONResponse({"title": "長すぎます", "code": "invalid", "errors": []}, 422)]
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()

    await visitor.say("だめなもの")
    await expect(visitor.row("だめなもの")).to_contain_text("長すぎます")
    await visitor.send("よいもの")
    await visitor.button("取り消す").click()

    await expect(visitor.row("だめなもの")).to_have_count(0)
    assert [each["text"] for each in chat_desk.posted] == ["よいもの"]


async def test_earlier_messages_are_fetched_when_asked_for(
    chat_desk: StandIn, hostile_site: str, chromium: Chromium
) -> None:
    chat_desk.page_size = 20
    for number in range(45):
        chat_desk.say(f"話 {number}。")
    visitor = await open_visitor(chromium, hostile_site)
    await visitor.open()
    await expect(visitor.rows).to_have_count(20)

    await visitor.button("前のやりとりを見る").click()
    await expect(visitor.rows).to_have_count(40)
    await visitor.button("前のやりとりを見る").click()
    await expect(visitor.rows).to_have_count(45)

    texts = await visitor.rows.locator(".text").all_inner_texts()
    assert texts == [f"話 {number}。" for number in range(45)]
    await expect(visitor.button("前のやりとりを見る")).to_be_hidden()


async def _kept(page: Page, words: str) -> bool:
    return words in str(await page.evaluate("JSON.stringify(Object.values(localStorage))"))
