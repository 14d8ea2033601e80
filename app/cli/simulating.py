"""`simulate line`: a stand-in of LINE's platform, for trials without an account there."""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.desk import configure
from app.cli.failures import CommandFailed
from app.cli.inputs import SecretStdin, read_secrets
from app.cli.serving import Host, Port, address_of, listen_at
from app.core.trials import simulator_file

if TYPE_CHECKING:
    from simulators.line.platform import Credentials

app = typer.Typer(help="Stand-ins of providers, for trials on this machine.", no_args_is_help=True)

SIMULATOR_PORT = 8100


@app.callback()
def simulate() -> None:
    """Stand-ins of providers, for trials on this machine."""


@app.command()
def line(
    host: Host = "127.0.0.1",
    port: Port = SIMULATOR_PORT,
    webhook: Annotated[str, typer.Option(help="Where the desk takes LINE's webhooks.")] = "",
    secret_stdin: SecretStdin = False,
    ledger: Annotated[Path | None, typer.Option(help="Append each accepted message to this file, as JSON.")] = None,
) -> None:
    """Stand in for LINE's platform, and serve a page on which one plays a LINE user. Ctrl-C ends it.

    Without --secret-stdin it takes what the demo left in the data folder; without that any access token is good.
    The last line of the output is the address of the page.

    Example: printf 'SECRET\\nTOKEN\\n' | madoguchi simulate line --secret-stdin
    --webhook http://127.0.0.1:8000/hooks/line/KEY
    """
    wanted = Wanted(webhook, secret_stdin, ledger)
    credentials = _credentials(wanted)
    listening = listen_at(host, port)
    _serve(credentials, wanted, listening, address_of(host, listening.getsockname()[1]))


@dataclass(frozen=True, slots=True)
class Wanted:
    """As it was typed."""

    webhook: str = ""
    has_secret_at_stdin: bool = False
    ledger: Path | None = None
    is_announced: bool = True


def serve_line(wanted: Wanted, listening: socket.socket, address: str) -> None:
    """In this process, until it is told to end."""
    _serve(_credentials(wanted), wanted, listening, address)


def _serve(credentials: "Credentials", wanted: Wanted, listening: socket.socket, address: str) -> None:
    from simulators.line import server  # noqa: PLC0415  # a program of its own, which the desk never needs
    from simulators.line.platform import Platform  # noqa: PLC0415

    has_secret = bool(credentials.channel_secret)
    platform = Platform(credentials, ledger_file=wanted.ledger)
    if not has_secret:
        typer.echo(f"channel secret: {platform.credentials.channel_secret} (any access token is taken)")
    said = f"The LINE simulator is at {address}"
    server.serve(platform, listening, lambda: typer.echo(said) if wanted.is_announced else None)


def _credentials(wanted: Wanted) -> "Credentials":
    """Raises CommandFailed where the file cannot be read."""
    from simulators.line.platform import Credentials  # noqa: PLC0415

    file = simulator_file(configure().data_dir)
    given = Credentials()
    if wanted.has_secret_at_stdin:
        given.channel_secret, given.access_token = read_secrets(from_stdin=True)
    elif file.exists():
        given = _read(file)
    given.webhook_url = wanted.webhook or given.webhook_url
    return given


def _read(file: Path) -> "Credentials":
    from simulators.line.platform import read_credentials  # noqa: PLC0415

    try:
        return read_credentials(file)
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{file} cannot be read: {error}") from error
