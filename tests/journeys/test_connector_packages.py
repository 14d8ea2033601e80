"""Somebody else's package adds kinds of channels to the desk: installed, set up, used, gone and back again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from app.accounts import service as accounts
from app.accounts.models import Role
from app.channels import queries as channel_queries
from tests.support.browser import Chromium
from tests.support.builders import build_agent
from tests.support.connectors import (
    PAGER_NUMBER,
    PIN,
    SECRET,
    TOKEN,
    PagerProvider,
    PigeonholeFolder,
    Scene,
    delivery_of,
    hook_of,
    install_example,
    make_pager,
    make_pigeonhole,
    page,
    ring,
)
from tests.support.network import found
from tests.support.serving import ServedDesk
from tests.support.window import is_answer, open_window

SENDER, SUBJECT, WORDS = "box-7", "鳩が迷っています", "鳩が帰りません。"
ANSWER = "捜しております。"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_example(tmp_path_factory.mktemp("example"))


@pytest_asyncio.fixture
async def scene(desk_on_each: ServedDesk, packages: Path) -> Scene:
    """Not started."""
    desk_on_each.packages = packages
    async with desk_on_each.open() as opened, opened.database.transaction() as session:
        admin = await build_agent(session, name="鈴木 健", email="ken@example.jp", role=Role.ADMIN, password=PASSWORD)
        token = await accounts.create_token(session, admin)
    return Scene(desk_on_each, token)


@pytest.fixture
def pigeonhole(tmp_path: Path) -> PigeonholeFolder:
    return PigeonholeFolder.make(tmp_path / "pigeonhole")


@pytest.fixture
def pager() -> Iterator[PagerProvider]:
    with PagerProvider().serving() as provider:
        yield provider


async def is_accessible(page: Page) -> None:
    results = await Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []


async def test_letters_are_polled_and_answered(scene: Scene, pigeonhole: PigeonholeFolder) -> None:
    make_pigeonhole(scene, pigeonhole)
    scene.desk.start()

    pigeonhole.put(1, **{"from": SENDER, "name": "鳩山", "subject": SUBJECT, "text": WORDS})
    [ticket] = await found(scene.tickets, lambda tickets: len(tickets) == 1)
    first = await scene.reply(ticket["number"], ANSWER)
    await scene.delivered(ticket["number"], first, as_="sent")
    [answer] = pigeonhole.answers()
    back = {"from": SENDER, "name": "鳩山", "subject": "Re", "text": "帰りました。", "answers": [answer["id"]]}
    pigeonhole.put(2, **back)
    messages = await found(lambda: scene.messages(ticket["number"]), lambda all_: len(all_) == 3)

    assert (ticket["subject"], ticket["customer"]["name"]) == (SUBJECT, "鳩山")
    assert (answer["to"], answer["text"], answer["answers"]) == ([SENDER], ANSWER, "letter-1")
    assert (answer["paper"], answer["copies"], answer["is_sealed"]) == ("plain", 2, True)
    assert [(each["kind"], each["text"]) for each in messages[::2]] == [("inbound", WORDS), ("inbound", "帰りました。")]


async def test_what_does_not_leave_says_so(scene: Scene, pigeonhole: PigeonholeFolder) -> None:
    make_pigeonhole(scene, pigeonhole)
    scene.desk.start()
    pigeonhole.put(1, **{"from": SENDER, "name": "鳩山", "subject": SUBJECT, "text": WORDS})
    [ticket] = await found(scene.tickets, lambda tickets: len(tickets) == 1)

    (pigeonhole.place / "fog").touch()
    unclear = await scene.delivered(ticket["number"], await scene.reply(ticket["number"], ANSWER), as_="uncertain")
    (pigeonhole.place / "closed").touch()
    refused = await scene.delivered(ticket["number"], await scene.reply(ticket["number"], ANSWER), as_="failed")

    assert unclear["error"] == "Nothing can be seen."
    assert refused["error"] == "The pigeonhole is closed."
    assert pigeonhole.answers() == []


async def test_talks_come_by_hook_and_are_answered(scene: Scene, pager: PagerProvider) -> None:
    hook = await hook_of(scene, make_pager(scene, pager))
    scene.desk.start()

    strangers = await ring(hook, page(1), secret="a guess")
    statuses = [await ring(hook, page(1)), await ring(hook, page(1), page(2, "至急"))]
    [ticket] = await found(scene.tickets, lambda tickets: len(tickets) == 1)
    await found(lambda: scene.messages(ticket["number"]), lambda all_: len(all_) == 2)
    sent = await scene.reply(ticket["number"], ANSWER)
    await scene.delivered(ticket["number"], sent, as_="sent")
    pager.fails_with = 503
    unclear = await scene.delivered(ticket["number"], await scene.reply(ticket["number"], "二度目"), as_="uncertain")

    assert (strangers, statuses) == (401, [200, 200])
    assert pager.pages == [{"number": PAGER_NUMBER, "words": ANSWER}]
    assert "The aerial is down." in unclear["error"]


async def test_secrets_are_sealed_and_settings_are_tried(
    scene: Scene, pigeonhole: PigeonholeFolder, pager: PagerProvider
) -> None:
    good, wrong = make_pigeonhole(scene, pigeonhole), make_pigeonhole(scene, pigeonhole, pin="0000")
    by_hook = make_pager(scene, pager)

    async with scene.desk.open() as opened, opened.database.reading() as session:
        kept = [await channel_queries.get_channel(session, each) for each in (good, by_hook)]
    checks = [scene.desk.run("channel", "check", str(each)) for each in (good, by_hook)]
    refused = scene.command("channel", "check", str(wrong))
    without = scene.command("channel", "create", "pigeonhole", "--name", "鍵なし", "--set", f"place={pigeonhole.place}")
    unknown = scene.command("channel", "create", "pager", "--name", "?", "--set", "colour=red")

    assert [word in f"{channel.settings} {channel.secrets}" for channel in kept for word in (PIN, TOKEN, SECRET)] == (
        [False] * 6
    )
    assert kept[0].settings["place"] == str(pigeonhole.place)
    assert checks == ["0 messages on the server", "ポケベル事務局"]
    assert refused[0] == 1
    assert "pin" in refused[1]
    assert [without, unknown[0]] == [(2, "madoguchi: pin: This is needed."), 2]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that waits on a channel of the pager, whose package is taken away."""

    channel_id: int
    hook: str
    number: int
    message_id: int


