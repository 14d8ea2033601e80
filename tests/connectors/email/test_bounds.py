"""Mail made to take more memory or time than its size allows."""

import gc
import struct
import tracemalloc

import pytest

from connectors.contracts import InboundMessage
from connectors.email import cms, enclosures, mime, rtf, transfer, uuencode
from connectors.email.budget import MAXIMUM_UNPACKED_BYTES, Budget
from connectors.email.parser import read

ROOM_BYTES = 20_000_000


def read_with_peak(raw: bytes) -> tuple[InboundMessage, int]:
    """With the bytes that it took at most, by Python's own count, which no other process moves."""
    gc.collect()
    tracemalloc.start()
    try:
        message = read(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return message, peak


def bound(raw: bytes) -> int:
    return 12 * len(raw) + ROOM_BYTES


def parts(bodies: list[bytes]) -> bytes:
    head = b"From: a@example.jp\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + b"".join(b"--b\n" + body + b"\n" for body in bodies) + b"--b--\n"


def fields(count: int) -> bytes:
    return b"".join(b"%x: x\n" % number for number in range(count))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(parts([fields(30_000) + b"\ntext"] * 8), id="in parts"),
        pytest.param(b"From: a@example.jp\n" + fields(100_000) + b"\ntext", id="in the mail"),
        pytest.param(parts([b"x: " + b"y" * 500_000 + b"\n\ntext"] * 6), id="long"),
    ],
)
def test_very_many_fields_are_not_kept_and_the_mail_says_so(raw: bytes) -> None:
    message, peak = read_with_peak(raw)

    assert peak < bound(raw)
    assert message.sender is not None
    assert message.problem == "too_large"


def test_parts_behind_too_many_fields_are_still_read_as_text() -> None:
    message = read(parts([fields(40_000) + b"\nfirst", b"\nsecond"]))

    assert message.passages[0].text.endswith("first")
    assert message.passages[1].text.strip() == "second"


def test_a_thousand_parts_with_thirty_fields_each_are_no_problem() -> None:
    message = read(parts([b"Content-Type: application/pdf\n" + fields(25) + b"\nx"] * 900))

    assert (message.problem, len(message.attachments)) == ("", 900)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"begin x\r\n" + b"\r\n" * 1_000_000, id="a word that is no file"),
        pytest.param(b"begin 644 x\r\n" + b"\r\n" * 40_000, id="a file of empty lines without an end"),
        pytest.param(b"begin 644 x\n" + b"!\n" * 40_000 + b"end\n", id="a file of short lines"),
    ],
)
def test_lines_are_not_listed_to_look_for_files_among_them(body: bytes) -> None:
    raw = b"From: a@example.jp\n\n" + body

    message, peak = read_with_peak(raw)

    assert peak < bound(raw)
    assert message.sender is not None


def test_uuencoded_lines_are_not_listed_to_be_decoded() -> None:
    body = b"begin 644 x\n" + b"\n" * 1_000_000
    part = mime.read(b"Content-Transfer-Encoding: uuencode\n\n" + body, Budget())

    assert transfer.data(part) == b""


def test_uuencoded_lines_that_announce_much_and_say_little_are_not_believed_for_ever() -> None:
    assert transfer.from_uuencode(b"M\n" * 20) == bytes(900)
    assert len(transfer.from_uuencode(b"M\n" * 10_000)) < 45_000


def test_files_in_text_are_found_between_what_only_looks_like_them() -> None:
    file = b"begin 644 a b.txt\r\n#0V%T\r\n`\r\nend\r\n"
    data, files = uuencode.take_out(file + b"begin 644 x\r\nno, a letter\r\n" + file + b"begin 644\r\nbye")

    assert data == b"begin 644 x\r\nno, a letter\r\nbegin 644\r\nbye"
    assert [(found.name, found.data) for found in files] == [(b"a b.txt", b"Cat")] * 2


def signed(content: bytes, depth: int) -> bytes:
    """CMS with all lengths left open, its content within so many strings within each other."""
    head = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 a080")
    return head + b"\x24\x80" * depth + content + bytes(2 * depth + 12)


def test_the_levels_of_a_signature_are_walked_no_oftener_for_being_many() -> None:
    budget = Budget()
    before = budget.elements

    assert cms.signed_content(signed(b"\x04\x01x" * 20_000, depth=20), budget) == b"x" * 20_000
    assert before - budget.elements < 45_000


def test_the_elements_of_all_signatures_are_counted_together() -> None:
    budget = Budget(elements=1_000)
    structure = signed(b"\x04\x01x" * 150, depth=1)

    assert cms.signed_content(structure, budget) == b"x" * 150
    assert [cms.signed_content(structure, budget) for _ in range(3)][-1] is None
    assert budget.problem == "too_large"


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attribute(level: int, identifier: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, identifier, 0, len(value)) + value + bytes(2)


def packed_rtf(packed: bytes, size: int, magic: bytes = b"LZFu") -> bytes:
    data = struct.pack("<II4sI", len(packed) + 12, size, magic, 0) + packed
    return attribute(1, 0x9003, struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(data)) + data + bytes(-len(data) % 4))


def outlook(data: bytes) -> bytes:
    return b"Content-Type: application/ms-tnef\n\n" + data


def test_what_is_unpacked_is_counted_over_all_parts_before_it_is_unpacked() -> None:
    part = outlook(winmail(packed_rtf(b"\0{\\rtf1 h\0ello}   ", size=rtf.MAXIMUM_BYTES - rtf.HEADER.size)))

    enough, too_much = read(parts([part] * 2)), read(parts([part] * 3))

    assert (enough.passages[0].text.strip(), enough.problem, len(enough.attachments)) == ("hello", "", 0)
    assert (too_much.problem, len(too_much.attachments)) == ("too_large", 1)


def test_what_one_part_packs_many_times_is_counted_as_often() -> None:
    some = [packed_rtf(b"", size=rtf.MAXIMUM_BYTES), packed_rtf(b"", size=500, magic=b"MELA")]

    assert rtf.announced(winmail(*some)) == rtf.MAXIMUM_BYTES + 500 + 2 * rtf.HEADER.size
    assert rtf.announced(winmail(*some * 10)) > MAXIMUM_UNPACKED_BYTES


def test_more_files_than_are_kept_are_named_as_the_problem() -> None:
    file = attribute(2, 0x9002, b"") + attribute(2, 0x8010, b"a.txt")

    kept = read(parts([outlook(winmail(*[file] * enclosures.MAXIMUM_FILES))]))
    dropped = read(parts([outlook(winmail(*[file] * (enclosures.MAXIMUM_FILES + 1)))]))

    assert (kept.problem, len(kept.attachments)) == ("", enclosures.MAXIMUM_FILES)
    assert (dropped.problem, len(dropped.attachments)) == ("too_large", enclosures.MAXIMUM_FILES)
