"""What commands are told: checked forms, and passwords that never stand on a command line."""

import sys
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from app.cli.failures import refuse, say
from app.core.i18n import use_locale
from app.web.forms import words_by_field

FormType = TypeVar("FormType", bound=BaseModel)

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]
SecretStdin = Annotated[
    bool,
    typer.Option("--secret-stdin", help="Read channel secret and access token, one a line, from standard input."),
]
GOOD_LENGTH = 12


def fill(form: type[FormType], **values: object) -> FormType:
    """The form, or the end with the status of bad usage and the first thing that is wrong."""
    use_locale("en")
    try:
        return form.model_validate(values)
    except ValidationError as error:
        field, words = next(iter(words_by_field(error).items()))
        refuse(f"--{field.replace('_', '-')}: {words}")


def read_lines() -> list[str]:
    """What another program writes to us, line by line."""
    return sys.stdin.read().splitlines()


def ask_for_password() -> list[str]:
    """One, at a terminal."""
    return [str(typer.prompt("Password", hide_input=True, err=True))] if sys.stdin.isatty() else []


def read_password(*, from_stdin: bool) -> str:
    """From standard input, or asked twice at a terminal."""
    if from_stdin:
        password = next(iter(read_lines()), "")
    elif sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        refuse("there is nobody to ask for a password: give it with --password-stdin")
    if not password:
        refuse("the password is empty")
    if len(password) < GOOD_LENGTH:
        say(f"This password is short; {GOOD_LENGTH} characters or more are better.")
    return password


def read_secrets(*, from_stdin: bool) -> tuple[str, str]:
    """Channel secret and access token of a LINE account: from standard input, or asked at a terminal."""
    if from_stdin:
        lines = [line.strip() for line in read_lines()]
    elif sys.stdin.isatty():
        asked = ("Channel secret", "Channel access token")
        lines = [str(typer.prompt(what, hide_input=True, err=True)).strip() for what in asked]
    else:
        refuse("there is nobody to ask: give the channel secret and the access token with --secret-stdin")
    secret, token, *_ = [*lines, "", ""]
    if not secret or not token:
        refuse("two lines are wanted on standard input: the channel secret and the access token")
    return secret, token
