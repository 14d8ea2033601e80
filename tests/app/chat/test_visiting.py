"""What visitors who mean no good cannot do: be more than they are, fill anything up, write after they were shut out."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.channels.models import Channel
from app.chat import file_routes, routes, saying
from app.chat.errors import VisitorBlocked
from app.chat.forms import MAX_ATTRIBUTES, SayForm
from app.conversations.visitor_models import Visitor
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.web.rates import Rate
from tests.app.chat.conftest import NewBrowser
from tests.support.visiting import BrowserOfVisitor


async def _visitors(database: Database) -> list[Visitor]:
    async with database.reading() as session:
        return list(await session.scalars(select(Visitor).order_by(Visitor.id)))


async def test_a_token_that_nobody_has_makes_no_more_visitors_than_none(
    new_browser: NewBrowser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "VISITS", Rate("visits", 3, timedelta(minutes=10)))
    browser = await new_browser()

    made = [await browser.visit(token=f"made up {number}") for number in range(5)]
    again = [await browser.visit() for _ in range(3)]

    assert [each.status_code for each in made] == [200, 200, 200, 429, 429]
    assert [each.status_code for each in again] == [200] * 3
    assert len(await _visitors(database)) == 3


async def test_what_a_site_tells_of_a_visitor_does_not_pile_up(browser: BrowserOfVisitor, database: Database) -> None:
    for visit in range(4):
        await browser.visit(attributes={f"{visit} {number}": "x" for number in range(20)})
    await browser.visit(attributes={"plan": "pro"})

    [visitor] = await _visitors(database)
    assert len(visitor.attributes) == MAX_ATTRIBUTES
    assert visitor.attributes["plan"] == "pro"
    assert {f"3 {number}" for number in range(20)} <= visitor.attributes.keys()


async def test_one_place_uploads_only_so_much_whoever_it_says_to_be(
    new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_routes, "FILES_OF_PLACE", Rate("files", 2, timedelta(minutes=10)))
    answers = []
    for _ in range(3):
        browser = await new_browser()
        await browser.visit()
        answers.append((await browser.upload(b"text", "a.txt", "text/plain")).status_code)

    assert answers == [201, 201, 429]


async def test_who_is_blocked_while_their_words_are_on_the_way_has_not_said_them(
    browser: BrowserOfVisitor, chat: Channel, database: Database, box: SecretBox
) -> None:
    [known] = await _visitors(database)
    async with database.transaction() as session:
        (await session.get_one(Visitor, known.id)).blocked_at = now()

    async with database.transaction() as session:
        form = SayForm(id=uuid4(), text="まだ言いたい")
        with pytest.raises(VisitorBlocked):
            await saying.take_note(session, chat, known.id, form, box, is_there=True)

    assert (await _visitors(database))[0].spoke_at is None


async def test_nobodys_mailbox_is_filled_with_transcripts(
    new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "TRANSCRIPTS", Rate("transcripts", 2, timedelta(hours=24)))
    answers = []
    for address in ("taro@example.jp", "Taro@example.jp", "taro@EXAMPLE.jp", "hanako@example.jp"):
        browser = await new_browser()
        await browser.visit()
        await browser.post("contact", {"mail": address})
        answers.append((await browser.post("end", {"transcript_to": "mail"})).status_code)

    assert answers == [204, 204, 429, 204]
