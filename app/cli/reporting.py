"""`madoguchi reports …`"""

import sys
from typing import Annotated

import typer

from app.cli.desk import at_desk
from app.core.desk import Desk
from app.tallies.service import rebuild as rebuild_tallies

app = typer.Typer(help="The reports.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """The reports."""


@app.command()
def rebuild(
    quiet: Annotated[bool, typer.Option("--quiet", help="Without progress.")] = False,
) -> None:
    """Count all days anew from what happened, while the desk goes on; its reports stay right meanwhile.

    Example: madoguchi reports rebuild
    """

    async def work(desk: Desk) -> int:
        return await rebuild_tallies(desk.database, desk.settings.zone, _keep_quiet if quiet else _tell)

    typer.echo(f"{at_desk(work)} days")


def _tell(done: int, of: int) -> None:
    end = "\n" if done >= of else ""
    sys.stderr.write(f"\rreports: {done} of {of} days{end}")


def _keep_quiet(done: int, of: int) -> None:
    """Nothing is said."""
