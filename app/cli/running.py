import json
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path
from urllib.parse import urlsplit

import typer

from app.channels.models import CHAT
from app.channels.queries import list_channels
from app.cli.database import migrate_to_newest
from app.cli.demo import demo
from app.cli.desk import at_desk, configure
from app.cli.failures import CommandFailed, say
from app.cli.serving import Host, Port, address_of, listen_at, serve
from app.cli.simulating import Wanted, serve_line
from app.core.desk import Desk
from app.core.settings import PREFIX, Settings
from app.core.trials import simulator_file

SIMULATOR_DISTANCE = 100
"""Its port is the desk's and so many more."""
END_SECONDS = 5
ADDRESSES = ("line_api_url", "line_data_api_url")


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Make the database, fill it with the demo where it is empty, and serve: all that `make run` does.

    Beside the desk runs a stand-in of LINE, for the demo's LINE channel, at a port that is 100 higher.

    Example: madoguchi run --port 8000
    """
    settings = configure()
    migrate_to_newest(settings)
    demo(if_empty=True)
    for key in at_desk(_chats):
        typer.echo(f"Be a visitor of a website's chat at {address_of(host, port)}/chat/{key}/try")
    with simulated_line(settings, host, port):
        serve(host=host, port=port)


async def _chats(desk: Desk) -> list[str]:
    """The keys of those that are not paused."""
    async with desk.database.reading() as session:
        return [each.key for each in await list_channels(session) if each.kind == CHAT and not each.is_paused]


@contextmanager
def simulated_line(settings: Settings, host: str, port: int) -> Iterator[None]:
    """While it is open; without it where the demo has left nothing for it, or somebody said where LINE is."""
    file = simulator_file(settings.data_dir)
    beside = None if ADDRESSES[0] in settings.model_fields_set or not file.exists() else _beside(file, host, port)
    if beside is None:
        yield
        return
    for name in ADDRESSES:
        os.environ[f"{PREFIX}{name.upper()}"] = beside.address
    process = _start(beside)
    typer.echo(f"Be a LINE user of the demo at {beside.address}")
    try:
        yield
    finally:
        process.terminate()
        process.join(END_SECONDS)


@dataclass(frozen=True, slots=True)
class Beside:
    """The simulator's place, and where it sends to."""

    listening: socket.socket
    address: str
    webhook: str


def _beside(file: Path, host: str, port: int) -> Beside | None:
    """None, and a line that says why, where it cannot be started; the desk goes on without it."""
    try:
        webhook = _webhook(file, host, port)
        listening = listen_at(host, port + SIMULATOR_DISTANCE if port else 0)
    except (CommandFailed, OSError, OverflowError, ValueError, KeyError) as error:
        say(f"The LINE simulator is not started: {error}")
        return None
    return Beside(listening, address_of(host, listening.getsockname()[1]), webhook)


def _start(beside: Beside) -> SpawnProcess:
    wanted = Wanted(webhook=beside.webhook, is_announced=False)
    target = partial(serve_line, wanted, beside.listening, beside.address)
    process = multiprocessing.get_context("spawn").Process(target=target, daemon=True)
    process.start()
    beside.listening.close()
    return process


def _webhook(file: Path, host: str, port: int) -> str:
    """Where the desk is now, which may be another port than the one of the first start."""
    known = str(json.loads(file.read_text(encoding="utf-8"))["webhook_url"])
    return address_of(host, port) + urlsplit(known).path if port else known
