"""`madoguchi search …`"""

import sys
from typing import Annotated

import typer

from app.cli.desk import at_desk
from app.core.desk import Desk
from app.search.rebuilding import rebuild as rebuild_index

app = typer.Typer(help="The search.", no_args_is_help=True)


@app.callback()
def search() -> None:
    """The search."""


@app.command()
def rebuild(
    quiet: Annotated[bool, typer.Option("--quiet", help="Without progress.")] = False,
) -> None:
    """Make the index of the search anew from the tickets, while the desk goes on; the old one serves until then.

    Example: madoguchi search rebuild
    """

    async def work(desk: Desk) -> int:
        return await rebuild_index(desk.database, _keep_quiet if quiet else _tell)

    typer.echo(f"{at_desk(work)} tickets")


def _tell(done: int, of: int) -> None:
    end = "\n" if done >= of else ""
    sys.stderr.write(f"\rsearch: {done} of {of} tickets{end}")


def _keep_quiet(done: int, of: int) -> None:
    """Nothing is said."""
