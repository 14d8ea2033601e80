import secrets
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.accounts.passwords import hash_password
from app.cli.desk import at_desk
from app.cli.failures import CommandFailed
from app.cli.progress import Progress
from app.core.desk import Desk

PASSWORD_BYTES = 8


def demo(
    tickets: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many.")] = 320,
    seed: Annotated[int, typer.Option(help="The same seed makes the same stories.")] = 1,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing where something is already.")] = False,
) -> None:
    """Fill an empty database with a year of a shop's support; the last line says how to sign in.

    Example: madoguchi demo --tickets 320
    """
    at_desk(partial(_demo, tickets=tickets, seed=seed, if_empty=if_empty))


async def _demo(desk: Desk, *, tickets: int, seed: int, if_empty: bool) -> None:
    from app.demo import service  # noqa: PLC0415  # its stories take memory that the commands that serve never need
    from app.demo.cast import HEAD, email_of  # noqa: PLC0415

    if not await service.is_empty(desk):
        if if_empty:
            _repeat_sign_in(desk)
            return
        raise CommandFailed("the database is not empty: the demo fills only one without agents and tickets")
    password = secrets.token_hex(PASSWORD_BYTES)
    password_hash = await hash_password(password)
    with Progress("demo") as progress:
        await service.fill(desk, service.Order(tickets, seed, password_hash), progress.of("tickets"))
    said = f"sign in as {email_of(HEAD)} with password {password}"
    _sign_in_file(desk).touch(mode=0o600)
    _sign_in_file(desk).write_text(f"{said}\n")
    typer.echo(said)


def _sign_in_file(desk: Desk) -> Path:
    """The demo's own password, for the next start; nobody's data lies behind it."""
    return desk.settings.data_dir / "demo-sign-in.txt"


def _repeat_sign_in(desk: Desk) -> None:
    if _sign_in_file(desk).exists():
        typer.echo(_sign_in_file(desk).read_text().strip())
