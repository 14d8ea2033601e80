"""The `madoguchi` command: one module per noun."""

import typer

from app.cli import agents, channels, imports, teams, tokens
from app.cli.backups import backup, restore
from app.cli.chat import create_chat
from app.cli.checks import check
from app.cli.database import migrate
from app.cli.demo import demo
from app.cli.documents import openapi
from app.cli.failures import OneLineGroup
from app.cli.kinds import create, create_api, list_kinds_with_settings
from app.cli.line import create_line
from app.cli.reparsing import reparse
from app.cli.reporting import app as reports_app
from app.cli.running import run
from app.cli.searching import app as search_app
from app.cli.serving import serve, work
from app.cli.simulating import app as simulate_app
from app.cli.webforms import create_form

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
channels.app.command("create-line")(create_line)
channels.app.command("create-form")(create_form)
channels.app.command("create-chat")(create_chat)
channels.app.command("create-api")(create_api)
channels.app.command("create")(create)
channels.app.command("kinds")(list_kinds_with_settings)
app.add_typer(channels.app, name="channel")
app.add_typer(tokens.app, name="token")
app.add_typer(search_app, name="search")
app.add_typer(reports_app, name="reports")
app.add_typer(imports.app, name="import")
app.command("check")(check)
app.command("reparse")(reparse)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("openapi")(openapi)
app.add_typer(simulate_app, name="simulate")
