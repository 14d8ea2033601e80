"""A mention: offered while one types, told at the other's bell and desktop, opened at what is unread."""

from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, expect

from app.accounts.models import Agent
from app.core.i18n import catalog
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.office import Office
from tests.support.window import Window

SUBJECT = "荷物が届きません"
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WATCH_NOTIFICATIONS = """
  window.shownNotifications = [];
  window.Notification = class extends EventTarget {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, options) {
      super();
      window.shownNotifications.push({ title, ...options, click: () => this.dispatchEvent(new Event("click")) });
      document.documentElement.setAttribute("data-notified", window.shownNotifications.length);
    }
    close() {}
  };
"""


def _ja(text: str, **params: object) -> str:
    return catalog("ja").gettext(text).format(**params)


async def _window(office: Office, chromium: Chromium, agent: Agent) -> Window:
    """What the page asks the browser to show is kept, since nobody looks at this desktop."""
    window = await office.window(chromium, agent)
    await window.page.add_init_script(WATCH_NOTIFICATIONS)
    await window.open("/tickets?tab=new")
    await window.is_ready()
    return window


async def _shown(window: Window) -> list[dict[str, Any]]:
    await window.page.locator("html[data-notified]").wait_for(state="attached")
    shown: list[dict[str, Any]] = await window.page.evaluate("window.shownNotifications")
    return shown


def _news(window: Window) -> Locator:
    return window.page.locator("#rows > li[data-my-news]")


async def test_a_mention_reaches_the_other(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await _window(office, chromium, office.hanako)
    megumi = await _window(office, chromium, office.megumi)
    await _read_and_leave(megumi)

    await _mention(hanako)

    await _is_told(megumi, by=office.hanako)
    await _opens_at_the_unread_line(megumi)
    assert chromium.complaints == []


async def _read_and_leave(window: Window) -> None:
    """What was looked at is no news any more, and still waits for an answer."""
    await expect(window.row(SUBJECT)).to_be_visible()
    await expect(_news(window)).to_have_count(1)
    await window.choose_ticket(SUBJECT)
    await expect(_news(window)).to_have_count(0)
    await window.page.keyboard.press("Escape")
    await expect(window.page.locator("#ticket")).to_have_count(0)
    await expect(window.page).to_have_title("(1) " + _ja("Madoguchi"))


async def _mention(window: Window) -> None:
    await window.choose_ticket(SUBJECT)
    await window.page.keyboard.press("m")
    field = window.page.locator("#note-text")
    await field.press_sequentially("確認お願いします @佐藤")
    await expect(window.page.locator("#mention-list [role=option]")).to_have_count(1)
    await window.page.keyboard.press("Enter")
    await expect(field).to_have_value("確認お願いします @megumi@example.jp ")
    await window.page.keyboard.press("Control+Enter")
    await expect(window.timeline.locator(".mention")).to_have_text("@佐藤 恵")


async def _is_told(window: Window, *, by: Agent) -> None:
    await expect(window.page.locator("#bell-count")).to_have_text("1")
    await expect(_news(window)).to_have_count(1)
    [shown] = await _shown(window)
    assert shown["title"] == _ja("{name} mentioned you", name=by.name)
    assert SUBJECT in shown["body"]
    assert "確認お願いします" not in shown["body"]


async def _opens_at_the_unread_line(window: Window) -> None:
    await window.page.evaluate("window.shownNotifications[0].click()")
    await expect(window.title).to_have_text(SUBJECT)
    line = window.page.locator("#unread-line")
    await expect(line).to_have_text(_ja("Unread from here"))
    await expect(line.locator("xpath=following-sibling::*[1]")).to_have_class("entry entry--note")
    await expect(window.page.locator("#bell-count")).to_be_hidden()
    await expect(_news(window)).to_have_count(0)
    await expect(window.page.locator("#ticket-watchers")).to_have_attribute("aria-pressed", "true")


async def test_one_tab_of_a_browser_tells(office: Office, chromium: Chromium) -> None:
    megumi = await _window(office, chromium, office.megumi)
    second = Window(await megumi.page.context.new_page(), megumi.address)
    await second.page.add_init_script(WATCH_NOTIFICATIONS)
    await second.open("/tickets?tab=new")
    await second.is_ready()
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    await expect(second.row(SUBJECT)).to_be_visible()

    async with office.api(office.hanako_token) as api:
        await api.post("/tickets/1/notes", json={"text": "@megumi@example.jp"})

    await expect(second.page.locator("#bell-count")).to_have_text("1")
    await expect(megumi.page.locator("#bell-count")).to_have_text("1")
    assert len(await _shown(megumi)) == 1
    assert await second.page.evaluate("window.shownNotifications.length") == 0


async def test_keys_watch_and_mark_as_unread(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await _window(office, chromium, office.hanako)
    await hanako.choose_ticket(SUBJECT)
    await expect(_news(hanako)).to_have_count(0)
    button = hanako.page.locator("#ticket-watchers")

    await hanako.page.keyboard.press("w")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await hanako.page.keyboard.press("u")
    await expect(_news(hanako)).to_have_count(1)
    await hanako.page.keyboard.press("w")
    await expect(button).to_have_attribute("aria-pressed", "false")

    await hanako.reload()
    await expect(hanako.page.locator("#unread-line")).to_be_visible()
    await expect(_news(hanako)).to_have_count(0)


async def test_an_ime_ends_its_conversion_without_choosing(office: Office, chromium: Chromium) -> None:
    async with office.desk.open() as opened, opened.database.transaction() as session:
        (await session.get_one(Agent, office.megumi.id)).reading = "さとう めぐみ"
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await _window(office, chromium, office.hanako)
    await hanako.choose_ticket(SUBJECT)
    await hanako.page.keyboard.press("m")
    field = hanako.page.locator("#note-text")
    await field.press_sequentially("@サトウ")
    await expect(hanako.page.locator("#mention-list [role=option]")).to_have_text("佐藤 恵megumi@example.jp")

    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "keyCode": 229})
    await expect(field).to_have_value("@サトウ")
    await field.press("Escape")

    await expect(hanako.page.locator("#mention-list")).to_be_hidden()
    await expect(hanako.page.locator("#note-form")).to_be_visible()


