"""Every failure is one line on standard error and exit status 1; bad usage is 2, as Typer has it."""

import sys
from typing import Any, Never

import typer
from typer.core import TyperGroup

from app.backup.errors import BackupError
from app.core.errors import AppError, Invalid
from app.core.i18n import gettext
from app.core.installation import SchemaOutdated
from app.core.settings import SettingsError

USAGE = 2


class CommandFailed(Exception):
    """What cannot be done, in one line."""


class OneLineGroup(TyperGroup):
    """Nobody who types a command is shown a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, typer.Exit | typer.Abort) or hasattr(error, "exit_code"):
                raise
            say(f"madoguchi: {in_one_line(error)}")
            raise typer.Exit(1) from None


def refuse(line: str) -> Never:
    """End with the status of bad usage."""
    say(f"madoguchi: {line}")
    raise typer.Exit(USAGE)


def say(line: str) -> None:
    """To the person; standard output is for programs."""
    sys.stderr.write(f"{line}\n")


def in_one_line(error: Exception) -> str:
    if isinstance(error, Invalid):
        return f"{error.field}: {gettext(error.reason, **error.params)}"
    if isinstance(error, AppError):
        return gettext(error.message, **error.params)
    words = " ".join(str(error).split("\n", 1)[0].split())
    if isinstance(error, SettingsError | SchemaOutdated | BackupError | CommandFailed):
        return words
    return f"{words} ({type(error).__name__})" if words else type(error).__name__
