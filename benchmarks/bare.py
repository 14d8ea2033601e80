"""The bare loop: fetch, parse, insert, with nothing of the desk but its receiver and its parser.

All mails are fetched from Dovecot by the desk's own receiver in its batches, then each is parsed by the desk's own
parser, then the bytes of each become one row with one COMMIT that waits for the disk. So every mail is durable, as in
the desk; nothing is derived, looked up, threaded or indexed, and the three steps do not disturb each other.
"""

import sqlite3
import time
from pathlib import Path

from benchmarks.mails import fill_mailbox
from benchmarks.report import Report
from connectors.email.parser import parse
from connectors.email.receiver import ImapReceiver
from connectors.email.settings import EmailSettings, Security
from tests.support.dovecot import Dovecot, Mailbox

ADDITIONS = 10_000_000


def settings_of(mailbox: Mailbox) -> EmailSettings:
    return EmailSettings(
        imap_host=mailbox.host,
        imap_port=mailbox.port,
        imap_security=Security.NONE,
        imap_user=mailbox.user,
        imap_password=mailbox.password,
        smtp_host="",
        smtp_port=0,
        smtp_security=Security.NONE,
    )


async def measure(folder: Path, count: int, report: Report) -> float:
    """Mails a second of fetch + parse + one committed row each."""
    folder.mkdir(parents=True)
    _calibrate(report)
    server = Dovecot.create()
    try:
        fetched = await _fetch(fill_mailbox(server, count), report)
    finally:
        server.remove()
    parsed = _parse(fetched[0], report)
    inserted = _insert(folder / "bare.db", fetched[0], report)
    best = count / (fetched[1] + parsed + inserted)
    report.add("bare: fetch + parse + insert", best, "mails/s")
    return best


def _calibrate(report: Report) -> None:
    """How fast this machine runs Python just now: figures of two runs compare only where this one is alike."""
    began, total = time.process_time(), 0
    for number in range(ADDITIONS):
        total += number
    report.add("bare: ten million additions in Python", time.process_time() - began, "s")


async def _fetch(mailbox: Mailbox, report: Report) -> tuple[list[bytes], float]:
    receiver = ImapReceiver(settings_of(mailbox))
    began, raws = time.perf_counter(), []
    await receiver.connect()
    async for batch in receiver.fetch(uidvalidity=None, after_uid=0):
        raws += [message.data for message in batch.messages if message.data is not None]
    took = time.perf_counter() - began
    await receiver.close()
    report.add("bare: fetch", len(raws) / took, "mails/s")
    return raws, took


def _parse(raws: list[bytes], report: Report) -> float:
    began = time.perf_counter()
    for raw in raws:
        parse(raw)
    took = time.perf_counter() - began
    report.add("bare: parse", len(raws) / took, "mails/s")
    return took


def _insert(path: Path, raws: list[bytes], report: Report) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE mails (id INTEGER PRIMARY KEY, raw BLOB);"
    )
    began = time.perf_counter()
    for raw in raws:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO mails (raw) VALUES (?)", (raw,))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    report.add("bare: insert, one COMMIT each", len(raws) / took, "mails/s")
    return took
