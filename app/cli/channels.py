from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Literal

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries, service
from app.channels.forms import EmailForm
from app.channels.models import API, PHONE, Channel
from app.cli.desk import at_desk, in_unit
from app.cli.failures import CommandFailed
from app.cli.inputs import PasswordStdin, ask_for_password, fill, read_lines
from app.core.desk import Desk
from app.core.errors import NotFound
from app.live.signals import signal_desk
from connectors.contracts import ConnectionProblem, FolderState
from connectors.talks import AccountState

app = typer.Typer(help="Configured ways in and out.", no_args_is_help=True)

Security = Literal["none", "starttls", "tls"]
ChannelId = Annotated[int, typer.Argument(metavar="ID", help="As `madoguchi channel list` prints it.")]


@app.command()
def create_email(
    name: Annotated[str, typer.Option(help="As agents see it.")],
    address: Annotated[str, typer.Option(help="Where customers write to, and answers come from.")],
    imap_host: Annotated[str, typer.Option()],
    imap_user: Annotated[str, typer.Option()],
    smtp_host: Annotated[str, typer.Option()],
    imap_port: Annotated[int, typer.Option()] = 993,
    imap_security: Annotated[Security, typer.Option()] = "tls",
    smtp_port: Annotated[int, typer.Option()] = 587,
    smtp_security: Annotated[Security, typer.Option()] = "starttls",
    smtp_user: Annotated[str, typer.Option(help="Empty: SMTP without sign-in.")] = "",
    folder: Annotated[str, typer.Option(help="What is fetched.")] = "INBOX",
    from_now: Annotated[bool, typer.Option("--from-now", help="Leave what lies in the folder on the server.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make a mailbox and print its id. A second line on standard input is the password of SMTP, if it is another.

    Example: echo 'PASSWORD' | madoguchi channel create-email --name サポート --address support@example.jp
    --imap-host imap.example.jp --imap-user support --smtp-host smtp.example.jp --smtp-user support --password-stdin
    """
    form = fill(
        EmailForm,
        name=name,
        address=address,
        imap_host=imap_host,
        imap_port=imap_port,
        imap_security=imap_security,
        imap_user=imap_user,
        smtp_host=smtp_host,
        smtp_port=smtp_port,
        smtp_security=smtp_security,
        smtp_user=smtp_user,
        folder=folder,
        begins_now=from_now,
        **_passwords(from_stdin=password_stdin),
    )
    typer.echo(at_desk(partial(_create, form)))


@app.command("list")
def list_() -> None:
    """Print each channel on a line: id, kind, name, address, key, and whether it is paused.

    Example: madoguchi channel list
    """

    async def work(session: AsyncSession) -> list[str]:
        return [_line(channel) for channel in await queries.list_channels(session)]

    for line in in_unit(work):
        typer.echo(line)


@app.command()
def check(channel_id: ChannelId) -> None:
    """Try a channel's connections for real, and say what is wrong.

    Example: madoguchi channel check 2
    """

    async def work(desk: Desk) -> str:
        async with desk.database.reading() as session:
            channel = await channel_of(session, channel_id)
        return await try_out(desk, channel)

    typer.echo(at_desk(work))


@app.command()
def pause(channel_id: ChannelId) -> None:
    """Fetch and send nothing on a channel until it is resumed; what is to be sent waits.

    Example: madoguchi channel pause 2
    """
    _change(channel_id, service.pause)


@app.command()
def resume(channel_id: ChannelId) -> None:
    """Fetch and send on a channel again.

    Example: madoguchi channel resume 2
    """
    _change(channel_id, service.resume)


async def _create(form: EmailForm, desk: Desk) -> int:
    async with desk.database.transaction() as session:
        return (await service.create_email(session, form, desk.box)).id


async def channel_of(session: AsyncSession, channel_id: int) -> Channel:
    try:
        return await queries.get_channel(session, channel_id)
    except NotFound as error:
        raise CommandFailed(f"there is no channel {channel_id}") from error


async def try_out(desk: Desk, channel: Channel) -> str:
    """What the server says of the folder or the account, in a line. Raises CommandFailed with one."""
    if channel.kind in (API, PHONE):
        return "there is nothing to try: what comes here is written down, not fetched"
    try:
        state = await service.check(channel, desk.box)
    except ConnectionProblem as problem:
        raise CommandFailed(service.in_words(problem)) from problem
    return _in_words(state)


def _change(channel_id: int, verb: Callable[[AsyncSession, Channel], Awaitable[None]]) -> None:
    async def work(session: AsyncSession) -> None:
        await verb(session, await channel_of(session, channel_id))
        await signal_desk(session)

    in_unit(work)


def _passwords(*, from_stdin: bool) -> dict[str, str]:
    """None at all where there is nobody to ask: some servers want none."""
    lines = read_lines() if from_stdin else ask_for_password()
    return dict(zip(("imap_password", "smtp_password"), lines, strict=False))


def _line(channel: Channel) -> str:
    state = "paused" if channel.is_paused else ""
    return "\t".join([str(channel.id), channel.kind, channel.name, channel.address, channel.key, state]).rstrip()


def _in_words(state: FolderState | AccountState) -> str:
    if isinstance(state, AccountState):
        return f"{state.name} {state.address}".strip()
    return f"{state.on_server} messages on the server"
