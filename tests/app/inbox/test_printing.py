"""A ticket on paper and as one file: whole, safe, for who may see it, and never without a line in the audit log."""

import io
import zipfile

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.core.blobs import BlobStore
from app.core.database import Database
from app.inbox.archiving import safe_name, unique
from app.tickets import service
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.support.arrivals import Intake
from tests.support.builders import build_channel, build_team, build_ticket

MAIL = """From: =?utf-8?b?55Sw5Lit?= <tanaka@example.com>
To: support@example.jp
Subject: =?utf-8?b?6KaL56mN?=
Message-ID: <1@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

<script>alert(1)</script> & more
--x
Content-Type: text/plain; name="a.txt"
Content-Disposition: attachment; filename="a.txt"

first
--x
Content-Type: text/plain; name="../A.TXT"
Content-Disposition: attachment; filename="../A.TXT"

second
--x--
""".replace("\n", "\r\n").encode()


async def _ticket(database: Database, blobs: BlobStore, agent: Agent) -> Ticket:
    """A mail with two files of nearly one name, and a note."""
    async with database.transaction() as session:
        channel = await build_channel(session)
    await Intake(database, blobs).take_in(channel, MAIL)
    async with database.transaction() as session:
        number = await session.scalar(select(Ticket.id))
        ticket = await find_ticket(session, number or 0)
        assert ticket is not None
        await service.add_note(session, ticket, "社内だけの話", by=agent)
        return ticket


async def _exports(database: Database) -> list[tuple[int | None, dict[str, object]]]:
    async with database.reading() as session:
        exports = select(AuditLine).where(AuditLine.kind == AuditKind.EXPORT)
        lines = await session.scalars(exports.order_by(AuditLine.id))
        return [(line.subject_id, line.details) for line in lines]


async def test_it_is_printed_with_and_without_notes(
    database: Database, blobs: BlobStore, agent: Agent, client: AsyncClient
) -> None:
    ticket = await _ticket(database, blobs, agent)

    without = (await client.get(f"/tickets/{ticket.number}/print")).text
    with_notes = (await client.get(f"/tickets/{ticket.number}/print?notes=true")).text

    for page in (without, with_notes):
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
        assert "a.txt (" in page
    assert "社内だけの話" not in without
    assert "社内だけの話" in with_notes
    assert await _exports(database) == [
        (ticket.id, {"form": "print", "notes": False}),
        (ticket.id, {"form": "print", "notes": True}),
    ]


async def test_it_is_saved_as_one_file(database: Database, blobs: BlobStore, agent: Agent, client: AsyncClient) -> None:
    ticket = await _ticket(database, blobs, agent)

    answer = await client.get(f"/tickets/{ticket.number}/export")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    top = f"ticket-{ticket.number}"
    names = {name.removeprefix(f"{top}/") for name in archive.namelist()}
    assert archive.testzip() is None
    assert {"ticket.html", "print.css", "originals/001.eml"} <= names
    files = {archive.read(f"{top}/{name}").strip() for name in names if name.startswith("attachments/")}
    assert files == {b"first", b"second"}
    assert archive.read(f"{top}/originals/001.eml") == MAIL
    [text] = [name for name in names if name.startswith("messages/")]
    assert "& more" in archive.read(f"{top}/{text}").decode()
    assert "社内だけの話" not in archive.read(f"{top}/ticket.html").decode()
    assert await _exports(database) == [(ticket.id, {"form": "file", "notes": False})]


async def test_a_file_that_is_lost_stops_nothing(
    database: Database, blobs: BlobStore, agent: Agent, client: AsyncClient
) -> None:
    ticket = await _ticket(database, blobs, agent)
    for path in blobs.folder.rglob("*"):
        if path.is_file() and path.read_bytes().strip() == b"first":
            path.unlink()

    answer = await client.get(f"/tickets/{ticket.number}/export")

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert sum(name.endswith(".missing.txt") for name in names) == 1


@pytest.mark.parametrize("what", ["print", "export"])
async def test_what_one_may_not_see_is_neither_printed_nor_noted(
    database: Database, agent: Agent, lead: Agent, client: AsyncClient, what: str
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[lead], channels=[channel])
        ticket = await build_ticket(session, channel=channel)

    answer = await client.get(f"/tickets/{ticket.number}/{what}")

    assert answer.status_code == 404
    assert await _exports(database) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("見積書 2026.pdf", "見積書 2026.pdf"),
        ('a<b>:"c/d\\e|f?*.txt', "a_b___c_d_e_f__.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("  .. ", "file"),
        ("\u202egpj.exe", "gpj.exe"),
        ("長" * 300 + ".pdf", "長" * 76 + ".pdf"),
    ],
)
def test_names_are_safe_everywhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_are_unique_where_case_does_not_matter() -> None:
    taken: set[str] = set()

    assert [unique(name, taken) for name in ("a.txt", "A.TXT", "a.txt")] == ["a.txt", "A (2).TXT", "a (3).txt"]
