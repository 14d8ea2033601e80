from functools import partial
from typing import Annotated

import typer

from app.channels.chat_forms import FRESH, ChatForm
from app.channels.chat_service import create_chat as make_chat
from app.channels.chats import script_tag, trial_url
from app.channels.models import Channel
from app.cli.desk import at_desk
from app.cli.inputs import fill
from app.core.desk import Desk

Origins = Annotated[
    list[str] | None,
    typer.Option("--origin", help="A site that may show it, as https://www.example.jp; any number. None: every site."),
]


def create_chat(name: Annotated[str, typer.Option(help="As agents see it.")], origin: Origins = None) -> None:
    """Make a website's chat; print the script tag for the site, the page to try it on, and, last, its key.

    Example: madoguchi channel create-chat --name サイトのチャット --origin https://www.example.jp
    """
    form = fill(ChatForm, **{**FRESH, "name": name, "origins": origin or []})
    channel = at_desk(partial(_create, form))
    typer.echo(script_tag(channel))
    typer.echo(trial_url(channel))
    typer.echo(channel.key)


async def _create(form: ChatForm, desk: Desk) -> Channel:
    async with desk.database.transaction() as session:
        return await make_chat(session, form, desk.box)
