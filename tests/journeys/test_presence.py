"""Who looks and who types is seen by the others, and goes when they do; a line that was cut hides nothing for long."""

from playwright.async_api import Locator, expect
from sqlalchemy import update

from app.core.clock import now
from app.live.models import Presence
from tests.faults.proxy import proxy_to
from tests.support.arrivals import build_mail
from tests.support.browser import Chromium
from tests.support.network import LOOPBACK
from tests.support.office import PASSWORD, Office
from tests.support.window import Window, open_window

SUBJECT, OTHER = "荷物が届きません", "請求書をください"
NOTE = "倉庫に確認中です。"


async def test_presence_is_seen_and_goes_with_the_tab_or_the_network(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(subject=SUBJECT))
    hanako = await office.window(chromium, office.hanako)
    megumi = await office.window(chromium, office.megumi)

    await hanako.choose_ticket(SUBJECT)
    await expect(_sign(megumi, "viewing")).to_contain_text("山田 花子さんが閲覧中")
    await hanako.begin_reply()
    await hanako.page.keyboard.type("お世話になっております。")
    await megumi.choose_tab("in_progress")
    await megumi.choose_ticket(SUBJECT)
    await expect(megumi.page.locator("#ticket-presence")).to_contain_text("山田 花子さんが入力中")

    await hanako.page.context.set_offline(offline=True)
    await _half_a_minute_passes(office)
    await expect(_sign_of(megumi, office.hanako.id)).to_have_count(0)
    await hanako.page.context.set_offline(offline=False)
    await expect(_sign_of(megumi, office.hanako.id)).to_have_count(1)

    await hanako.page.goto("about:blank")
    await expect(_sign_of(megumi, office.hanako.id)).to_have_count(0)


async def test_a_page_whose_line_was_dead_shows_the_truth_when_it_is_back(office: Office, chromium: Chromium) -> None:
    office.mailbox.deliver(build_mail(mail_id="1@customer.example", subject=SUBJECT))
    async with proxy_to(office.desk.port) as proxy:
        hanako = await open_window(chromium, f"http://{LOOPBACK}:{proxy.port}")
        await hanako.sign_in(office.hanako.email, PASSWORD)
        await hanako.choose_ticket(SUBJECT)

        proxy.swallow()
        async with office.api() as api:
            for answer in (
                await api.post("/tickets/1/notes", json={"text": NOTE}),
                await api.put("/tickets/1/lock", json={}),
            ):
                answer.raise_for_status()
        office.mailbox.deliver(build_mail(mail_id="2@customer.example", subject=OTHER))
        megumi = await office.window(chromium, office.megumi)
        await expect(megumi.row(OTHER)).to_be_visible()
        await expect(hanako.row(OTHER)).to_have_count(0)
        proxy.heal()
        proxy.reset()

        await expect(hanako.row(OTHER)).to_be_visible()
        await expect(hanako.page.locator("#lock-banner")).to_contain_text("佐藤 恵さんが返信作成中")
        await expect(hanako.timeline.locator(".entry--note", has_text=NOTE)).to_be_visible()
        await expect(hanako.page.locator("#live-state")).to_be_hidden()


def _sign(window: Window, kind: str) -> Locator:
    return window.row(SUBJECT).locator(f".sign--{kind}")


def _sign_of(window: Window, agent_id: int) -> Locator:
    return window.page.locator(f'#ticket-presence .sign[data-agent="{agent_id}"]')


async def _half_a_minute_passes(office: Office) -> None:
    """Without a sign of life; whoever is still there says so again within ten seconds."""
    async with office.desk.open() as opened, opened.database.transaction() as session:
        statement = update(Presence).where(Presence.agent_id == office.hanako.id)
        await session.execute(statement.values(expires_at=now()))
