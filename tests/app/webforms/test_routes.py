"""A form from the first page to the ticket, by a browser without scripts."""

import re
from asyncio import gather
from dataclasses import replace
from datetime import timedelta
from html import unescape

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import service as channels
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Category, Ticket
from app.webforms import suspicion
from tests.app.webforms.conftest import Visitor
from tests.support.builders import build_customer

TOKEN = re.compile(r'name="kept" value="([^"]+)"')


async def tickets_of(database: Database) -> list[Ticket]:
    async with database.reading() as session:
        return list(await session.scalars(select(Ticket).order_by(Ticket.id)))


async def words_of(database: Database) -> str:
    async with database.reading() as session:
        return (await session.scalars(select(Message.text).order_by(Message.id))).all()[0]


async def count(session: AsyncSession, table: type) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_what_is_sent_is_a_ticket_at_once_with_its_number_on_the_page(
    visitor: Visitor, database: Database
) -> None:
    looked_over = await visitor.post("confirm", **{visitor.name("ご用件"): str(visitor.choices["返品"].id)})
    sent = await visitor.send(**{visitor.name("ご用件"): str(visitor.choices["返品"].id)})
    page = await visitor.client.get(sent.headers["location"])

    [ticket] = await tickets_of(database)
    assert looked_over.status_code == 200
    assert "箱がつぶれていました。" in looked_over.text
    assert sent.status_code == 303
    assert f'<b id="number">{ticket.number}</b>' in page.text
    assert ticket.is_counted
    assert ticket.subject == "お問い合わせ"
    assert await words_of(database) == "お問い合わせ内容：箱がつぶれていました。\nご用件：返品"
    async with database.reading() as session:
        category = await session.get_one(Category, ticket.category_id)
    assert category.name == "返品"


async def test_pressing_twice_and_loading_again_is_one_ticket(visitor: Visitor, database: Database) -> None:
    answers = await gather(*(visitor.send(submission="pressed twice") for _ in range(4)))
    again = await visitor.client.get(answers[0].headers["location"])

    assert {answer.status_code for answer in answers} == {303}
    assert len(await tickets_of(database)) == 1
    assert 'id="number"' in again.text


async def test_the_same_words_sent_anew_are_a_ticket_of_their_own(visitor: Visitor, database: Database) -> None:
    await visitor.send(submission="first")
    await visitor.send(submission="second")

    assert len(await tickets_of(database)) == 2


async def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    files = {visitor.name("写真"): ("箱.png", b"\x89PNG", "image/png")}

    page = await visitor.post("confirm", files, email="tanaka", **{visitor.name("お問い合わせ内容"): "箱が<b>つぶれ"})

    assert page.status_code == 422
    assert 'id="email-error"' in page.text
    assert 'value="tanaka"' in page.text
    assert "箱が&lt;b&gt;つぶれ</textarea>" in page.text
    assert "箱.png" in page.text
    assert TOKEN.search(page.text)


async def test_a_file_is_kept_from_page_to_page_and_comes_with_the_ticket(visitor: Visitor, database: Database) -> None:
    files = {visitor.name("写真"): ("箱.png", b"\x89PNG" * 50_000, "image/png")}
    wrong = await visitor.post("confirm", files, name="")
    [token] = TOKEN.findall(wrong.text)
    looked_over = await visitor.post("confirm", kept=token)

    sent = await visitor.send(kept=unescape(TOKEN.findall(looked_over.text)[0]))

    async with database.reading() as session:
        [file] = (await session.scalars(select(Attachment))).all()
    assert sent.status_code == 303
    assert (file.name, file.size, file.content_type) == ("箱.png", 200_000, "image/png")


async def test_a_token_that_we_did_not_sign_brings_no_file(visitor: Visitor, database: Database) -> None:
    wrong = await visitor.post("confirm", {visitor.name("写真"): ("a.txt", b"a", "text/plain")}, name="")
    [token] = TOKEN.findall(wrong.text)

    await visitor.send(kept="X" + token[1:])

    async with database.reading() as session:
        assert await count(session, Attachment) == 0


async def test_files_that_are_too_large_together_are_refused_before_they_are_stored(visitor: Visitor) -> None:
    large = ("film.mp4", b"\0" * (13 << 20), "video/mp4")
    files = [(visitor.name("写真"), large), (visitor.name("写真"), large)]

    page = await visitor.post("confirm", files)

    assert page.status_code == 422
    assert not TOKEN.search(page.text)
    assert f'id="{visitor.name("写真")}-error"' in page.text


