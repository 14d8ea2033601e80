from functools import partial
from typing import Annotated

import typer

from app.cli.desk import at_desk
from app.cli.inputs import fill
from app.core.desk import Desk
from app.webforms.forms import WebForm
from app.webforms.service import create_form as make_form
from app.webforms.service import only_mailbox

PAGE_PATH = "/forms/{key}"


def create_form(
    name: Annotated[str, typer.Option(help="As agents see it.")],
    title_ja: Annotated[str, typer.Option(help="What customers read on top in Japanese.")] = "お問い合わせ",
    title_en: Annotated[str, typer.Option(help="The same in English.")] = "Contact us",
    site: Annotated[list[str] | None, typer.Option(help="A site that may show it in its pages, as an origin.")] = None,
) -> None:
    """Make a web form; print the path of its page and, last, its key.

    It asks for name, address and the inquiry itself; further fields, words and the mailbox that answers are set in the
    settings. Where there is exactly one mailbox, that one answers.

    Example: madoguchi channel create-form --name サイト --site https://www.example.jp
    """
    form = fill(WebForm, name=name, title_ja=title_ja, title_en=title_en, sites=site or [])
    key = at_desk(partial(_create, form))
    typer.echo(PAGE_PATH.format(key=key))
    typer.echo(key)


async def _create(form: WebForm, desk: Desk) -> str:
    async with desk.database.transaction() as session:
        answered_by = form.model_copy(update={"mail_channel_id": await only_mailbox(session)})
        return (await make_form(session, answered_by)).key
