"""What a test needs from the machine: absent means skipped, except in CI, where it means failed."""

import os
from pathlib import Path
from shutil import which
from typing import NoReturn

import pytest

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def require_program(name: str, *, package: str) -> Path:
    """The full path of a program of the machine's, `/usr/sbin` included."""
    found = which(name) or which(name, path=SYSTEM_PATH)
    if found is None:
        give_up(f"{name} is missing: install Debian's package {package}, or run `make test` as root")
    return Path(found)


def give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
