"""Mail follows what people did with tickets: merged, moved, taken back (MODEL 10, 13); and what strangers refer to."""

from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.database import Database
from app.merging import moving, service
from app.tickets import linking_queries, queries
from app.tickets.message_models import Message, MessageSource, Problem
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_agent


async def _agent(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session)


async def _message(database: Database, text: str) -> Message:
    async with database.reading() as session:
        found = await session.scalar(select(Message).where(Message.text.in_([text, f"{text}\n"])))
        assert found is not None
        return found


async def _ticket(database: Database, text: str) -> int:
    return (await _message(database, text)).ticket_id


async def _merge(database: Database, source_id: int, into_id: int, *, undo: bool = False) -> None:
    agent = await _agent(database)
    async with database.transaction() as session:
        source, into = await queries.find_ticket(session, source_id), await queries.find_ticket(session, into_id)
        assert source is not None
        assert into is not None
        await (service.unmerge if undo else service.merge)(session, source, into, by=agent)


async def test_an_answer_to_a_merged_ticket_joins_the_one_that_remains_and_goes_back_with_it(
    intake: Intake, channel: Channel
) -> None:
    database = intake.database
    await intake.take_in(
        channel, build_mail(mail_id="a@x.example", text="甲"), build_mail(mail_id="b@x.example", text="乙")
    )
    a, b = await _ticket(database, "甲"), await _ticket(database, "乙")
    await _merge(database, a, b)

    await intake.take_in(channel, build_mail(mail_id="c@x.example", text="甲の続き", in_reply_to="a@x.example"))
    await intake.take_in(channel, build_mail(mail_id="d@x.example", text="続きの続き", in_reply_to="c@x.example"))
    await intake.take_in(channel, build_mail(mail_id="e@x.example", text="乙の続き", in_reply_to="b@x.example"))
    meanwhile = {await _ticket(database, text) for text in ("甲", "乙", "甲の続き", "続きの続き", "乙の続き")}
    await _merge(database, a, b, undo=True)

    assert meanwhile == {b}
    assert [await _ticket(database, text) for text in ("甲", "甲の続き", "続きの続き")] == [a, a, a]
    assert [await _ticket(database, text) for text in ("乙", "乙の続き")] == [b, b]


async def test_an_answer_to_a_moved_message_goes_where_that_is(intake: Intake, channel: Channel) -> None:
    database = intake.database
    await intake.take_in(channel, build_mail(mail_id="a@x.example", text="甲"))
    await intake.take_in(channel, build_mail(mail_id="b@x.example", text="別件", in_reply_to="a@x.example"))
    agent, moved = await _agent(database), await _message(database, "別件")
    async with database.transaction() as session:
        source = await queries.find_ticket(session, moved.ticket_id)
        assert source is not None
        made = await moving.split(session, source, [moved.id], by=agent)
        await session.flush()
        made_id = made.id

    await intake.take_in(
        channel,
        build_mail(mail_id="c@x.example", text="返事", in_reply_to="b@x.example", references=["a@x.example"]),
    )
    await intake.take_in(channel, build_mail(mail_id="d@x.example", text="甲へ", in_reply_to="a@x.example"))

    assert await _ticket(database, "返事") == made_id
    assert await _ticket(database, "甲へ") == moved.ticket_id


async def test_the_same_mail_in_another_mailbox_comes_to_where_it_was_merged(
    intake: Intake, channel: Channel, other_channel: Channel
) -> None:
    database = intake.database
    raw = build_mail(mail_id="", text="甲")
    await intake.take_in(channel, raw, build_mail(mail_id="b@x.example", text="乙"))
    a, b = await _ticket(database, "甲"), await _ticket(database, "乙")
    await _merge(database, a, b)

    await intake.take_in(other_channel, raw)

    assert [await intake.count(table) for table in (Ticket, Message, MessageSource)] == [2, 2, 3]
    async with database.reading() as session:
        assert set(await queries.list_channel_ids(session, b)) == {channel.id, other_channel.id}


async def test_a_strangers_reference_opens_a_ticket_linked_to_the_one_it_names(
    intake: Intake, channel: Channel
) -> None:
    database = intake.database
    await intake.take_in(channel, build_mail(mail_id="a@x.example", text="甲"))

    await intake.take_in(
        channel,
        build_mail(mail_id="s@x.example", sender="stranger@example.org", text="横から", in_reply_to="a@x.example"),
    )

    a, stranger = await _ticket(database, "甲"), await _ticket(database, "横から")
    async with database.reading() as session:
        linked = [await linking_queries.list_linked_ids(session, each) for each in (a, stranger)]
    assert (a != stranger, linked) == (True, [[stranger], [a]])


async def test_a_repeated_message_id_with_other_content_is_kept_and_marked(intake: Intake, channel: Channel) -> None:
    for batch in (["一"], ["二", "三"]):
        await intake.take_in(channel, *(build_mail(mail_id="same@x.example", text=text) for text in batch))

    problems = [(await _message(intake.database, text)).problem for text in ("一", "二", "三")]

    assert problems == [Problem.NONE, Problem.REPEATED, Problem.REPEATED]
    assert await intake.count(Ticket) == 1
