"""A newcomer tries LINE: the demo, its stand-in of LINE beside it, one conversation from both ends."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.support.browser import Chromium
from tests.support.commands import Command
from tests.support.network import found, is_listening
from tests.support.running import SIMULATOR_DISTANCE, find_two_ports, line_with, press_ctrl_c, started

END_SECONDS = 60
START_MILLISECONDS = 60_000
"""It listens before it answers."""
WHO = "ケンイチ"


@pytest.fixture
def madoguchi(tmp_path: Path) -> Command:
    """A small demo, as a first `make run` makes a larger one."""
    command = Command(tmp_path)
    command.last_line("migrate")
    command.last_line("demo", "--tickets", "100")
    return command


@pytest.fixture
def token(madoguchi: Command) -> str:
    return madoguchi.last_line("token", "create", "--agent", "sato@example.jp")


async def test_a_talk_goes_on_live_from_both_ends(madoguchi: Command, token: str, chromium: Chromium) -> None:
    port = find_two_ports()
    with started(madoguchi, "run", "--port", str(port)) as process:
        simulator = line_with(process, "LINE user").split()[-1]
        desk = line_with(process, "Madoguchi is at").split()[-1]
        page = await chromium.new_page()
        await page.goto(simulator, timeout=START_MILLISECONDS)
        await page.get_by_label("利用者").select_option(WHO)
        await expect(page.locator("#bubbles > li").last).to_contain_text("お届け先を変更して")

        await page.locator("#text").fill("はい、2件ともお願いします")
        await page.locator("#text").press("Enter")
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=f"{desk}/api/v1", headers=headers, timeout=END_SECONDS) as api:
            number = await answer(api)
        newest = page.locator("#bubbles > li").last
        await expect(newest).to_contain_text("変更いたしました")
        await expect(newest).to_contain_text("佐藤 恵")
        await expect(page.locator("#bubbles > li").nth(-2)).to_contain_text("既読")
        press_ctrl_c(process)
        assert process.wait(END_SECONDS) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()

    assert number
    assert chromium.complaints == []
    assert not is_listening(port + SIMULATOR_DISTANCE)


async def answer(api: httpx.AsyncClient) -> int:
    """Once the customer's words are there."""
    listed = (await api.get("/tickets", params={"limit": 200})).json()["items"]
    number: int = next(ticket["number"] for ticket in listed if ticket["customer"]["name"] == WHO)

    async def words() -> list[str]:
        return [message["text"] for message in (await api.get(f"/tickets/{number}/messages")).json()["items"]]

    await found(words, lambda texts: "はい、2件ともお願いします" in texts)
    lock = (await api.put(f"/tickets/{number}/lock")).json()
    version = (await api.get(f"/tickets/{number}")).json()["version"]
    form = {"lock_token": lock["token"], "base_version": version, "text": "2件とも変更いたしました。"}
    assert (await api.post(f"/tickets/{number}/replies", json=form)).status_code == 201
    return number
