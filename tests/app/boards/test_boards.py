"""Boards: one's own, shared by leads, filled with reports, and the one on the wall."""

import re
from datetime import timedelta

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.tickets.models import Phase
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients


async def _make(client: AsyncClient, **fields: object) -> str:
    answer = await client.post("/boards", data={"name": "朝の確認", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def _keep(client: AsyncClient, board: str, title: str, **fields: str) -> None:
    tile = {"title": title, "report": "volume", "query": "period=this_month", "board_id": board.rpartition("/")[2]}
    answer = await client.post("/boards/keeping", data={**tile, **fields})
    assert answer.status_code == 303, answer.text


async def test_a_report_is_kept_and_moved(database: Database, client: AsyncClient) -> None:
    board = await _make(client)
    for title in ("一", "二", "三"):
        await _keep(client, board, title)
    page = (await client.get(board)).text
    first = page.split('id="tile-')[1].split('"')[0]

    answer = await client.post(f"{board}/tiles/{first}/place", data={"by": "1"})

    assert answer.status_code == 303
    page = (await client.get(board)).text
    assert page.index(">二</a>") < page.index(">一</a>") < page.index(">三</a>")
    assert (await client.post(f"{board}/tiles/{first}/removal")).status_code == 303
    assert ">一</a>" not in (await client.get(board)).text


async def test_anothers_board_does_not_exist(database: Database, client: AsyncClient, clients: Clients) -> None:
    board = await _make(client)
    async with database.transaction() as session:
        other = await build_agent(session)
    theirs = await clients.of(other)

    assert (await theirs.get(board)).status_code == 404
    assert (await theirs.post(f"{board}/removal")).status_code == 404
    assert "朝の確認" not in (await theirs.get("/boards")).text
    assert "朝の確認" in (await client.get("/boards")).text


async def test_leads_share_and_others_look(
    database: Database, client: AsyncClient, clients: Clients, lead: Agent
) -> None:
    refused = await client.post("/boards", data={"name": "全員へ", "scope": "everyone"})
    leads = await clients.of(lead)
    board = await _make(leads, scope="everyone")
    await _keep(leads, board, "件数")

    assert refused.status_code == 403
    page = (await client.get(board)).text
    assert ">件数</a>" in page
    assert f'action="{board}/removal"' not in page
    assert (await client.post(f"{board}/removal")).status_code == 403
    assert (await leads.post(f"{board}/removal")).status_code == 303
    assert (await client.get(board)).status_code == 404


async def test_a_team_board_is_the_teams(
    database: Database, client: AsyncClient, clients: Clients, lead: Agent
) -> None:
    async with database.transaction() as session:
        team = await build_team(session, members=[lead])
        foreign = await build_team(session, name="別のチーム")
    leads = await clients.of(lead)

    board = await _make(leads, scope="team", team_id=team.id)

    assert (await client.get(board)).status_code == 404
    assert (await leads.get(board)).status_code == 200
    answer = await leads.post("/boards", data={"name": "他", "scope": "team", "team_id": foreign.id})
    assert answer.status_code == 422


async def test_a_tile_whose_conditions_are_gone_says_so(database: Database, client: AsyncClient) -> None:
    board = await _make(client)
    await _keep(client, board, "消えた種別", query="period=today&category=999")

    page = await client.get(board)

    assert page.status_code == 200
    assert "消えた種別" in page.text


async def test_a_tile_is_split_as_its_report_was(database: Database, clients: Clients, lead: Agent) -> None:
    async with database.transaction() as session:
        for name in ("修理", "注文"):
            await build_ticket(session, channel=await build_channel(session, name=name), at=now())
    client = await clients.of(lead)
    board = await _make(client)
    await _keep(client, board, "件数", query="period=today")
    await _keep(client, board, "窓口別", query="period=today&by=channel")
    await _keep(client, board, "残り", report="backlog", query="by=status&measure=phase")

    whole, split, standing = (await client.get(board)).text.split('<section class="part tile"')[1:]

    assert "legend" not in whole
    assert sorted(re.findall("</svg>([^<]+)</li>", split)) == ["修理", "注文"]
    assert "grid__table" not in split
    assert "chart__plot" in standing
    assert '<th scope="row" class="grid__name">新着</th>' in standing


async def test_a_tile_needs_a_board_and_a_report(database: Database, client: AsyncClient) -> None:
    tile = {"title": "件数", "report": "volume", "query": ""}

    assert (await client.post("/boards/keeping", data=tile)).status_code == 422
    assert (await client.post("/boards/keeping", data={**tile, "report": "weather"})).status_code == 422
    assert (await client.post("/boards/keeping", data={**tile, "board_name": "新しい"})).status_code == 303
    beside_one = await client.post("/boards/keeping", data={**tile, "board_id": "1", "board_name": "もう一枚"})
    assert beside_one.headers["location"] == "/boards/2"
    for _ in range(11):
        await _keep(client, "/boards/1", "件数")
    full = await client.post("/boards/keeping", data={**tile, "board_id": "1"})
    assert full.status_code == 422


async def test_the_wall_shows_what_one_may_see(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        foreign, own = await build_channel(session, name="人事"), await build_channel(session)
        await build_team(session, channels=[foreign])
        await build_ticket(session, channel=foreign, at=now())
        late = await build_ticket(session, channel=own, at=now() - timedelta(hours=5))
        taken = await build_ticket(session, channel=own, phase=Phase.IN_PROGRESS, at=now())
        await build_ticket(session, channel=own, phase=Phase.DONE, at=now())
        await session.flush()
        late.due_at, taken.assignee_id = now() - timedelta(hours=1), agent.id

    page = (await client.get("/boards/live")).text
    part = (await client.get("/boards/live", headers={"HX-Request": "true"})).text

    for text in (page, part):
        amounts = [each.partition("<")[0] for each in text.split('wall__amount">')[1:]]
        assert amounts == ["1", "1", "1", "0"]
        assert "最長 5時間" in text
        assert agent.name in text
    assert "<html" in page
    assert "<html" not in part


async def test_my_numbers_are_mine(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        mine = await build_ticket(session, at=now())
        await build_ticket(session, at=now())
        await session.flush()
        mine.due_at = now() - timedelta(hours=1)
    await client.patch(f"/api/v1/tickets/{mine.number}", json={"assignee_id": agent.id})

    page = (await client.get("/boards/mine")).text

    assert "overdue=true&amp;assignee=me" in page
    assert f"then_assignee={agent.id}" in page
