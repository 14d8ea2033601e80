"""`madoguchi reports …`"""

import sys
from typing import Annotated

import typer

from app.cli.desk import at_desk
from app.core.desk import Desk
from app.tallies.service import rebuild as rebuild_tallies
from app.trends.reading import rebuild as rebuild_trends

app = typer.Typer(help="The reports.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """The reports."""


@app.command()
def rebuild(
    quiet: Annotated[bool, typer.Option("--quiet", help="Without progress.")] = False,
) -> None:
    """Count all days anew from what happened, and all terms from what was written, while the desk goes on.

    Its reports stay right meanwhile.

    Example: madoguchi reports rebuild
    """

    async def work(desk: Desk) -> int:
        await rebuild_trends(desk.database, desk.settings.zone, _keep_quiet if quiet else _tell_tickets)
        return await rebuild_tallies(desk.database, desk.settings.zone, _keep_quiet if quiet else _tell_days)

    typer.echo(f"{at_desk(work)} days")


def _tell_days(done: int, of: int) -> None:
    _tell(done, of, "days")


def _tell_tickets(done: int, of: int) -> None:
    _tell(done, of, "tickets")


def _tell(done: int, of: int, what: str) -> None:
    end = "\n" if done >= of else ""
    sys.stderr.write(f"\rreports: {done} of {of} {what}{end}")


def _keep_quiet(done: int, of: int) -> None:
    """Nothing is said."""
