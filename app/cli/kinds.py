"""Channels of the API and of kinds that installed packages bring."""

import sys
from functools import partial
from typing import Annotated, Any

import typer
from pydantic import SecretStr, ValidationError

from app.channels.described import create_channel
from app.channels.endpoints import HOOK_PATH
from app.channels.kind_forms import ChannelForm, form_of
from app.channels.kinds import FieldView, KindView, list_kinds, view_kind
from app.channels.models import API, Channel
from app.cli.desk import at_desk
from app.cli.failures import refuse
from app.cli.inputs import read_lines
from app.core.desk import Desk
from app.core.errors import Invalid
from app.core.i18n import gettext, use_locale
from app.live.signals import signal_desk
from app.web.forms import words_by_field

Name = Annotated[str, typer.Option(help="As agents see it.")]
KindArgument = Annotated[str, typer.Argument(metavar="KIND", help="As `madoguchi channel kinds` prints it.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting of the kind; any number of them.")
]
SecretsStdin = Annotated[
    bool,
    typer.Option("--secret-stdin", help="Read the kind's secrets from standard input, one a line, in their order."),
]
YES = ("true", "yes", "on", "1")


def create_api(name: Name, mail_channel: Annotated[int | None, typer.Option(metavar="ID")] = None) -> None:
    """Make a channel by which programs hand in inquiries; print its id and, last, its key.

    With --mail-channel customers who left a mail address are answered by that mailbox.

    Example: madoguchi channel create-api --name 予約システム --mail-channel 2
    """
    channel = _make(API, {"name": name, "mail_channel_id": mail_channel})
    typer.echo(channel.id)
    typer.echo(channel.key)


def create(kind: KindArgument, name: Name, settings: Settings = None, secret_stdin: SecretsStdin = False) -> None:
    """Make a channel of a kind that an installed package brings; print the path of its webhook, if it has one, and,
    last, its id.

    Example: echo 'SECRET' | madoguchi channel create pager --name ポケベル --set url=https://pager.example
    --secret-stdin
    """
    use_locale("en")
    if kind not in list_kinds():
        refuse(f"there is no kind {kind}: known are {', '.join(list_kinds())}")
    view = view_kind(kind)
    values = {**_defaults(view), **_read_settings(view, settings or []), **_secrets(view, from_stdin=secret_stdin)}
    channel = _make(kind, {**values, "name": name})
    if view.has_hook:
        typer.echo(HOOK_PATH.format(kind=kind, key=channel.key))
    typer.echo(channel.id)


def list_kinds_with_settings() -> None:
    """Print the kinds that `channel create` knows, each followed by its settings.

    Example: madoguchi channel kinds
    """
    use_locale("en")
    for kind in list_kinds():
        view = view_kind(kind)
        typer.echo(f"{kind}\t{view.name}\t{view.summary}".rstrip())
        for field in view.fields:
            typer.echo(f"  {field.name}\t{_nature(field)}\t{field.label}")


def _nature(field: FieldView) -> str:
    """What its value is, and whether it is needed."""
    what = "|".join(value for value, _ in field.choices) if field.choices else field.kind
    return what if field.is_required else f"{what}, optional"


def _defaults(view: KindView) -> dict[str, Any]:
    return {field.name: field.default for field in view.fields if field.default is not None}


def _read_settings(view: KindView, settings: list[str]) -> dict[str, Any]:
    fields = {field.name: field for field in view.fields if field.kind != "secret"}
    values: dict[str, Any] = {"hold_seconds": None, **({"reopen_hours": None} if view.is_talk else {})}
    for setting in settings:
        name, is_set, value = setting.partition("=")
        if not is_set or name not in fields.keys() | values.keys():
            refuse(f"--set {name}: this kind has {', '.join([*fields, *values])}; secrets go with --secret-stdin")
        is_switch = name in fields and fields[name].kind == "switch"
        values[name] = value.lower() in YES if is_switch else value
    return {name: value for name, value in values.items() if value is not None}


def _secrets(view: KindView, *, from_stdin: bool) -> dict[str, SecretStr]:
    wanted = [field for field in view.fields if field.kind == "secret"]
    if from_stdin:
        lines = [line.strip() for line in read_lines()]
    elif sys.stdin.isatty():
        lines = [str(typer.prompt(field.label, hide_input=True, err=True, default="")) for field in wanted]
    else:
        lines = []
    return {field.name: SecretStr(line) for field, line in zip(wanted, lines, strict=False)}


def _make(kind: str, values: dict[str, Any]) -> Channel:
    """Or the end with the status of bad usage, and the first thing that is wrong."""
    use_locale("en")
    try:
        form = form_of(kind).model_validate(values)
        return at_desk(partial(_create, kind, form))
    except ValidationError as error:
        field, words = next(iter(words_by_field(error).items()))
        refuse(f"{field}: {words}")
    except Invalid as error:
        refuse(f"{error.field}: {gettext(error.reason, **error.params)}")


async def _create(kind: str, form: ChannelForm, desk: Desk) -> Channel:
    async with desk.database.transaction() as session:
        channel = await create_channel(session, kind, form, desk.box)
        await signal_desk(session)
        return channel
