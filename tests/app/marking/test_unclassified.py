"""Categories that are suggested for tickets without one: shown with reasons, accepted by people, taken back."""

import re
from typing import Any

from httpx import AsyncClient

from app.accounts.models import Agent
from app.bulk.carrying import carry_on
from app.core.database import Database, count_statements
from app.tickets.consumers import log_reader
from app.tickets.models import Category, Ticket
from app.trends import reading
from app.trends.jobs import TRENDS, catch_up
from tests.support.builders import build_category, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

PAGE = "/reports/unclassified"


async def _fill(database: Database) -> dict[str, Any]:
    async with database.transaction() as session:
        channel = await build_channel(session)
        returns, billing = await build_category(session, name="返品"), await build_category(session, name="請求")
        for number in range(6):
            await _classified(session, channel, returns, "返品の送料", number)
            await _classified(session, channel, billing, "領収書の宛名", number)
        new = await build_ticket(session, channel=channel, subject="返品したい", text="返品の送料は？")
        strange = await build_ticket(session, channel=channel, subject="宇宙旅行", text="月面の温泉")
        await session.flush()
        found = {"returns": returns.id, "billing": billing.id, "new": new.id, "strange": strange.id}
    await reading.begin(database)
    async with log_reader(database, TRENDS) as reader:
        await catch_up(database, reader)
    return found


async def _classified(session: Any, channel: Any, category: Category, text: str, number: int) -> None:
    ticket = await build_ticket(session, channel=channel, subject=text, text=text)
    await session.flush()
    ticket.category_id = category.id


async def _category_of(database: Database, number: int) -> int | None:
    async with database.reading() as session:
        return (await session.get_one(Ticket, number)).category_id


async def _carry_out(database: Database) -> None:
    while await carry_on(database):
        pass


def _values(page: str) -> list[str]:
    return re.findall('name="shown" value="([0-9:]+)"', page)


async def test_a_ticket_is_told_which_category_it_may_have_and_why(database: Database, client: AsyncClient) -> None:
    ids = await _fill(database)

    found = (await client.get(f"/api/v1/tickets/{ids['new']}/category-suggestion")).json()["suggestion"]
    strange = (await client.get(f"/api/v1/tickets/{ids['strange']}/category-suggestion")).json()
    shown = (await client.get(f"/tickets/{ids['new']}/category-suggestion")).text

    assert (found["category_id"], found["category"]) == (ids["returns"], "返品")
    assert {"返品", "送料"} <= set(found["because"])
    assert found["percent"] >= 60
    assert found["like"] is not None
    assert strange == {"suggestion": None}
    assert f'data-category="{ids["returns"]}"' in shown
    assert f'href="/tickets/{found["like"]}"' in shown


async def test_the_page_of_a_ticket_asks_for_it_only_without_a_category(
    database: Database, client: AsyncClient
) -> None:
    ids = await _fill(database)

    assert f"/tickets/{ids['new']}/category-suggestion" in (await client.get(f"/tickets/{ids['new']}")).text
    await client.patch(f"/api/v1/tickets/{ids['new']}", json={"category_id": ids["billing"]})
    assert "category-suggestion" not in (await client.get(f"/tickets/{ids['new']}")).text
    assert (await client.get(f"/api/v1/tickets/{ids['new']}/category-suggestion")).json() == {"suggestion": None}


