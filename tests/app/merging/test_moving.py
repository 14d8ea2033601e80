"""Messages go to a new ticket or to another one, and back; tickets that belong together tell of each other (B9)."""

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from tests.app.merging.tickets import counts, kinds, messages, numbers, open_ticket, path, read, texts
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients


async def _id_of(client: AsyncClient, number: int, text: str) -> int:
    return next(int(each["id"]) for each in await messages(client, number) if each["text"] == text)


async def test_what_is_split_off_is_a_new_ticket_of_its_own(database: Database, client: AsyncClient) -> None:
    number = await open_ticket(database, texts=["請求の件", "返品の件"])
    await client.patch(path(number), json={"status": "done"})

    made = await client.post(path(number, "/split"), json={"message_ids": [await _id_of(client, number, "返品の件")]})

    assert made.status_code == 201
    new = made.json()
    assert (new["phase"], new["customer"]["address"]) == ("new", "tanaka@example.com")
    assert (await texts(client, number), await texts(client, new["number"])) == (["請求の件"], ["返品の件"])
    assert (await kinds(client, number))[-1] == "split_off"
    assert (await kinds(client, new["number"]))[-1] == "split_from"


async def test_a_split_is_taken_back(database: Database, client: AsyncClient) -> None:
    number = await open_ticket(database, texts=["請求の件", "返品の件"])
    ids = [await _id_of(client, number, "返品の件")]
    new = (await client.post(path(number, "/split"), json={"message_ids": ids})).json()["number"]

    back = await client.delete(path(number, f"/split?into={new}"))

    assert back.status_code == 200
    assert await texts(client, number) == ["請求の件", "返品の件"]
    assert await numbers(client) == [number]
    assert (await client.get(path(new))).headers["location"] == path(number)
    assert (await client.delete(path(number, "/split"))).json()["code"] == "nothing_merged"


async def test_a_split_that_went_on_is_not_taken_back(database: Database, client: AsyncClient) -> None:
    number = await open_ticket(database, texts=["請求の件", "返品の件"])
    ids = [await _id_of(client, number, "返品の件")]
    new = (await client.post(path(number, "/split"), json={"message_ids": ids})).json()["number"]
    await client.post(path(new, "/notes"), json={"text": "調査中"})

    back = await client.delete(path(number, "/split"))

    assert (back.status_code, back.json()["code"]) == (409, "changed_since")
    assert await texts(client, new) == ["返品の件", "調査中"]


async def test_messages_move_to_another_ticket_and_back(database: Database, client: AsyncClient) -> None:
    number, into = await open_ticket(database, texts=["一", "二", "三"]), await open_ticket(database, texts=["別件"])
    ids = [await _id_of(client, number, text) for text in ("一", "三")]
    before = (await read(client, into))["version"]

    moved = await client.post(path(number, "/move"), json={"message_ids": ids, "into": into})
    there = await texts(client, into), await texts(client, number)
    back = await client.delete(path(number, "/move"))

    assert (moved.json()["number"], moved.json()["version"]) == (into, before + 2)
    assert there == (["別件", "一", "三"], ["二"])
    assert back.status_code == 200
    assert sorted(await texts(client, number)) == sorted(["一", "二", "三"])
    assert await texts(client, into) == ["別件"]


async def test_something_stays_and_only_what_is_there_goes(database: Database, client: AsyncClient) -> None:
    number, other = await open_ticket(database, texts=["一", "二"]), await open_ticket(database, texts=["別件"])
    everything = [each["id"] for each in await messages(client, number)]
    foreign = [each["id"] for each in await messages(client, other)]

    answers = [
        await client.post(path(number, "/split"), json={"message_ids": ids}) for ids in (everything, foreign, [], [0])
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422]
    assert {answer.json()["errors"][0]["field"].split(".")[0] for answer in answers} == {"message_ids"}
    assert (await counts(client))["new"] == 2


async def test_a_reply_that_waits_does_not_leave_its_ticket(database: Database, client: AsyncClient) -> None:
    number, into = await open_ticket(database), await open_ticket(database)
    lock = (await client.put(path(number, "/lock"))).json()
    reply = await client.post(
        path(number, "/replies"),
        json={
            "lock_token": lock["token"],
            "base_version": 1,
            "text": "お送りします。",
            "send_at": "2999-01-01T00:00:00Z",
        },
    )

    moved = await client.post(path(number, "/split"), json={"message_ids": [reply.json()["id"]]})
    merged = await client.post(path(number, "/merge"), json={"into": into})

    assert {moved.json()["code"], merged.json()["code"]} == {"not_sent_yet"}


async def test_links_tell_of_each_other_once(database: Database, client: AsyncClient) -> None:
    one, other = await open_ticket(database), await open_ticket(database)

    for _ in range(2):
        linked = await client.post(path(one, "/links"), json={"to": other})
    there = (await client.get(path(other, "/links"))).json()
    gone = await client.delete(path(other, f"/links/{one}"))

    assert [each["number"] for each in linked.json()["items"]] == [other]
    assert [each["number"] for each in there["items"]] == [one]
    assert gone.json() == {"items": []}
    assert [kind for kind in await kinds(client, one) if "link" in kind] == ["linked", "unlinked"]
    assert (await client.post(path(one, "/links"), json={"to": one})).status_code == 422


async def test_a_link_to_what_one_may_not_see_is_not_there(
    database: Database, clients: Clients, admin: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        closed = await build_channel(session, name="人事", address="hr@example.jp")
        await build_team(session, name="人事", members=[lead], channels=[closed])
        agent = await build_agent(session)
    everything, little = await clients.of(admin), await clients.of(agent)
    one, hidden = await open_ticket(database), await open_ticket(database, channel=closed)

    await everything.post(path(one, "/links"), json={"to": hidden})

    assert (await little.get(path(one, "/links"))).json() == {"items": []}
    assert (await little.delete(path(one, f"/links/{hidden}"))).status_code == 404
    history = (await little.get(path(one, "/events"))).json()["items"]
    assert history[-1]["changes"] == {"ticket": None}
