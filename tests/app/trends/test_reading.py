"""Terms follow the log, and days follow terms; what was erased leaves nothing; made anew they are the same."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from app.core.clock import now
from app.core.database import Database
from app.tallies import queries as tally_queries
from app.tallies import service as tallies
from app.tickets import consumer_queries
from app.tickets.consumers import log_reader
from app.tickets.history_models import SYSTEM, EventKind
from app.tickets.log import record
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.trends import reading, term_queries, words
from app.trends.jobs import TRENDS, catch_up
from app.trends.models import Term, TermMark, TicketTerm, TrendState
from tests.support.builders import AT, build_message, build_ticket

TOKYO = ZoneInfo("Asia/Tokyo")


async def _catch_up(database: Database) -> None:
    await reading.begin(database)
    async with log_reader(database, TRENDS) as reader:
        await catch_up(database, reader)


async def _ticket(database: Database, text: str = "返品の送料はいくらですか。", subject: str = "返品") -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session, subject=subject, text=text)
        await session.flush()
        return ticket.id


async def _held(session: object, number: int) -> Ticket:
    ticket = await find_ticket(session, number)  # type: ignore[arg-type]
    assert ticket is not None
    return ticket


async def _labels(database: Database, number: int) -> set[str]:
    statement = select(Term.label).join(TicketTerm, TicketTerm.term_id == Term.id)
    async with database.reading() as session:
        return set((await session.scalars(statement.where(TicketTerm.ticket_id == number))).all())


async def _kept(database: Database) -> list[tuple[int, str]]:
    """With the words of terms, whose numbers are others when they are made anew."""
    statement = select(TicketTerm.ticket_id, Term.key).join(Term, Term.id == TicketTerm.term_id)
    async with database.reading() as session:
        return [(row[0], row[1]) for row in await session.execute(statement.order_by(TicketTerm.ticket_id, Term.key))]


async def _marked(database: Database) -> list[date]:
    async with database.reading() as session:
        return list(await tally_queries.list_marked_days(session))


async def _count(database: Database, table: type) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_terms_of_new_tickets_are_kept(database: Database) -> None:
    number = await _ticket(database)

    await _catch_up(database)

    assert {"返品", "送料"} <= await _labels(database, number)


async def test_what_comes_later_is_read_and_what_we_write_is_not(database: Database) -> None:
    number = await _ticket(database)
    await _catch_up(database)
    async with database.transaction() as session:
        await build_message(session, await _held(session, number), text="領収書も必要です。")

    await _catch_up(database)

    assert {"返品", "送料", "領収書"} <= await _labels(database, number)


async def test_quotes_and_signatures_are_not_the_customers_words(database: Database) -> None:
    text = "返品です。\n> 交換をご案内します\n-- \n見本商店 電気毛布"
    number = await _ticket(database, text=text, subject="件名")
    async with database.transaction() as session:
        marks = {"quote_start": text.index(">"), "signature_start": text.index("--")}
        await session.execute(update(Message).where(Message.ticket_id == number).values(**marks))

    await _catch_up(database)

    assert await _labels(database, number) == {"返品"}


async def test_with_the_words_the_terms_go(database: Database) -> None:
    number, other = await _ticket(database), await _ticket(database, text="交換したいです。", subject="交換")
    await _catch_up(database)
    async with database.transaction() as session:
        ticket = await _held(session, number)
        ticket.subject = ""
        await session.execute(update(Message).where(Message.ticket_id == number).values(text="", hidden_at=now()))
        record(session, ticket, EventKind.REREAD, by=SYSTEM)

    await _catch_up(database)

    assert await _labels(database, number) == set()
    assert await _labels(database, other) == {"交換"}
    async with database.reading() as session:
        assert set((await session.scalars(select(Term.label))).all()) == {"交換"}


async def test_what_changes_the_terms_of_a_ticket_marks_the_day_on_which_it_arrived(database: Database) -> None:
    number = await _ticket(database)
    await _catch_up(database)
    await tallies.rebuild(database, TOKYO, lambda done, of: None)
    async with database.transaction() as session:
        record(session, await _held(session, number), EventKind.REREAD, by=SYSTEM)
    await _catch_up(database)
    assert await _marked(database) == []

    async with database.transaction() as session:
        await session.execute(update(Message).where(Message.ticket_id == number).values(text="領収書も必要です。"))
        record(session, await _held(session, number), EventKind.REREAD, by=SYSTEM)
    await _catch_up(database)

    assert await _marked(database) == [AT.date()]
    assert await _count(database, TermMark) == 0


async def test_made_anew_all_is_the_same(database: Database) -> None:
    numbers = [await _ticket(database, text=text) for text in ("返品の送料", "交換の送料", "領収書発行")]
    await _catch_up(database)
    before = await _kept(database)
    told: list[tuple[int, int]] = []

    async with database.transaction() as session:
        await session.execute(delete(TicketTerm).where(TicketTerm.ticket_id == numbers[1]))
    done = await reading.rebuild(database, lambda *each: told.append(each))

    assert await _kept(database) == before
    assert (done, told[-1]) == (3, (3, 3))


async def test_with_another_tokenizer_all_is_read_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await _ticket(database)
    await _catch_up(database)
    monkeypatch.setattr(words, "version", lambda: "other-1")
    monkeypatch.setattr(words, "load_nouns", lambda: lambda text: iter(("たまご",)))

    await _catch_up(database)

    assert await _labels(database, number) == {"たまご"}
    async with database.reading() as session:
        assert await session.scalar(select(TrendState.tokenizer)) == "other-1"


async def test_who_reads_late_does_not_undo_what_is_newer(database: Database) -> None:
    number = await _ticket(database)
    await reading.begin(database)
    await reading.mark_all(database)
    async with database.reading() as session:
        read_at = await term_queries.list_marks(session, limit=5)
    async with database.transaction() as session:
        await build_message(session, await _held(session, number), text="領収書も必要です。")
    async with log_reader(database, TRENDS) as reader:
        await reader.catch_up()

    async with database.transaction() as session:
        taken_late = await term_queries.take_marks(session, read_at)
    async with database.reading() as session:
        waiting = await term_queries.list_marks(session, limit=5)

    assert taken_late == []
    assert list(waiting) == [number]


async def test_made_anew_before_anything_was_read_there_is_nothing_left_to_read(database: Database) -> None:
    number = await _ticket(database)

    await reading.rebuild(database, lambda done, of: None)

    assert {"返品", "送料"} <= await _labels(database, number)
    assert await reading.read_marked(database) == 0
    async with database.reading() as session:
        assert not await consumer_queries.is_behind(session, reading.NAME)
