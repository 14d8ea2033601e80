from typing import Annotated

import typer

from app.cli.channels import channel_of
from app.cli.desk import at_desk
from app.cli.progress import Progress, Quiet
from app.core.desk import Desk
from app.ingest import rereading
from app.ingest.rereading import Count

Channel = Annotated[int | None, typer.Option("--channel", metavar="ID", help="Of this mailbox alone.")]


def reparse(channel: Channel = None, quiet: Quiet = False) -> None:
    """Read all stored mails again, while the desk goes on; on which ticket each is stays as it is.

    Example: madoguchi reparse --channel 2
    """
    progress = Progress("reparse", is_quiet=quiet)

    async def work(desk: Desk) -> Count:
        if channel is not None:
            async with desk.database.reading() as session:
                await channel_of(session, channel)
        return await rereading.reread_all(desk.database, desk.blobs, channel_id=channel, tell=progress.of("mails"))

    with progress:
        count = at_desk(work)
    typer.echo(f"{count.read} mails, {count.changed} of them changed")
