"""Whether a mail came from whom it names, by what our own server found."""

import pytest

from app.ingest.checking import check_sender
from app.tickets.message_models import SenderCheck
from connectors.email.parser import parse

SERVER = "mx.example.jp"


def _check(*results: str, server: str = SERVER, sender: str = "taro@shop.example") -> SenderCheck:
    head = f"Authentication-Results: {SERVER}; {'; '.join(results)}\r\n" if results else ""
    raw = f"{head}From: {sender}\r\nTo: support@example.jp\r\nSubject: a\r\n\r\nb\r\n"
    return check_sender(parse(raw.encode()), server=server).result


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["dmarc=pass header.from=shop.example"], SenderCheck.PASSED),
        (["spf=fail smtp.mailfrom=relay.example", "dmarc=pass header.from=shop.example"], SenderCheck.PASSED),
        (["spf=pass smtp.mailfrom=evil.example", "dmarc=fail header.from=shop.example"], SenderCheck.SUSPICIOUS),
        (["dmarc=pass header.from=evil.example"], SenderCheck.UNCLEAR),
        (["spf=pass smtp.mailfrom=bounce@mail.shop.example"], SenderCheck.PASSED),
        (["dkim=pass header.d=shop.example"], SenderCheck.PASSED),
        (["spf=pass smtp.mailfrom=evil.example", "dkim=pass header.d=evil.example"], SenderCheck.UNCLEAR),
        (["dkim=pass header.d=notshop.example"], SenderCheck.UNCLEAR),
        (["spf=softfail smtp.mailfrom=shop.example"], SenderCheck.SUSPICIOUS),
        (["spf=fail smtp.mailfrom=x.example", "dkim=pass header.d=shop.example"], SenderCheck.PASSED),
        (["dmarc=none header.from=shop.example", "spf=pass smtp.mailfrom=shop.example"], SenderCheck.PASSED),
        (["spf=none smtp.mailfrom=shop.example"], SenderCheck.UNCLEAR),
        (["dmarc=temperror header.from=shop.example"], SenderCheck.UNCLEAR),
        ([], SenderCheck.NONE),
    ],
)
def test_dmarc_decides_and_nobody_vouches_for_another_domain(results: list[str], expected: SenderCheck) -> None:
    assert _check(*results) is expected


@pytest.mark.parametrize("server", ["", " ", "mx.other.example", "mx.example.jp.evil.example"])
def test_nothing_is_said_unless_it_is_our_own_server(server: str) -> None:
    assert _check("dmarc=pass header.from=shop.example", server=server) is SenderCheck.NONE


def test_a_mail_without_a_sender_passes_nothing() -> None:
    assert _check("dmarc=pass", "spf=pass", sender="") is SenderCheck.UNCLEAR
