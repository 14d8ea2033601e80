"""Of Authentication-Results only what our own server wrote is believed, and a forged one never outranks it."""

import pytest

from connectors.email.parser import read
from connectors.findings import Check, Checks

OURS = "mx.example.jp"


def _mail(*headers: str) -> bytes:
    lines = [*headers, "From: taro@shop.example", "To: support@example.jp", "Subject: a", "", "b", ""]
    return "\r\n".join(lines).encode()


def test_results_are_read_with_the_domains_that_they_are_about() -> None:
    raw = _mail(
        "Authentication-Results: MX.example.jp 1; spf=pass (x; (y) sender) smtp.mailfrom=a@shop.example;",
        ' dkim=fail (bad "signature") header.d=shop.example header.b="p;q"; dmarc=pass header.from=shop.example;',
        " iprev=pass policy.iprev=192.0.2.1",
    )

    checks = read(raw).checks_by(OURS)

    assert checks == (
        Check("spf", "pass", "shop.example"),
        Check("dkim", "fail", "shop.example"),
        Check("dmarc", "pass", "shop.example"),
    )


def test_another_servers_results_are_not_believed() -> None:
    message = read(_mail("Authentication-Results: mx.evil.example; dmarc=pass header.from=bank.example"))

    assert message.checks == (
        Checks("mx.evil.example", (Check("dmarc", "pass", "bank.example"),), is_above_route=False),
    )
    assert message.checks_by(OURS) == ()
    assert message.checks_by("") == ()


def test_a_forged_header_below_our_servers_adds_nothing() -> None:
    raw = _mail(
        "Received: from evil.example by mx.example.jp",
        "Authentication-Results: mx.example.jp; dmarc=fail header.from=bank.example",
        "Authentication-Results: mx.example.jp; dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example",
    )

    checks = read(raw).checks_by(OURS)

    assert checks == (Check("dmarc", "fail", "bank.example"),)


def test_several_filters_of_our_server_are_believed_above_the_route() -> None:
    raw = _mail(
        "Authentication-Results: mx.example.jp; dmarc=pass header.from=shop.example",
        "Authentication-Results: mx.example.jp; dkim=pass header.d=shop.example",
        "Received: from mail.shop.example by mx.example.jp",
        "Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=forged.example",
    )

    checks = read(raw).checks_by(OURS)

    assert [(check.method, check.result) for check in checks] == [("dmarc", "pass"), ("dkim", "pass")]


@pytest.mark.parametrize(
    "value",
    ["", ";", "mx.example.jp", "mx.example.jp; none", "mx.example.jp; spf", "(((((", '"', "mx.example.jp; =pass", "\\"],
)
def test_what_says_nothing_is_no_result(value: str) -> None:
    assert read(_mail(f"Authentication-Results: {value}")).checks_by(OURS) == ()


@pytest.mark.parametrize("noise", ["(" * 400_000, '"' * 400_000, "a=" * 200_000, "; spf=pass" * 40_000])
def test_hostile_lengths_are_bounded(noise: str) -> None:
    checks = read(_mail(f"Authentication-Results: mx.example.jp; {noise}")).checks_by(OURS)

    assert len(checks) <= 20
