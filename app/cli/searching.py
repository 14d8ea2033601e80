"""`madoguchi search …`"""

import typer

from app.cli.desk import at_desk
from app.cli.progress import Progress, Quiet
from app.core.desk import Desk
from app.search.rebuilding import rebuild as rebuild_index

app = typer.Typer(help="The search.", no_args_is_help=True)


@app.callback()
def search() -> None:
    """The search."""


@app.command()
def rebuild(quiet: Quiet = False) -> None:
    """Make the index of the search anew from the tickets, while the desk goes on; the old one serves until then.

    Example: madoguchi search rebuild
    """

    progress = Progress("search", is_quiet=quiet)

    async def work(desk: Desk) -> int:
        return await rebuild_index(desk.database, progress.of("tickets"))

    with progress:
        count = at_desk(work)
    typer.echo(f"{count} tickets")