@pytest_asyncio.fixture
async def waiting(scene: Scene, pager: PagerProvider) -> Waiting:
    channel_id = make_pager(scene, pager)
    hook = await hook_of(scene, channel_id)
    scene.desk.start()
    await ring(hook, page(1))
    [ticket] = await found(scene.tickets, lambda tickets: len(tickets) == 1)
    assert scene.command("channel", "pause", str(channel_id))[0] == 0
    message_id = await scene.reply(ticket["number"], ANSWER)
    scene.desk.stop()
    scene.desk.packages = None
    assert scene.command("channel", "resume", str(channel_id))[0] == 0
    scene.desk.start()
    return Waiting(channel_id, hook, ticket["number"], message_id)


async def test_a_kind_that_is_gone_breaks_nothing(scene: Scene, waiting: Waiting) -> None:
    told = await found(
        lambda: scene.messages(waiting.number), lambda all_: bool(delivery_of(all_, waiting.message_id)["error"])
    )
    async with scene.api() as api:
        listed = (await api.get("/channels")).json()["items"]
        body = {"lock_token": (await api.put(f"/tickets/{waiting.number}/lock")).json()["token"], "base_version": 2}
        more = await api.post(f"/tickets/{waiting.number}/replies", json={**body, "text": ANSWER})

    delivery = delivery_of(told, waiting.message_id)
    assert delivery["state"] == "queued"
    assert delivery["error"].startswith("このチャネルのパッケージが")
    assert (more.status_code, more.json()["code"]) == (409, "unknown_kind")
    assert "ポケベル" in [each["name"] for each in listed]
    assert await ring(waiting.hook, page(2)) == 404
    assert scene.command("channel", "check", str(waiting.channel_id))[0] == 1


async def test_what_waits_leaves_when_the_kind_is_back(
    scene: Scene, packages: Path, pager: PagerProvider, waiting: Waiting
) -> None:
    await found(
        lambda: scene.messages(waiting.number), lambda all_: bool(delivery_of(all_, waiting.message_id)["error"])
    )

    scene.desk.stop()
    scene.desk.packages = packages
    scene.desk.start()
    status = await ring(waiting.hook, page(2))
    await found(lambda: scene.messages(waiting.number), lambda all_: len(all_) == 3)
    await scene.delivered_now(waiting.message_id)
    await scene.delivered(waiting.number, waiting.message_id, as_="sent")

    assert status == 200
    assert [each["words"] for each in pager.pages] == [ANSWER]


async def test_a_kind_is_set_up_at_the_screen(scene: Scene, pigeonhole: PigeonholeFolder, chromium: Chromium) -> None:
    make_pager(scene, PagerProvider(url="http://127.0.0.1:1"))
    scene.desk.start()
    window = await open_window(chromium, scene.desk.address, locale="ja", width=1440)
    await window.sign_in("ken@example.jp", PASSWORD)

    await window.open("/admin/channels")
    await is_accessible(window.page)
    await window.page.click("#kind-pigeonhole .button")
    await _is_set_up(window.page, pigeonhole)
    await is_accessible(window.page)
    await window.page.set_viewport_size({"width": 390, "height": 844})
    await is_accessible(window.page)
    width = await window.page.evaluate("document.documentElement.scrollWidth")

    assert width <= 390
    assert PIN not in await window.page.content()
    assert [line for line in chromium.complaints if not is_answer(line, 422)] == []


async def _is_set_up(page: Page, pigeonhole: PigeonholeFolder) -> None:
    """What is wrong is said at its field, with what was typed; then it is tried, and saved."""
    await page.fill("#name", "鳩の窓口")
    await page.fill("#place", str(pigeonhole.place / "elsewhere"))
    await page.fill("#pin", PIN)
    await page.click("[data-check]")
    await expect(page.locator(".step--wrong")).to_be_visible()
    await expect(page.locator("#place")).to_be_focused()
    await page.fill("#place", str(pigeonhole.place))
    await page.fill("#copies", "")
    await page.evaluate("document.querySelector('[data-mailbox-form]').noValidate = true")
    await page.click("[data-mailbox-form] .button--primary")
    await expect(page.locator("#copies-help.field__error")).to_be_visible()
    await expect(page.locator("#place")).to_have_value(str(pigeonhole.place))
    await page.fill("#pin", PIN)
    await page.fill("#copies", "3")
    await page.select_option("#paper", "lined")
    await page.click("[data-mailbox-form] .button--primary")
    await expect(page.locator(".admin-saved")).to_be_visible()
    await expect(page.locator("#paper")).to_have_value("lined")
