"""The `madoguchi` command: one module per noun."""

import typer

from app.cli import agents, channels, checks, database, documents, serving, teams, tokens
from app.cli.failures import OneLineGroup

app = typer.Typer(
    name="madoguchi",
    cls=OneLineGroup,
    help="Madoguchi, a self-hosted inbox for support teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serving.serve)
app.command("worker")(serving.work)
app.command("migrate")(database.migrate)
app.add_typer(agents.app, name="agent")
app.add_typer(teams.app, name="team")
app.add_typer(channels.app, name="channel")
app.add_typer(tokens.app, name="token")
app.command("check")(checks.check)
app.command("openapi")(documents.openapi)
