"""`madoguchi import …`"""

from pathlib import Path
from typing import Annotated

import typer

from app.channels.models import EMAIL
from app.cli.channels import channel_of
from app.cli.desk import at_desk
from app.cli.failures import CommandFailed
from app.cli.progress import Progress, Quiet
from app.core.desk import Desk
from app.imports import mbox
from app.imports.mbox import Count

app = typer.Typer(help="Mail from elsewhere.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
Channel = Annotated[int, typer.Option("--channel", metavar="ID", help="The mailbox it belongs to.")]


@app.callback()
def take_in() -> None:
    """Mail from elsewhere."""


@app.command("mbox")
def take_in_mbox(file: File, channel: Channel, quiet: Quiet = False) -> None:
    """Take in the mails of FILE as finished history: nobody is told, and nothing is answered. Again does nothing twice.

    Example: madoguchi import mbox archive-2025.mbox --channel 1
    """
    progress = Progress("import", is_quiet=quiet)

    async def work(desk: Desk) -> Count:
        async with desk.database.reading() as session:
            if (await channel_of(session, channel)).kind != EMAIL:
                raise CommandFailed(f"channel {channel} is no mailbox")
        return await mbox.take_in(desk, channel, file, progress)

    try:
        with progress:
            count = at_desk(work)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror or error}") from error
    typer.echo(f"{count.read} mails, {count.new} of them new")