async def test_one_is_accepted_and_taken_back(database: Database, client: AsyncClient) -> None:
    ids = await _fill(database)
    page = (await client.get(PAGE)).text
    (value,) = _values(page)

    accepted = await client.post(PAGE, data={"only": value})
    await _carry_out(database)
    after = await _category_of(database, ids["new"])
    told = (await client.get(accepted.headers["location"])).text
    runs = re.findall('name="runs" value="([0-9,]+)"', told)
    undone = await client.post(f"{PAGE}/undo", data={"runs": runs[0]})
    await _carry_out(database)
    told_again = (await client.get(undone.headers["location"])).text

    assert accepted.status_code == undone.status_code == 303
    assert after == ids["returns"]
    link = f'<a href="/tickets/{ids["new"]}">#{ids["new"]} 返品したい</a>'
    for page, words in ((told, "の種別を「返品」にしました。"), (told_again, "を種別なしに戻しました。")):
        assert re.search(re.escape(link) + r"\s*" + words, page)
    assert await _category_of(database, ids["new"]) is None
    assert await _category_of(database, ids["strange"]) is None


async def test_only_what_is_sure_enough_is_accepted_at_once(database: Database, client: AsyncClient) -> None:
    ids = await _fill(database)
    (value,) = _values((await client.get(PAGE)).text)
    percent = int(value.rpartition(":")[2])

    await client.post(PAGE, data={"shown": value, "above": str(percent + 1)})
    await _carry_out(database)
    before = await _category_of(database, ids["new"])
    await client.post(PAGE, data={"shown": value, "above": str(percent)})
    await _carry_out(database)

    assert before is None
    assert await _category_of(database, ids["new"]) == ids["returns"]


async def test_what_somebody_classified_meanwhile_stays(database: Database, client: AsyncClient) -> None:
    ids = await _fill(database)
    (value,) = _values((await client.get(PAGE)).text)
    await client.patch(f"/api/v1/tickets/{ids['new']}", json={"category_id": ids["billing"]})

    await client.post(PAGE, data={"only": value})
    await _carry_out(database)

    assert await _category_of(database, ids["new"]) == ids["billing"]


async def test_nonsense_that_is_sent_changes_nothing(database: Database, client: AsyncClient) -> None:
    await _fill(database)

    for values in ({"only": "x"}, {"only": "1:2"}, {"shown": "9:9:9:9", "above": "0"}, {"only": "999999:1:90"}):
        assert (await client.post(PAGE, data=values)).status_code == 303
    assert (await client.get(f"{PAGE}?runs=1,x,,-3")).status_code == 200
    assert (await client.post(PAGE, data={"above": "x"})).status_code == 422


async def test_tickets_that_one_does_not_see_say_nothing(database: Database, clients: Clients, agent: Agent) -> None:
    ids = await _fill(database)
    async with database.transaction() as session:
        own = await build_channel(session)
        await build_team(session, members=[agent], channels=[own])
        mine = await build_ticket(session, channel=own, subject="返品の送料", text="返品の送料")
        foreign = await session.get_one(Ticket, ids["new"])
        await build_team(session, name="別", channels=[await session.get_one(type(own), foreign.home_channel_id)])
        await session.flush()
    async with log_reader(database, TRENDS) as reader:
        await catch_up(database, reader)
    client = await clients.of(agent)

    assert (await client.get(f"/api/v1/tickets/{mine.id}/category-suggestion")).json() == {"suggestion": None}
    assert (await client.get(f"/api/v1/tickets/{ids['new']}/category-suggestion")).status_code == 404
    assert f"#{ids['new']}" not in (await client.get(PAGE)).text
    await client.post(PAGE, data={"only": f"{ids['new']}:{ids['returns']}:90"})
    await _carry_out(database)
    assert await _category_of(database, ids["new"]) is None


async def test_a_page_of_many_takes_as_many_statements_as_one_of_few(database: Database, client: AsyncClient) -> None:
    await _fill(database)
    await client.get(PAGE)
    seen = count_statements(database)
    await client.get(PAGE)
    few = len(seen)
    async with database.transaction() as session:
        channel = await build_channel(session)
        for _ in range(20):
            await build_ticket(session, channel=channel, subject="返品の送料", text="返品の送料")
    async with log_reader(database, TRENDS) as reader:
        await catch_up(database, reader)
    seen.clear()

    await client.get(PAGE)

    assert len(seen) == few
