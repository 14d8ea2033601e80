import pytest

from connectors.contracts import ConnectionProblem
from connectors.email import folders
from connectors.email.check import check, check_imap, check_smtp
from connectors.email.settings import Security
from tests.connectors.email.samples import build_settings
from tests.connectors.email.scripted_server import Peer, serve
from tests.connectors.email.test_receiver import settings_of
from tests.support.dovecot import Mailbox
from tests.support.network import find_free_ports
from tests.support.smtp import RecordingSmtpServer


async def problem_of(settings: object, *, of_smtp: bool = False) -> tuple[str, str]:
    with pytest.raises(ConnectionProblem) as caught:
        await (check_smtp if of_smtp else check_imap)(settings)  # type: ignore[arg-type]
    return caught.value.field, caught.value.code


async def test_right_settings_give_the_state_of_the_folder(mailbox: Mailbox, smtp_server: RecordingSmtpServer) -> None:
    state = await check(settings_of(mailbox, smtp_port=smtp_server.port))

    assert state.on_server == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"imap_host": "no-such-host.invalid"}, ("imap_host", "unknown_host")),
        ({"imap_host": "a" * 70 + ".jp"}, ("imap_host", "unknown_host")),
        ({"imap_password": "wrong"}, ("imap_user", "sign_in")),
        ({"imap_security": Security.TLS}, ("imap_security", "no_tls")),
        ({"folder": "Nowhere"}, ("imap_folder", "no_folder")),
    ],
)
async def test_the_wrong_imap_setting_is_named(
    mailbox: Mailbox, changes: dict[str, object], problem: tuple[str, str]
) -> None:
    assert await problem_of(settings_of(mailbox, **changes)) == problem


async def test_a_plain_connection_to_a_tls_port_is_noticed_soon(mailbox: Mailbox) -> None:
    for security in (Security.NONE, Security.STARTTLS):
        settings = settings_of(mailbox, imap_port=mailbox.tls_port, imap_security=security)

        assert await problem_of(settings) == ("imap_security", "tls")


async def test_a_certificate_that_nobody_vouches_for_is_refused(mailbox: Mailbox) -> None:
    settings = settings_of(mailbox, imap_port=mailbox.tls_port, imap_security=Security.TLS, ca_file=None)

    assert await problem_of(settings) == ("imap_security", "tls")


async def test_a_missing_folder_is_told_with_those_that_are_there(mailbox: Mailbox) -> None:
    with mailbox.server.connect(mailbox.user) as client:
        client.create(folders.quoted(folders.encode("問い合わせ")).decode())

    with pytest.raises(ConnectionProblem) as caught:
        await check_imap(settings_of(mailbox, folder="Nowhere"))

    assert "問い合わせ" in caught.value.detail


async def test_a_port_where_nothing_listens_is_named() -> None:
    (port,) = find_free_ports(1)
    settings = build_settings(imap_port=port, smtp_port=port)

    assert await problem_of(settings) == ("imap_port", "refused")
    assert await problem_of(settings, of_smtp=True) == ("smtp_port", "refused")


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def say_nothing(peer: Peer) -> None:
        await peer.silence()

    async with serve(say_nothing) as port:
        for security in (Security.NONE, Security.TLS):
            settings = build_settings(
                imap_port=port, imap_security=security, smtp_port=port, smtp_security=security, timeout=0.3
            )

            assert await problem_of(settings) == ("imap_port", "timeout")
            assert await problem_of(settings, of_smtp=True) == ("smtp_port", "timeout")


async def test_a_server_that_is_full_is_heard() -> None:
    async def turn_away(peer: Peer) -> None:
        await peer.say("* BYE too many connections")

    async with serve(turn_away) as port:
        with pytest.raises(ConnectionProblem, match="too many connections"):
            await check_imap(build_settings(imap_port=port))


async def test_the_wrong_smtp_setting_is_named(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.require_login("support", "right")
    user = {"smtp_port": smtp_server.port, "smtp_user": "support"}
    tls = {"smtp_port": smtp_server.tls_port, "ca_file": str(smtp_server.ca_file)}

    assert await problem_of(build_settings(**user, smtp_password="wrong"), of_smtp=True) == ("smtp_user", "sign_in")
    assert await problem_of(build_settings(**tls), of_smtp=True) == ("smtp_security", "tls")
    assert await problem_of(build_settings(smtp_port=smtp_server.port, smtp_security=Security.TLS), of_smtp=True) == (
        "smtp_security",
        "no_tls",
    )


async def test_a_server_without_starttls_is_told_apart(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.offers_starttls = False
    settings = build_settings(smtp_port=smtp_server.port, smtp_security=Security.STARTTLS)

    assert await problem_of(settings, of_smtp=True) == ("smtp_security", "no_tls")


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", b"INBOX"),
        ("受信箱", b"&U9dP4Xux-"),
        ("a & b", b"a &- b"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ],
)
def test_folder_names_are_modified_utf_7(name: str, encoded: bytes) -> None:
    assert folders.encode(name) == encoded
    assert folders.decode(encoded) == name