async def test_the_screens_are_accessible(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    megumi = await _window(office, chromium, office.megumi)
    await megumi.choose_ticket(SUBJECT)
    await expect(_news(megumi)).to_have_count(0)
    async with office.api(office.hanako_token) as api:
        await api.post("/tickets/1/notes", json={"text": "@megumi@example.jp https://example.jp/"})
    await expect(megumi.timeline.locator(".mention[data-my-own]")).to_be_visible()
    await megumi.page.keyboard.press("u")
    await expect(_news(megumi)).to_have_count(1)
    await megumi.reload()
    await expect(megumi.page.locator("#unread-line")).to_be_visible()
    await megumi.page.keyboard.press("m")
    await megumi.page.locator("#note-text").press_sequentially("@")
    await expect(megumi.page.locator("#mention-list [role=option]")).to_have_count(2)
    await _is_accessible(megumi, "mention")
    await megumi.page.keyboard.press("Escape")
    await megumi.page.locator("#bell").click()
    await expect(megumi.page.locator("#notices")).to_be_visible()
    await _is_accessible(megumi, "bell")

    for path in ("/settings/notices", "/tickets/1/print", "/tickets/1/print?notes=true"):
        await megumi.open(path)
        await _is_accessible(megumi, path)
        await megumi.page.set_viewport_size({"width": 390, "height": 800})
        assert await megumi.page.evaluate("document.documentElement.scrollWidth") == 390
        await megumi.page.set_viewport_size({"width": 1440, "height": 900})


async def _is_accessible(window: Window, screen: str) -> None:
    for mode in MODES:
        await window.page.emulate_media(color_scheme=mode)
        results = await Axe().run(window.page)
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]]
        assert found == [], f"{screen}, {mode}"
