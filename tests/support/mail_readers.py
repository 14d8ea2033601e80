"""Readers of mail that share nothing with ours: Perl's Email::MIME, Ruby's mail, and nkf."""

import email
import email.policy
import json
import subprocess
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from quopri import decodestring

from tests.support.missing import give_up, require_program

SCRIPTS = Path(__file__).parent / "readers"


@dataclass(frozen=True, slots=True)
class Found:
    """People are those of From, To and Cc in this order, as (name, address)."""

    subject: str
    people: list[tuple[str, str]]
    text: str
    names: list[str]


def read_with_perl(paths: Sequence[Path]) -> list[Found]:
    program = require_program("perl", package="perl")
    _require([program, "-MEmail::MIME", "-e", "1"], package="libemail-mime-perl")
    return [_found(line) for line in _run([program, SCRIPTS / "read.pl", *paths]).splitlines()]


def read_with_ruby(paths: Sequence[Path]) -> list[Found]:
    program = require_program("ruby", package="ruby")
    _require([program, "-rmail", "-e", "1"], package="ruby-mail")
    return [_found(line) for line in _run([program, SCRIPTS / "read.rb", *paths]).splitlines()]


def read_with_nkf(paths: Sequence[Path]) -> list[Found]:
    """It knows no parts: these are cut for it, and the names of files are the old form that Outlook reads."""
    program = require_program("nkf", package="nkf")
    return [_read_with_nkf(program, path.read_bytes()) for path in paths]


def _read_with_nkf(program: Path, raw: bytes) -> Found:
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    people = getaddresses([mail[name] for name in ("From", "To", "Cc") if mail[name]])
    names = [_old_name(part) for part in parts if part.get_content_disposition()]
    words = [mail["Subject"], *(name for name, _ in people), *names]
    subject, *others = _decoded(program, words)
    return Found(
        subject=subject,
        people=[(name, address) for name, (_, address) in zip(others, people, strict=False)],
        text=_run([program, "-w", "-m0", "-x"], _body(parts[0])).replace("\r\n", "\n"),
        names=others[len(people) :],
    )


def _old_name(part: Message) -> str:
    name = part.get_param("name")
    assert isinstance(name, str)
    return name


def _decoded(program: Path, words: Iterable[str]) -> list[str]:
    lines = "\n".join(" ".join(text.split("\r\n ")) for text in words)
    return _run([program, "-w", "-m", "-x"], lines.encode()).split("\n")


def _body(part: Message) -> bytes:
    data = str(part.get_payload()).encode()
    encoding = part["Content-Transfer-Encoding"]
    if encoding == "base64":
        return b64decode(data)
    return decodestring(data) if encoding == "quoted-printable" else data


def _found(line: str) -> Found:
    read = json.loads(line)
    people = [(one["name"], one["address"]) for one in read["people"]]
    return Found(read["subject"], people, read["text"].replace("\r\n", "\n"), read["names"])


def _require(command: Sequence[Path | str], *, package: str) -> None:
    if subprocess.run(command, capture_output=True).returncode:
        give_up(f"Debian's package {package} is missing: install it, or run `make test` as root")


def _run(command: Sequence[Path | str], data: bytes = b"") -> str:
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout.decode()
