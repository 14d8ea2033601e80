"""What was backed up comes back, from either database into either."""

import os
from pathlib import Path

from sqlalchemy import select, update

from app.backup import contents, restoring, service
from app.channels.models import Channel
from app.conversations.visitor_models import Visitor
from app.core.base import Base
from app.core.blobs import register
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.desk import Desk as Installation
from app.core.installation import get_epoch, get_installation, resume_sending
from app.outbox import claim_queries
from app.outbox import queries as outbox_queries
from app.outbox.models import OutboxEntry, OutboxState
from app.search.models import SearchDoc, SearchMark
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.models import Origin, Phase, Ticket
from tests.support.backups import all_rows, keep_quiet
from tests.support.builders import build_agent, build_category, build_ticket
from tests.support.chats import Website, build_chat
from tests.support.replying import Desk, more_agents, open_desk


async def fill(here: Installation) -> Desk:
    """Rows that name later rows of their table, every kind of value, and a file."""
    desk = await open_desk(here.database)
    sha256 = await here.blobs.put("請求書".encode())
    async with here.database.transaction() as session:
        await register(session, {sha256: 9})
        child = await build_category(session, name='返金 😀 "quoted"\n\\t')
        child.parent_id = (await build_category(session, name="請求")).id
        older = await build_ticket(session, subject="㈱髙﨑 'quoted'", phase=Phase.DONE)
        newer = await build_ticket(session, subject="\N{IDEOGRAPHIC SPACE}")
        older.merged_into_id, older.is_counted = newer.id, False
    return desk


async def test_every_row_and_file_comes_back_as_it_was(here: Installation, there: Installation, tmp_path: Path) -> None:
    await fill(here)
    before = await all_rows(here, tmp_path / "before")

    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    restored = await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    after = await all_rows(there, tmp_path / "after")
    assert restored.tickets == 3
    assert [name for name in before if before[name] != after[name]] == ["installation"]
    [sha256] = [row[0] for row in before["blobs"]]
    assert await there.blobs.get(sha256) == "請求書".encode()
    assert not [name for name in os.listdir(tmp_path) if ".part" in name or ".tar." in name]


async def test_numbers_go_on_where_they_were(here: Installation, there: Installation, tmp_path: Path) -> None:
    await fill(here)
    async with here.database.transaction() as session:
        last = await build_ticket(session)
    async with here.database.transaction() as session:
        [gone] = [await build_agent(session, name="去る 人")]
        await session.delete(gone)
    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    async with there.database.transaction() as session:
        ticket, agent = await build_ticket(session), await build_agent(session)

    assert ticket.id == last.id + 1
    assert agent.id == gone.id + 1


async def test_what_was_waiting_is_for_a_person_to_decide(
    here: Installation, there: Installation, tmp_path: Path
) -> None:
    desk = await open_desk(here.database)
    waiting, under_way, sent = [await desk.reply(text=f"{number}通目です。") for number in range(3)]
    async with here.database.transaction() as session:
        claim = await claim_queries.claim_next(session)
        assert claim is not None
        assert claim.entry_id == waiting
        await outbox_queries.change(session, sent, when=[OutboxState.QUEUED], state=OutboxState.SENT)
        held = update(OutboxEntry).where(OutboxEntry.id == under_way)
        await session.execute(held.values(is_deferred=True, is_scheduled=True))

    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    restored = await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    async with there.database.reading() as session:
        entries = (await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all()
        statement = select(TicketEvent).where(TicketEvent.kind == EventKind.SEND_UNCERTAIN)
        events = (await session.scalars(statement)).all()
    assert restored.uncertain == 2
    assert [entry.state for entry in entries] == [OutboxState.UNCERTAIN, OutboxState.UNCERTAIN, OutboxState.SENT]
    assert all("バックアップ" in entry.error for entry in entries[:2])
    assert [event.origin for event in events] == [Origin.RESTORE, Origin.RESTORE]


def desk_of(desk: Desk, here: Installation) -> Desk:
    return Desk(here.database, desk.agent, desk.channel, desk.ticket_id)


async def test_nothing_leaves_until_somebody_says_so(here: Installation, there: Installation, tmp_path: Path) -> None:
    desk = await open_desk(here.database)
    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)
    restored = desk_of(desk, there)
    held, free = [await restored.reply(text=f"{number}通目です。") for number in range(2)]
    async with there.database.transaction() as session:
        await session.execute(update(OutboxEntry).where(OutboxEntry.id == held).values(is_deferred=True))

    async with there.database.transaction() as session:
        before = [await claim_queries.claim_next(session), await claim_queries.claim_deferred(session, held)]
        due = await claim_queries.list_due(session, but_channels=())
        assert await resume_sending(session) is not None
    async with there.database.transaction() as session:
        after = await claim_queries.claim_next(session)
        due_after = await claim_queries.list_due(session, but_channels=())

    assert before == [None, None]
    assert due == []
    assert after is not None
    assert after.entry_id == free
    assert [each.entry_id for each in due_after] == [held]


