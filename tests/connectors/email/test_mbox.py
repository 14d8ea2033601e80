"""mbox files of several programs, taken apart."""

import mmap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.contracts import RawMessage
from connectors.email import mbox

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MAIL = b"Subject: %d\nDate: Tue, 03 Nov 2026 10:00:00 +0900\n\nText %d\n"
ENVELOPES = {
    "RFC 4155": b"From tanaka@example.com Tue Nov  3 01:00:00 2026\n",
    "Thunderbird": b"From - Tue Nov 03 10:00:00 2026\n",
    "Gmail": b"From 1744012345678901234@xxx Tue Nov 03 01:00:00 +0000 2026\n",
    "a zone by name": b"From MAILER-DAEMON Tue Nov  3 10:00:00 JST 2026\n",
    "the day first": b"From tanaka@example.com Tue, 3 Nov 2026 10:00:00 +0900\n",
    "carriage returns": b"From - Tue Nov 03 10:00:00 2026\r\n",
}


def read(folder: Path, content: bytes) -> list[RawMessage]:
    file = folder / "mbox"
    file.write_bytes(content)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        return list(mbox.messages(mapped, now=NOW))


@pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
def test_each_programs_line_between_mails_is_known(tmp_path: Path, envelope: bytes) -> None:
    found = read(tmp_path, b"\n".join(envelope + MAIL % (number, number) for number in range(3)))

    assert [each.uid for each in found] == [1, 2, 3]
    assert [each.data and each.data.split(b"\n")[0] for each in found] == [b"Subject: 0", b"Subject: 1", b"Subject: 2"]


def test_a_line_of_the_letter_that_begins_with_from_is_no_border(tmp_path: Path) -> None:
    letter = b"Subject: 1\n\nThe parcel came\n\nFrom Osaka it took three days, on Mon and Tue.\nFrom: me\n"

    found = read(tmp_path, ENVELOPES["RFC 4155"] + letter)

    assert [each.data for each in found] == [letter]


def test_quoting_is_taken_away_once(tmp_path: Path) -> None:
    found = read(tmp_path, ENVELOPES["RFC 4155"] + b"Subject: 1\n\n>From here\n>>From there\n> From nowhere\n")

    assert found[0].data == b"Subject: 1\n\nFrom here\n>From there\n> From nowhere\n"


def test_a_mail_came_when_the_last_server_took_it(tmp_path: Path) -> None:
    received = b"Received: from b by c; Wed, 04 Nov 2026 00:00:00 +0000\n"
    received += b"Received: from a by b; Tue, 03 Nov 2026 23:00:00 +0000\n"

    found = read(tmp_path, ENVELOPES["RFC 4155"] + received + MAIL % (1, 1))

    assert found[0].received_at == datetime(2026, 11, 4, tzinfo=UTC)


def test_a_mail_that_no_server_took_came_when_it_was_written(tmp_path: Path) -> None:
    assert read(tmp_path, ENVELOPES["RFC 4155"] + MAIL % (1, 1))[0].received_at == datetime(2026, 11, 3, 1, tzinfo=UTC)


def test_a_mail_without_any_date_came_when_the_line_above_it_says(tmp_path: Path) -> None:
    found = read(tmp_path, ENVELOPES["RFC 4155"] + b"Subject: 1\n\nText\n")

    assert found[0].received_at == datetime(2026, 11, 3, 1, tzinfo=UTC)


def test_a_mail_of_which_nothing_says_when_came_now(tmp_path: Path) -> None:
    assert read(tmp_path, b"Subject: 1\n\nText\n")[0].received_at == NOW


def test_a_file_without_any_border_is_one_mail(tmp_path: Path) -> None:
    assert [each.data for each in read(tmp_path, MAIL % (1, 1))] == [MAIL % (1, 1)]


async def test_what_is_too_large_for_the_memory_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "WHOLE_BYTES", 1_000)
    monkeypatch.setattr(mbox, "PIECE_BYTES", 300)
    body = b"Subject: 1\n\n" + b">From a line that is quoted\n" * 200
    file = tmp_path / "mbox"
    file.write_bytes(ENVELOPES["RFC 4155"] + body + ENVELOPES["RFC 4155"] + MAIL % (2, 2))

    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        large, small = mbox.messages(mapped, now=NOW)
        assert large.read is not None
        pieces = [piece async for piece in large.read()]

    assert large.data is None
    assert max(map(len, pieces)) < 400
    assert b"".join(pieces) == body.replace(b">From", b"From")
    assert small.data == MAIL % (2, 2)
