"""Reading columns: the same answer the first time and whenever a statement comes again."""

from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select, union_all

from app.core.database import Database, count_statements
from app.core.rows import fetch
from app.tickets.models import Phase, Status

BY_KEYS = (
    select(Status.key, Status.phase, func.count().label("number"))
    .where(Status.key.in_(bindparam("keys", expanding=True)), Status.position >= bindparam("from"))
    .group_by(Status.key, Status.phase)
    .order_by(Status.key)
    .limit(2)
)
TWICE = union_all(select(Status.key).where(Status.phase.in_([Phase.DONE])), select(Status.key).where(Status.id == 1))
INSTANT = select(Status.key, Status.archived_at).where(Status.archived_at == bindparam("at"))


async def test_a_statement_reads_the_same_however_often_it_comes(database: Database) -> None:
    async with database.reading() as session:
        answers = [await fetch(session, BY_KEYS, {"keys": ["new", "done"], "from": 0}) for _ in range(3)]

    assert [[(each.key, each.phase, each.number) for each in rows] for rows in answers] == [
        [("done", Phase.DONE, 1), ("new", Phase.NEW, 1)]
    ] * 3
    assert all(isinstance(rows[0].phase, Phase) for rows in answers)


async def test_lists_of_any_length_are_looked_for(database: Database) -> None:
    async with database.reading() as session:
        lists = [[], ["new"], ["done", "new"], ["done", "new", "none"], [], ["none"] * 9]
        counts = [len(await fetch(session, BY_KEYS, {"keys": keys, "from": 0})) for keys in (["new"], *lists)]

    assert counts[1:] == [0, 1, 2, 2, 0, 0]


async def test_values_that_a_statement_brings_along_hold_each_time(database: Database) -> None:
    async with database.reading() as session:
        answers = [[row.key for row in await fetch(session, TWICE)] for _ in range(3)]

    assert answers == [["done", "new"]] * 3


async def test_instants_go_in_and_come_out_as_they_are(database: Database) -> None:
    at = datetime(2026, 11, 20, 9, 0, 0, 5, tzinfo=UTC)
    async with database.transaction() as session:
        session.add(Status(key="old", phase="done", name="旧", archived_at=at))

    async with database.reading() as session:
        answers = [await fetch(session, INSTANT, {"at": at}, kept_rows=10) for _ in range(3)]

    assert [rows[0].archived_at for rows in answers] == [at] * 3


async def test_what_is_kept_is_read_anew_when_it_changed(database: Database) -> None:
    statement = select(Status.key, Status.name).where(Status.key == "old")
    names = []
    for name in ("旧", "古", "旧"):
        async with database.transaction() as session:
            status = await session.scalar(select(Status).where(Status.key == "old"))
            session.add(status or Status(key="old", phase="done", name=name))
            if status is not None:
                status.name = name
        async with database.reading() as session:
            names += [row.name for row in await fetch(session, statement, kept_rows=10)]

    assert names == ["旧", "古", "旧"]


async def test_what_a_unit_wrote_it_reads(database: Database) -> None:
    statement = select(func.count().label("number")).select_from(Status)
    async with database.transaction() as session:
        [before] = await fetch(session, statement)
        session.add(Status(key="old", phase="done", name="旧"))
        await session.flush()
        [after] = await fetch(session, statement)

    assert after.number == before.number + 1


async def test_each_time_is_counted(database: Database) -> None:
    seen = count_statements(database)

    async with database.reading() as session:
        for _ in range(3):
            await fetch(session, TWICE)

    assert sum("UNION ALL" in each for each in seen) == 3
