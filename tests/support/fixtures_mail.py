"""A mail server to read from and one to send through."""

from collections.abc import Iterator

import pytest

from tests.support.certificates import Certificate, make_certificate
from tests.support.dovecot import Dovecot, Mailbox
from tests.support.missing import require_program
from tests.support.smtp import RecordingSmtpServer


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Shared by all tests of a process: take `mailbox` unless the server itself is stopped and started."""
    require_program("dovecot", package="dovecot-imapd")
    server = Dovecot.create()
    yield server
    server.remove()


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    return Mailbox(dovecot, dovecot.new_user())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def smtp_server(certificate: Certificate) -> Iterator[RecordingSmtpServer]:
    server = RecordingSmtpServer(certificate)
    server.start()
    yield server
    server.stop()
