"""`madoguchi reports …`"""

import typer

from app.cli.desk import at_desk
from app.cli.progress import Progress, Quiet
from app.core.desk import Desk
from app.tallies.service import rebuild as rebuild_tallies
from app.trends.reading import rebuild as rebuild_trends

app = typer.Typer(help="The reports.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """The reports."""


@app.command()
def rebuild(quiet: Quiet = False) -> None:
    """Count all days anew from what happened, and all terms from what was written, while the desk goes on.

    Its reports stay right meanwhile.

    Example: madoguchi reports rebuild
    """

    progress = Progress("reports", is_quiet=quiet)

    async def work(desk: Desk) -> int:
        await rebuild_trends(desk.database, progress.of("tickets"))
        return await rebuild_tallies(desk.database, desk.settings.zone, progress.of("days"))

    with progress:
        count = at_desk(work)
    typer.echo(f"{count} days")
