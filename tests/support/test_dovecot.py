"""The tests' own mail server does what the journeys take for granted."""

import imaplib
from datetime import UTC, datetime

import pytest

from tests.support.dovecot import Dovecot, Mailbox
from tests.support.maildir import encode_folder

RAW = "Subject: 見積\r\nFrom: a@example.jp\r\n\r\n本文\r\n".encode()


def test_many_mails_are_there_at_once(mailbox: Mailbox) -> None:
    for _ in range(300):
        mailbox.deliver(RAW)

    assert mailbox.uids() == list(range(1, 301))


def test_a_waiting_client_is_told(dovecot: Dovecot, mailbox: Mailbox) -> None:
    with dovecot.connect(mailbox.user) as client:
        client.select("INBOX")
        client.send(b"a IDLE\r\n")
        assert client.readline().startswith(b"+")

        mailbox.deliver(RAW)

        assert client.readline() == b"* 1 EXISTS\r\n"
        client.send(b"DONE\r\n")
        while not client.readline().startswith(b"a OK"):
            pass


def test_a_folder_has_its_name_and_its_mails_their_date(dovecot: Dovecot, mailbox: Mailbox) -> None:
    mailbox.deliver(RAW, folder="サポート & 営業", at=datetime(2020, 1, 2, tzinfo=UTC))

    with dovecot.connect(mailbox.user) as client:
        client.select(f'"{encode_folder("サポート & 営業")}"')
        _, answer = client.fetch("1", "(INTERNALDATE)")
    assert b"02-Jan-2020 00:00:00 +0000" in str(answer[0]).encode()


def test_flags_are_seen_and_numbers_begin_anew(dovecot: Dovecot, mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    with dovecot.connect(mailbox.user) as client:
        client.select("INBOX")
        _, before = client.response("UIDVALIDITY")
        client.store("1", "+FLAGS", "(\\Seen)")
    assert "\\Seen" in mailbox.flags(1)

    mailbox.reset_uidvalidity()

    with dovecot.connect(mailbox.user) as client:
        client.select("INBOX")
        assert client.response("UIDVALIDITY")[1] != before
    assert mailbox.uids() == [1]


def test_tls_is_spoken_in_both_ways_and_a_wrong_password_refused(dovecot: Dovecot, mailbox: Mailbox) -> None:
    context = dovecot.certificate.client_context()
    with imaplib.IMAP4_SSL(mailbox.host, mailbox.tls_port, ssl_context=context) as client:
        client.login(mailbox.user, mailbox.password)
    with imaplib.IMAP4(mailbox.host, mailbox.port) as client:
        client.starttls(context)
        with pytest.raises(imaplib.IMAP4.error):
            client.login(mailbox.user, "wrong")


def test_a_stopped_server_comes_back_on_its_port(dovecot: Dovecot, mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)

    dovecot.stop()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4(mailbox.host, mailbox.port)
    dovecot.start()

    assert mailbox.uids() == [1]
