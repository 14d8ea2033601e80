"""Hostile text four times as long takes about four times the work: nothing is read again from each of its places."""

import time

import pytest

from connectors.email.parser import read

SHORT, LONG = 4_000, 16_000
LINEAR_WITH_ROOM = 8
TRIES = 3
STATUS_REPORT = (
    b"From: a@example.jp\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\n\n"
    b"--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
)
BOUNCE = b"From: MAILER-DAEMON@example.jp\nReturn-Path: <>\n"


def work(raw: bytes) -> float:
    """Seconds of this process alone, the least of some: what others do on the machine does not count."""
    spent = []
    for _ in range(TRIES):
        started = time.process_time()
        read(raw)
        spent.append(time.process_time() - started)
    return min(spent)


@pytest.mark.parametrize(
    ("before", "unit", "behind"),
    [
        pytest.param(b"Subject: =?x?q?", b"\x80", b"\n\n", id="eight-bit encoded word without an end"),
        pytest.param(b"Subject: Report Domain: ", b"report-id", b"\n\n", id="subject like a report's"),
        pytest.param(BOUNCE + b"X-Failed-Recipients: ", b"a", b"\n\n", id="failed recipient without at sign"),
        pytest.param(BOUNCE + b"\nfinal-recipient:", b" ", b"x\n", id="blanks behind a recipient's label"),
        pytest.param(b"To: a@b", b" ", b"c\n\n", id="blanks behind an address"),
        pytest.param(b"To: <a@b(", b"\\(", b">\n\n", id="open comments in angle brackets"),
        pytest.param(b"Content-Type: a", b" ", b"b\n\n", id="blanks in a type"),
    ],
)
def test_the_work_grows_with_the_length(before: bytes, unit: bytes, behind: bytes) -> None:
    short, long = (work(before + unit * (length // len(unit)) + behind) for length in (SHORT, LONG))

    assert long < LINEAR_WITH_ROOM * short


def test_of_a_status_report_that_never_ends_a_bounded_part_is_read() -> None:
    group = b"Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n\n"

    report = read(STATUS_REPORT + group * 20_000 + b"\n--q--\n").report

    assert report is not None
    assert len(report.recipients) == 500


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"$B8+@Q(B", "見積"),
        (b"$B(B $B8+@Q(J", "$B(B 見積"),
        (b"US$B $B8+@Q(B $B8+@Q", "US$B 見積 $B8+@Q"),
        (b"$B8+@Q(B$B8+@Q(B", "見積見積"),
    ],
)
def test_escapes_that_a_gateway_dropped_are_put_back_where_they_end(body: bytes, text: str) -> None:
    assert read(b"From: a@b.jp\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + body).text == text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a @ b.jp", ["a@b.jp"]),
        (b"<a(x \\( y)  @\t(z)b.jp>", ["a@b.jp"]),
        (b"<(a@b.jp>", ["(a@b.jp"]),
        (b'\\"A\\" <a@b.jp>, "C" <c@d.jp>', ["a@b.jp", "c@d.jp"]),
    ],
)
def test_addresses_are_found_beside_what_is_left_open(value: bytes, found: list[str]) -> None:
    assert [address.address for address in read(b"From: x@y.jp\nTo: " + value + b"\n\n").to] == found


@pytest.mark.parametrize(
    ("value", "name"), [(b"a.txt (c)", "a.txt"), (b"a (b.txt", "a (b.txt"), (b"a (" + b"c" * 900 + b")", "a")]
)
def test_comments_in_parameters_are_left_out_when_they_end(value: bytes, name: str) -> None:
    raw = b"From: x@y.jp\nContent-Type: text (a) / (b) x-y; name=" + value + b"\n\nbody"

    [attachment] = read(raw).attachments
    assert (attachment.content_type, attachment.filename) == ("text/x-y", name)