async def test_locks_are_gone_and_untouched_tickets_go_back(
    here: Installation, there: Installation, tmp_path: Path
) -> None:
    looked_at, written_on = await open_desk(here.database), await open_desk(here.database)
    [await desk.take() for desk in (looked_at, written_on)]
    async with here.database.reading() as session:
        epoch = await get_epoch(session)

    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    rows = await all_rows(there, tmp_path / "after")
    ticket = await desk_of(looked_at, there).ticket()
    assert rows["reply_locks"] == []
    assert ticket.phase is Phase.NEW
    assert ticket.assignee_id is None
    async with there.database.reading() as session:
        installation = await get_installation(session)
    assert installation.epoch != epoch
    assert installation.restored_at is not None
    assert installation.restored_as_of is not None
    assert installation.sending_paused_at is not None


async def test_everything_is_found_again(here: Installation, there: Installation, tmp_path: Path) -> None:
    await fill(here)
    await service.make(here, tmp_path / "backup.tar", keep_quiet)

    await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    async with there.database.reading() as session:
        tickets = set((await session.scalars(select(Ticket.id))).all())
        documents = (await session.scalars(select(SearchDoc).where(SearchDoc.message_id.is_(None)))).all()
        marks = (await session.scalars(select(SearchMark))).all()
    assert len(documents) == len(tickets) == 3
    assert marks == []


async def test_with_another_key_only_without_secrets(here: Installation, there: Installation, tmp_path: Path) -> None:
    desk = await open_desk(here.database)
    async with here.database.transaction() as session:
        sealed = update(Channel).where(Channel.id == desk.channel.id)
        await session.execute(sealed.values(secrets=here.box.seal("a password")))
    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    other = Installation(there.settings, there.database, there.blobs, SecretBox("another key"))

    await restoring.restore(other, tmp_path / "backup.tar", keep_quiet, without_secrets=True)

    async with there.database.reading() as session:
        channel = await session.get_one(Channel, desk.channel.id)
        secrets = await session.scalar(select(Channel.secrets).where(Channel.id == desk.channel.id))
        installation = await get_installation(session)
    assert secrets == ""
    assert channel.is_paused
    assert installation.key_fingerprint == other.box.fingerprint


async def test_a_table_larger_than_a_piece(here: Installation, there: Installation, tmp_path: Path) -> None:
    await more_agents(here.database, 3)
    async with here.database.transaction() as session:
        for number in range(5):
            await build_ticket(session, text=f"{number}" * 1_000_000)

    await service.make(here, tmp_path / "backup.tar", keep_quiet)
    restored = await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    before, after = await all_rows(here, tmp_path / "a"), await all_rows(there, tmp_path / "b")
    assert restored.tickets == 5
    assert before["messages"] == after["messages"]


def test_what_is_left_out_are_tables() -> None:
    kept = {table.name for table in contents.tables()}

    assert kept | contents.LEFT_OUT == set(Base.metadata.tables)
    assert not kept & contents.LEFT_OUT


async def test_what_a_visitor_had_not_heard_is_not_mailed_once_more(
    here: Installation, there: Installation, tmp_path: Path
) -> None:
    chat = await build_chat(here.database)
    site = Website(here.database, here.blobs, chat)
    await site.visit(mail="taro@example.com", mail_due_at=now(), online_until=now())
    await service.make(here, tmp_path / "backup.tar", keep_quiet)

    await restoring.restore(there, tmp_path / "backup.tar", keep_quiet)

    async with there.database.reading() as session:
        visitor = (await session.scalars(select(Visitor))).one()
    assert (visitor.mail, visitor.mail_due_at, visitor.online_until) == ("taro@example.com", None, None)
