"""The `madoguchi` command: one module per noun."""

import typer

from app.cli import agents, channels, teams, tokens
from app.cli.backups import backup, restore
from app.cli.checks import check
from app.cli.database import migrate
from app.cli.demo import demo
from app.cli.documents import openapi
from app.cli.failures import OneLineGroup
from app.cli.running import run
from app.cli.searching import app as search_app
from app.cli.serving import serve, work

app = typer.Typer(
    name="madoguchi",
    cls=OneLineGroup,
    help="Madoguchi, a self-hosted inbox for support teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run)
app.command("serve")(serve)
app.command("worker")(work)
app.command("migrate")(migrate)
app.command("demo")(demo)
app.add_typer(agents.app, name="agent")
app.add_typer(teams.app, name="team")
app.add_typer(channels.app, name="channel")
app.add_typer(tokens.app, name="token")
app.add_typer(search_app, name="search")
app.command("check")(check)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("openapi")(openapi)
