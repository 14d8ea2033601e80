from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service
from app.accounts.models import Scope
from app.cli.agents import agent_of
from app.cli.desk import in_unit

app = typer.Typer(help="Tokens for programs that use the API.", no_args_is_help=True)


@app.callback()
def tokens() -> None:
    """Tokens for programs that use the API."""


@app.command()
def create(
    agent: Annotated[str, typer.Option("--agent", metavar="EMAIL", help="Whom the program acts as.")],
    scope: Annotated[list[Scope] | None, typer.Option("--scope", help="May be repeated; none means all.")] = None,
) -> None:
    """Make an API token and print it. It is shown this once and stored nowhere.

    Example: madoguchi token create --agent hanako@example.jp --scope read
    """

    async def work(session: AsyncSession) -> str:
        return await service.create_token(session, await agent_of(session, agent), scope or [])

    typer.echo(in_unit(work))