async def test_a_program_gets_the_same_page_and_its_ticket_is_among_spam(visitor: Visitor, database: Database) -> None:
    trapped = await visitor.send(submission="a", **{suspicion.HONEYPOT: "http://spam.example"})
    forged = await visitor.send(submission="b", **{suspicion.STAMP: "1.forged"})
    page = await visitor.client.get(forged.headers["location"])

    assert trapped.status_code == forged.status_code == 303
    assert 'id="number"' in page.text
    assert [ticket.spam_at is not None for ticket in await tickets_of(database)] == [True, True]


async def test_nobody_fills_it_in_within_two_seconds(visitor: Visitor, database: Database, box: SecretBox) -> None:
    just_now = suspicion.stamp(box, visitor.channel.key, now() + timedelta(minutes=1))
    await visitor.send(submission="quick", **{suspicion.STAMP: just_now})
    await visitor.send(submission="slow")

    assert [ticket.spam_at is not None for ticket in await tickets_of(database)] == [True, False]


async def test_who_sends_very_often_is_asked_to_wait_and_loses_nothing(visitor: Visitor) -> None:
    for number in range(10):
        await visitor.send(submission=f"{number}")

    page = await visitor.send(submission="one too many")

    assert page.status_code == 429
    assert "箱がつぶれていました。</textarea>" in page.text


async def test_an_unknown_form_is_not_found_and_a_paused_one_says_that_it_is_closed(
    visitor: Visitor, database: Database, box: SecretBox
) -> None:
    async with database.transaction() as session:
        channel = await session.merge(visitor.channel)
        await channels.pause(session, channel)

    unknown = await visitor.client.get("/forms/unknown")
    paused = await visitor.client.get(visitor.path)
    later = suspicion.stamp(box, visitor.channel.key, now() + timedelta(seconds=1))
    opened_later = await visitor.send(submission="later", **{suspicion.STAMP: later})
    opened_before = await visitor.send(submission="before")

    assert unknown.status_code == paused.status_code == opened_later.status_code == 404
    assert 'id="closed"' in paused.text
    assert 'id="closed"' in opened_later.text
    assert "/admin" not in unknown.text
    assert 'href="/"' not in unknown.text
    assert opened_before.status_code == 303


async def test_the_customer_is_the_same_as_by_mail(visitor: Visitor, database: Database) -> None:
    async with database.transaction() as session:
        known = await build_customer(session, address="tanaka@example.com")

    await visitor.send(email="Ｔanaka@Example.com")

    [ticket] = await tickets_of(database)
    assert ticket.customer_id == known.id


async def test_it_is_in_the_language_that_is_asked_for_and_else_in_the_browsers(visitor: Visitor) -> None:
    asked = await visitor.client.get(f"{visitor.path}?lang=en", headers={"Accept-Language": "ja"})
    preferred = await visitor.client.get(visitor.path, headers={"Accept-Language": "en"})
    otherwise = await visitor.client.get(visitor.path)

    assert "Contact us" in asked.text
    assert "Your inquiry" in asked.text
    assert 'lang="en"' in asked.text
    assert "Contact us" in preferred.text
    assert "お問い合わせ内容" in otherwise.text


async def test_a_form_of_one_language_is_wholly_in_that(visitor: Visitor, database: Database) -> None:
    async with database.transaction() as session:
        channel = await session.merge(visitor.channel)
        channel.settings = {**channel.settings, "title_en": ""}

    page = await visitor.client.get(f"{visitor.path}?lang=en", headers={"Accept-Language": "en"})

    assert 'lang="ja"' in page.text
    assert "確認画面へ進む" in page.text
    assert "English" not in page.text


async def test_only_the_sites_of_the_form_may_frame_it(visitor: Visitor, database: Database) -> None:
    alone = await visitor.client.get(visitor.path)
    async with database.transaction() as session:
        channel = await session.merge(visitor.channel)
        channel.settings = {**channel.settings, "sites": ["https://www.example.jp"]}
    framed = await visitor.client.get(visitor.path)

    assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]
    assert "frame-ancestors https://www.example.jp" in framed.headers["content-security-policy"]
    assert "'none'; manifest-src" not in framed.headers["content-security-policy"]


async def test_the_address_of_what_was_sent_is_of_that_form_alone(visitor: Visitor) -> None:
    other = replace(visitor)
    await visitor.send(submission="mine")

    page = await other.client.get(f"{visitor.path}/sent/another")

    assert page.status_code == 404
