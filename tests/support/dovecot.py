"""A real, private Dovecot: random ports on 127.0.0.1, one directory, mail in Maildirs that tests write to."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from tests.support.certificates import Certificate, make_certificate
from tests.support.maildir import Maildir
from tests.support.missing import require_program
from tests.support.network import LOOPBACK, PATIENCE_SECONDS, find_free_ports, is_listening, wait_until

PASSWORD = 'secret "words" 7\\8'
TEMPLATE = Path(__file__).with_name("dovecot.conf")
START_SECONDS = 120


@dataclass(slots=True)
class Dovecot:
    """Every user name is known and has the one password; the first login makes its mailbox."""

    port: int
    tls_port: int
    provider_port: int
    """Where it asks whose an access token is: a test that signs in by consent serves it (tests/support/provider.py)."""
    directory: Path
    certificate: Certificate
    host: str = LOOPBACK
    password: str = PASSWORD
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def create(cls) -> "Dovecot":
        directory = Path(tempfile.mkdtemp(prefix="madoguchi-dovecot-"))
        directory.chmod(0o755)
        port, tls_port, provider_port = find_free_ports(3)
        server = cls(port, tls_port, provider_port, directory, make_certificate(directory))
        server._write_configuration()
        server.start()
        return server

    @property
    def ca_file(self) -> Path:
        return self.certificate.ca_file

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    def new_user(self, name: str = "user") -> str:
        user = f"{name}-{next(self.numbers)}@example.jp"
        self.maildir(user).create()
        return user

    def maildir(self, user: str, folder: str = "INBOX") -> Maildir:
        return Maildir.of_folder(self.directory / "mail" / user, folder, owner=_mail_user())

    def deliver(self, raw: bytes, *, user: str, folder: str = "INBOX", at: datetime | None = None) -> None:
        """`at` becomes the INTERNALDATE."""
        self.maildir(user, folder).deliver(raw, at=at)

    def reset_uidvalidity(self, *, user: str, folder: str = "INBOX") -> None:
        """Another UIDVALIDITY, and the same mails numbered from 1 again. Close connections to it first."""
        self.maildir(user, folder).reset_uidvalidity()

    def flags(self, uid: int, *, user: str, folder: str = "INBOX") -> set[str]:
        with self.connect(user) as client:
            client.select(_quoted(folder), readonly=True)
            _, answer = client.uid("FETCH", str(uid), "(FLAGS)")
            return {flag.decode() for flag in imaplib.ParseFlags(answer[0])}

    def uids(self, *, user: str, folder: str = "INBOX") -> list[int]:
        with self.connect(user) as client:
            client.select(_quoted(folder), readonly=True)
            _, answer = client.uid("SEARCH", "ALL")
            return [int(uid) for uid in answer[0].split()]

    def connect(self, user: str) -> imaplib.IMAP4:
        """A second client, signed in, for a test that plays another mail program."""
        client = imaplib.IMAP4(self.host, self.port, timeout=PATIENCE_SECONDS)
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{self.password}".encode())
        return client

    def start(self) -> None:
        """On the same ports as before."""
        program = require_program("dovecot", package="dovecot-imapd")
        with (self.directory / "errors").open("wb") as errors:
            self.process = subprocess.Popen(
                [program, "-F", "-c", self.directory / "dovecot.conf"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        wait_until(self._is_up, what=f"Dovecot's start on port {self.port}", seconds=START_SECONDS)

    def stop(self) -> None:
        """Every connection is closed by the server, as when a provider restarts."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(START_SECONDS)
        with suppress(ProcessLookupError):  # children that still serve a connection
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None
        wait_until(lambda: not is_listening(self.port), what=f"the end of Dovecot on port {self.port}")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.directory)

    def _is_up(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"Dovecot did not start: {(self.directory / 'errors').read_text()}{self.log}")
        return is_listening(self.port) and is_listening(self.tls_port)

    def _write_configuration(self) -> None:
        mail = self.directory / "mail"
        mail.mkdir()
        shutil.chown(mail, _mail_user())
        (self.directory / "log").touch()
        text = TEMPLATE.read_text().format(
            directory=self.directory,
            port=self.port,
            tls_port=self.tls_port,
            password=b64encode(self.password.encode()).decode(),
            mail_user=_mail_user(),
            mail_group=_mail_group(),
            internal_user=_internal_user("dovecot"),
            login_user=_internal_user("dovenull"),
        )
        (self.directory / "dovecot.conf").write_text(text)
        (self.directory / "oauth2.conf").write_text(
            f"tokeninfo_url = http://{self.host}:{self.provider_port}/tokeninfo?access_token=\n"
            "introspection_mode = auth\nusername_attribute = email\ntimeout_msecs = 60000\n"
        )


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One user of a `Dovecot`, for one test."""

    server: Dovecot
    user: str

    @property
    def host(self) -> str:
        return self.server.host

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def tls_port(self) -> int:
        return self.server.tls_port

    @property
    def ca_file(self) -> Path:
        return self.server.ca_file

    @property
    def password(self) -> str:
        return self.server.password

    def deliver(self, raw: bytes, *, folder: str = "INBOX", at: datetime | None = None) -> None:
        self.server.deliver(raw, user=self.user, folder=folder, at=at)

    def flags(self, uid: int, *, folder: str = "INBOX") -> set[str]:
        return self.server.flags(uid, user=self.user, folder=folder)

    def uids(self, *, folder: str = "INBOX") -> list[int]:
        return self.server.uids(user=self.user, folder=folder)

    def maildir(self, *, folder: str = "INBOX") -> Maildir:
        return self.server.maildir(self.user, folder)

    def reset_uidvalidity(self, *, folder: str = "INBOX") -> None:
        self.server.reset_uidvalidity(user=self.user, folder=folder)


def _quoted(folder: str) -> str:
    return f'"{folder}"'


def _mail_user() -> str:
    """Dovecot never opens mail as root."""
    return "nobody" if os.geteuid() == 0 else _own_name()


def _mail_group() -> str:
    return grp.getgrgid(pwd.getpwnam(_mail_user()).pw_gid).gr_name


def _internal_user(name: str) -> str:
    return name if os.geteuid() == 0 else _own_name()


def _own_name() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name
