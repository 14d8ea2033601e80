from functools import partial
from typing import Annotated

import typer
from pydantic import SecretStr

from app.channels.endpoints import HOOK_PATH
from app.channels.line_forms import LineForm
from app.channels.lines import create_line as make_line
from app.channels.models import LINE
from app.cli.desk import at_desk
from app.cli.inputs import SecretStdin, fill, read_secrets
from app.core.desk import Desk


def create_line(
    name: Annotated[str, typer.Option(help="As agents see it.")],
    secret_stdin: SecretStdin = False,
) -> None:
    """Make a LINE official account's channel; print the path of its webhook and, last, its key.

    LINE is to send to the desk's https address followed by that path: LINE Developers, Messaging API, Webhook URL.

    Example: printf 'SECRET\\nTOKEN\\n' | madoguchi channel create-line --name 公式LINE --secret-stdin
    """
    secret, token = read_secrets(from_stdin=secret_stdin)
    form = fill(LineForm, name=name, channel_secret=SecretStr(secret), channel_access_token=SecretStr(token))
    key = at_desk(partial(_create, form))
    typer.echo(HOOK_PATH.format(kind=LINE, key=key))
    typer.echo(key)


async def _create(form: LineForm, desk: Desk) -> str:
    async with desk.database.transaction() as session:
        return (await make_line(session, form, desk.box)).key
