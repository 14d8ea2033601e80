"""The share within the deadline, and the list of what came late behind it (F2, F6)."""

import re

from tests.app.sla.promising import Promising
from tests.support.fixtures_web import Clients

DAYS = "from=2026-11-16&to=2026-11-16"


async def test_the_share_within_the_deadline_opens_what_came_late(promising: Promising, clients: Clients) -> None:
    await promising.rule(first_reply="2")
    kept, late, later = [await promising.arrive() for _ in range(3)]
    for number, hours in ((kept, 1), (late, 3), (later, 4)):
        await promising.answer(number, hours)
    client = await clients.of(promising.admin)

    table = (await client.get(f"/api/v1/reports/speed?{DAYS}")).json()
    page = (await client.get(f"/reports/speed?{DAYS}")).text
    listed = re.findall(r'href="/tickets\?([^"]*in_time=false[^"]*)"', page)

    assert table["totals"]["first_reply_within"] == 0.3333
    assert listed
    for query in {each.replace("&amp;", "&") for each in listed}:
        found = (await client.get(f"/api/v1/tickets?{query.partition('&back=')[0]}")).json()["items"]
        assert {each["number"] for each in found} == {late, later}
    desk = (await client.get(f"/tickets?{listed[0].replace('&amp;', '&')}")).text
    assert 'id="narrowed-count">2<' in desk
    assert "期限後" in desk


async def test_where_all_came_late_the_share_still_leads_there(promising: Promising, clients: Clients) -> None:
    await promising.rule(first_reply="2")
    await promising.answer(await promising.arrive(), 3)

    page = (await (await clients.of(promising.admin)).get(f"/reports/speed?{DAYS}")).text

    assert "in_time=false" in page


async def test_where_nothing_came_late_it_leads_nowhere(promising: Promising, clients: Clients) -> None:
    await promising.rule(first_reply="2")
    await promising.answer(await promising.arrive(), 1)

    page = (await (await clients.of(promising.admin)).get(f"/reports/speed?{DAYS}")).text

    assert "in_time=false" not in page
    assert "100" in page
