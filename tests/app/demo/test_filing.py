"""What is filed as rows is what the verbs would have left: the same stories both ways, compared row by row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.desk import Desk
from app.demo.cast import Cast, engage
from app.demo.clerk import is_writable
from app.demo.diary import Diary
from app.demo.filing import Files, open_office, opener_with
from app.demo.people import Clientele
from app.demo.playing import Stage
from app.demo.plot import Plot
from app.demo.received import Mailroom
from app.demo.scripts import load_library
from app.demo.stories import Story
from app.ingest.models import RawMessage
from app.outbox.models import OutboxEntry
from app.tickets.history_models import ReportFact, TicketEvent, TicketSpan
from app.tickets.message_models import Attachment, Message, MessageRecipient, MessageSource, ThreadRef
from app.tickets.models import Ticket, TicketChannel

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Tokyo")
COUNT = 60

OWN = {"id", "ticket_id", "origin_ticket_id", "customer_id", "origin_customer_id", "author_identity_id", "sha256"}
NAMES = {"mail_id", "mail_id_hash", "identity_hash", "ref_hash", "address", "address_key"}
MOMENTS = {"stored_at", "recorded_at", "claim_expires", "claim_boot_id", "claim_token"}
"""When a row was written, and leases that are long over."""
PLACES = {"uid", "source_hash", "blob", "raw_id"}
DIGESTED_AT = "attachments.created_at"
LEFT_OUT = OWN | NAMES | MOMENTS | PLACES


@pytest_asyncio.fixture
async def cast(desk: Desk) -> Cast:
    async with desk.database.transaction() as session:
        return await engage(session, desk.box, categories=load_library().categories, password_hash="")


async def test_what_is_filed_is_what_the_verbs_leave(desk: Desk, cast: Cast) -> None:
    stories = told_stories()

    uids = dict.fromkeys(cast.folders, 0)
    await Stage(desk, cast, uids, Random(2)).play(stories, lambda share: None)
    await file(desk, cast, [with_other_address(story) for story in stories], uids)

    async with desk.database.reading() as session:
        played, filed = await halves(session)
        assert len(played) == len(filed) == len(stories)
        for one, other in zip(played, filed, strict=True):
            found = differences(await everything_on(session, one), await everything_on(session, other))
            assert not found, "\n".join(found)


def told_stories() -> list[Story]:
    """Of every kind that can be filed, in the order of their first acts."""
    diary = Diary(NOW, ZONE, Random(1))
    stories = Plot(load_library(), diary, Clientele(Random(1))).recent(COUNT, since=timedelta(days=60))
    kinds = {type(act) for story in stories for act in story.acts}
    assert len(kinds) > 6
    return [story for story in stories if is_writable(story)]


def with_other_address(story: Story) -> Story:
    person = replace(story.person, address=f"other-{story.person.address}", phone=f"{story.person.phone}-1")
    return Story(story.box, person, list(story.acts))


async def file(desk: Desk, cast: Cast, stories: Sequence[Story], uids: dict[str, int]) -> None:
    mailroom = Mailroom(desk.blobs, cast.folders, uids)
    office = await open_office(desk, cast, opener_with(mailroom, cast, Random(3)), Random(4))
    ordered = sorted(stories, key=lambda story: story.acts[0].at)
    assert sum([count async for count in Files(desk, office, {}).add(ordered)]) == len(stories)


async def halves(session: AsyncSession) -> tuple[Sequence[int], Sequence[int]]:
    """Tickets that were played, and tickets that were filed, each in the order of their subject and time."""
    rows = (await session.execute(select(Ticket.id).order_by(Ticket.id))).scalars().all()
    half = len(rows) // 2
    return await in_order(session, rows[:half]), await in_order(session, rows[half:])


async def in_order(session: AsyncSession, ids: Sequence[int]) -> Sequence[int]:
    statement = select(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.created_at, Ticket.subject)
    return (await session.scalars(statement)).all()


async def everything_on(session: AsyncSession, ticket_id: int) -> dict[str, list[dict[str, Any]]]:
    message_ids = list(
        (
            await session.scalars(
                select(Message.id).where(Message.ticket_id == ticket_id).order_by(Message.ticket_version)
            )
        ).all()
    )
    conditions = {
        Ticket: Ticket.id == ticket_id,
        TicketChannel: TicketChannel.ticket_id == ticket_id,
        Message: Message.ticket_id == ticket_id,
        MessageRecipient: MessageRecipient.message_id.in_(message_ids),
        Attachment: Attachment.message_id.in_(message_ids),
        MessageSource: MessageSource.message_id.in_(message_ids),
        RawMessage: RawMessage.id.in_(select(MessageSource.raw_id).where(MessageSource.message_id.in_(message_ids))),
        ThreadRef: ThreadRef.ticket_id == ticket_id,
        OutboxEntry: OutboxEntry.ticket_id == ticket_id,
        TicketEvent: TicketEvent.ticket_id == ticket_id,
        TicketSpan: TicketSpan.ticket_id == ticket_id,
        ReportFact: ReportFact.ticket_id == ticket_id,
    }
    found = {}
    for model, condition in conditions.items():
        table = model.__table__
        rows = (await session.execute(select(*table.columns).where(condition))).mappings().all()
        found[model.__tablename__] = sorted((comparable(dict(row), message_ids) for row in rows), key=repr)
    return found


def comparable(row: dict[str, Any], message_ids: list[int]) -> dict[str, Any]:
    """Without what differs by its nature; messages by their position, customers as customers."""
    if row.get("message_id") is not None:
        row["message_id"] = message_ids.index(row["message_id"])
    if "changes" in row and "message_id" in row["changes"]:
        row["changes"] = {**row["changes"], "message_id": message_ids.index(row["changes"]["message_id"])}
    if row.get("actor_kind") == "customer":
        row["actor_id"] = "the customer"
    return {name: value for name, value in row.items() if name not in LEFT_OUT}


def differences(played: dict[str, list[dict[str, Any]]], filed: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Each with the table and the column, what the verbs left first."""
    found = []
    for table, rows in played.items():
        if len(rows) != len(filed[table]):
            return [f"{table}: {len(rows)} rows, {len(filed[table])} rows"]
        for one, other in zip(rows, filed[table], strict=True):
            names = [name for name in one if one[name] != other[name] and f"{table}.{name}" != DIGESTED_AT]
            found += [f"{table}.{name}: {one[name]!r}, {other[name]!r}" for name in names]
    return found
