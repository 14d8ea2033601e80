"""Two tickets become one and two again; nobody loses what they wrote, and nobody sees more than before (B9, B15)."""

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.tickets.models import Phase
from tests.app.merging.tickets import counts, kinds, merge, numbers, open_ticket, path, read, texts
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients


async def test_everything_is_on_the_ticket_that_remains_and_the_number_leads_there(
    database: Database, client: AsyncClient
) -> None:
    source = await open_ticket(database, texts=["一通目", "二通目"])
    into = await open_ticket(database, texts=["別件"])

    answer = await merge(client, source, into)

    assert (answer.status_code, answer.json()["number"]) == (200, into)
    assert sorted(await texts(client, into)) == sorted(["別件", "一通目", "二通目"])
    assert await numbers(client) == [into]
    assert (await counts(client))["new"] == 1
    assert (await kinds(client, into))[-1] == "merged"


async def test_reading_a_merged_ticket_leads_on_and_changing_it_is_told(
    database: Database, client: AsyncClient
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await merge(client, source, into)

    reading = await client.get(path(source, "/messages?limit=3"))
    page = await client.get(f"/tickets/{source}?tab=new")
    changing = await client.post(path(source, "/notes"), json={"text": "メモ"})

    assert (reading.status_code, reading.headers["location"]) == (307, path(into, "/messages?limit=3"))
    assert (page.status_code, page.headers["location"]) == (307, f"/tickets/{into}?tab=new&merged={source}")
    assert (changing.status_code, changing.json()["code"], changing.json()["into"]) == (409, "ticket_merged", into)


async def test_what_was_merged_in_turn_leads_to_the_end(database: Database, client: AsyncClient) -> None:
    first, second, third = [await open_ticket(database, texts=[f"{number} 件目"]) for number in range(3)]
    await merge(client, first, second)
    await merge(client, second, third)

    answer = await client.get(path(first), follow_redirects=True)

    assert answer.json()["number"] == third
    assert len(await texts(client, third)) == 3


async def test_un_merging_gives_back_what_it_brought(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database, texts=["一", "二"]), await open_ticket(database, texts=["別件"])
    await merge(client, source, into)
    await client.post(path(into, "/notes"), json={"text": "あとのメモ"})

    answer = await client.delete(path(source, "/merge"))

    assert (answer.status_code, answer.json()["number"]) == (200, source)
    assert await texts(client, source) == ["一", "二"]
    assert await texts(client, into) == ["別件", "あとのメモ"]
    assert (await kinds(client, source))[-1] == (await kinds(client, into))[-1] == "unmerged"
    assert (await counts(client))["new"] == 2
    assert (await client.delete(path(source, "/merge"))).json()["code"] == "nothing_merged"


async def test_of_several_that_were_merged_each_comes_back_with_its_own(
    database: Database, client: AsyncClient
) -> None:
    first, second, third = [await open_ticket(database, texts=[text]) for text in ("甲", "乙", "丙")]
    await merge(client, first, second)
    await merge(client, second, third)

    await client.delete(path(second, "/merge"))
    both = await texts(client, second)
    await client.delete(path(first, "/merge"))

    assert sorted(both) == ["乙", "甲"]
    assert [await texts(client, number) for number in (first, second, third)] == [["甲"], ["乙"], ["丙"]]


async def test_who_saw_one_of_the_two_sees_the_one_that_remains_until_they_are_two_again(
    database: Database, clients: Clients, lead: Agent
) -> None:
    async with database.transaction() as session:
        sales, returns = [await build_channel(session, name=name, address=f"{name}@a.jp") for name in ("s", "r")]
        people = [await build_agent(session), await build_agent(session)]
        await build_team(session, name="販売", members=[people[0], lead], channels=[sales])
        await build_team(session, name="返品", members=[people[1], lead], channels=[returns])
    seller, returner = [await clients.of(each) for each in people]
    both = await clients.of(lead)
    source, into = await open_ticket(database, channel=returns), await open_ticket(database, channel=sales)

    before = await returner.get(path(into))
    await merge(both, source, into)
    meanwhile = await returner.get(path(source), follow_redirects=True)
    refused = await seller.delete(path(source, "/merge"))
    await both.patch(path(into), json={"assignee_id": people[1].id})
    await both.delete(path(source, "/merge"))

    assert (before.status_code, meanwhile.status_code, refused.status_code) == (404, 200, 404)
    assert (await returner.get(path(into))).status_code == 404
    assert (await read(seller, into))["assignee"] is None
    assert (await read(returner, source))["number"] == source


async def test_who_does_not_see_both_cannot_merge_them(database: Database, clients: Clients, lead: Agent) -> None:
    async with database.transaction() as session:
        closed = await build_channel(session, name="人事", address="hr@example.jp")
        await build_team(session, name="人事", members=[lead], channels=[closed])
        agent = await build_agent(session)
    client = await clients.of(agent)
    open_one, closed_one = await open_ticket(database), await open_ticket(database, channel=closed)

    answers = [await merge(client, open_one, closed_one), await merge(client, closed_one, open_one)]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("locked", ["source", "into"])
async def test_while_somebody_else_answers_one_of_them_they_stay_two(
    database: Database, client: AsyncClient, clients: Clients, locked: str
) -> None:
    two = {"source": await open_ticket(database), "into": await open_ticket(database)}
    async with database.transaction() as session:
        colleague = await build_agent(session, name="高橋 健")
    other = await clients.of(colleague)
    await other.put(path(two[locked], "/lock"))

    answer = await merge(client, two["source"], two["into"])

    assert (answer.status_code, answer.json()["holder"]["name"]) == (423, "高橋 健")
    assert sorted(await numbers(client)) == sorted(two.values())


async def test_un_merging_waits_for_who_is_answering(database: Database, client: AsyncClient, clients: Clients) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await merge(client, source, into)
    async with database.transaction() as session:
        colleague = await build_agent(session)
    other = await clients.of(colleague)
    await other.put(path(into, "/lock"))

    answer = await client.delete(path(source, "/merge"))

    assert (answer.status_code, answer.json()["code"]) == (423, "ticket_locked")


async def test_a_draft_goes_along_and_is_looked_at_before_it_leaves(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await client.put(path(source, "/lock"))
    await client.put(path(source, "/draft"), json={"text": "書きかけ"})

    await merge(client, source, into)
    draft = (await client.get(path(into, "/draft"))).json()
    lock = (await client.put(path(into, "/lock"))).json()
    sent = await client.post(
        path(into, "/replies"),
        json={"lock_token": lock["token"], "base_version": draft["base_version"], "text": draft["text"]},
    )

    assert draft["text"] == "書きかけ"
    assert (sent.status_code, sent.json()["code"]) == (409, "ticket_changed")


async def test_two_drafts_of_one_writer_become_one(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await client.put(path(source, "/draft"), json={"text": "あと"})
    await client.put(path(into, "/draft"), json={"text": "さき", "to": [{"address": "a@example.com"}]})

    await merge(client, source, into)

    draft = (await client.get(path(into, "/draft"))).json()
    assert (draft["text"], [each["address"] for each in draft["to"]]) == ("さき\n\nあと", ["a@example.com"])


async def test_an_answer_written_before_is_stopped_by_what_joined(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    lock = (await client.put(path(into, "/lock"))).json()

    await merge(client, source, into)
    sent = await client.post(
        path(into, "/replies"), json={"lock_token": lock["token"], "base_version": 1, "text": "お送りします。"}
    )

    assert (sent.status_code, len(sent.json()["newer"])) == (409, 1)


async def test_a_done_ticket_comes_back_with_what_was_not_done(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database), await open_ticket(database, phase=Phase.DONE)
    await client.patch(path(source), json={"is_complaint": True})

    remains = (await merge(client, source, into)).json()

    assert (remains["phase"], remains["is_complaint"]) == ("new", True)
    assert (await counts(client)) == {**await counts(client), "new": 1, "done": 0}


async def test_a_done_one_merged_away_is_not_counted_until_it_is_back(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database, phase=Phase.DONE), await open_ticket(database)

    await merge(client, source, into)
    merged = await counts(client)
    await client.delete(path(source, "/merge"))
    back = await counts(client)

    assert (merged["new"], merged["done"], back["new"], back["done"]) == (1, 0, 1, 1)


async def test_what_makes_no_sense_is_said_at_its_field(database: Database, client: AsyncClient) -> None:
    number, gone = await open_ticket(database), await open_ticket(database)
    await client.post(path(gone, "/trash"))

    itself, away = await merge(client, number, number), await merge(client, number, gone)

    assert (itself.status_code, itself.json()["errors"][0]["field"]) == (422, "into")
    assert (away.status_code, away.json()["code"]) == (409, "ticket_put_aside")
    assert (await merge(client, number, 10**6)).status_code == 404


async def test_the_watchers_and_the_assignee_follow(database: Database, client: AsyncClient, agent: Agent) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await client.put(path(source, "/watch"))

    await merge(client, source, into)

    assert (await client.get(path(into, "/watch"))).json()["is_watching"]
