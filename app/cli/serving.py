"""`serve` and `worker`: what runs until it is told to end, and then leaves nothing running."""

import asyncio
import signal
import socket
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer
import uvicorn

from app import worker
from app.cli.desk import check_database, configure, open_desk
from app.cli.failures import CommandFailed
from app.cli.server import DeskServer
from app.cli.supervisor import supervise
from app.core.desk import Desk
from app.core.memory import settle
from app.core.settings import Settings
from app.main import create_app

BACKLOG = 2048
DRAIN_SECONDS = 1
"""How long requests may go on when the server is told to end."""
EVERYWHERE = ("0.0.0.0", "::", "")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Host = Annotated[str, typer.Option(help="0.0.0.0 for every network.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 for any free one.")]


@dataclass(frozen=True, slots=True)
class Service:
    """One serving process, as a spawned one gets to know it."""

    listening: socket.socket
    address: str
    has_background: bool
    announces: bool


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
    background: Annotated[bool, typer.Option(help="Fetch, send and clean up in the same process.")] = True,
) -> None:
    """Serve the desk, and fetch and send mail beside it unless told not to. Ctrl-C ends it.

    Example: madoguchi serve --host 0.0.0.0 --port 8000
    """
    settings = configure()
    asyncio.run(_check(settings))
    listening = listen_at(host, port)
    address = address_of(host, listening.getsockname()[1])
    services = [
        Service(listening, address, has_background=background and number == 0, announces=number == 0)
        for number in range(workers)
    ]
    if workers == 1:
        run_service(services[0])
    else:
        supervise([partial(run_service, service) for service in services])


def work() -> None:
    """Fetch, digest, send and clean up, without serving pages. Any number of these may run. Ctrl-C ends it.

    Example: madoguchi worker
    """
    settings = configure()
    asyncio.run(_check(settings))
    settle()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_work(open_desk(settings)))


def run_service(service: Service) -> None:
    """In this process, until it is told to end."""
    settings = _with_address(configure(), service.address)
    desk = open_desk(settings)
    background = partial(worker.run, desk) if service.has_background else None
    app = create_app(desk.database, settings, box=desk.box, blobs=desk.blobs, background=background)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    said = f"Madoguchi is at {service.address}" if service.announces else ""
    server = DeskServer(config, said=said, when_stopping=app.state.stopping.set)
    settle()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[service.listening]))


async def _work(desk: Desk) -> None:
    me = asyncio.current_task()
    assert me is not None
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, me.cancel)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.database.listen())
            group.create_task(worker.run(desk))
    except asyncio.CancelledError:
        return
    finally:
        await desk.database.dispose()


async def _check(settings: Settings) -> None:
    """Before anything is started: one line says what is wrong."""
    desk = open_desk(settings)
    try:
        await check_database(desk)
    finally:
        await desk.database.dispose()


def listen_at(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise CommandFailed(f"cannot listen at {host} port {port}: {error.strerror}") from error


def address_of(host: str, port: int) -> str:
    reachable = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _with_address(settings: Settings, address: str) -> Settings:
    """Unless somebody said under which address people know the desk, it is where it listens."""
    if "base_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"base_url": address})


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    return uvicorn.Config("").get_loop_factory()  # type: ignore[return-value]
