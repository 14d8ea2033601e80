import asyncio
from collections.abc import AsyncIterator

import typer

from app.channels import queries
from app.channels.kinds import WITH_PAGES
from app.channels.models import API, Channel
from app.channels.registry import has_connector
from app.cli.channels import try_out
from app.cli.desk import configure, open_desk
from app.cli.failures import CommandFailed, in_one_line
from app.core.desk import Desk
from app.core.installation import find_sending_paused_at
from app.monitoring.checks import CHECKS, Check

NOT_TRIED = WITH_PAGES | {API}
"""Of those that no connector speaks: whatever else has none has lost it."""


def check() -> None:
    """Try every setting, the database, the blob store and each channel: one line each.

    Example: madoguchi check
    """
    settings = configure()
    typer.echo("ok    settings")
    if not asyncio.run(_check_all(open_desk(settings))):
        raise typer.Exit(1)


async def _check_all(desk: Desk) -> bool:
    is_fine = True
    try:
        async for name, one in _checks(desk):
            is_fine = await _passes(name, one, desk) and is_fine
    finally:
        await desk.database.dispose()
    return is_fine


async def _checks(desk: Desk) -> AsyncIterator[tuple[str, Check]]:
    for name, one in CHECKS:
        yield name, one
    yield "sending", _check_sending
    for channel in await _channels(desk):
        yield f"channel {channel.id} {channel.name}", _try(channel)


async def _passes(name: str, one: Check, desk: Desk) -> bool:
    try:
        words = await one(desk)
    except Exception as error:
        typer.echo(f"FAIL  {name}: {in_one_line(error)}")
        return False
    typer.echo(f"ok    {name}: {words}" if words else f"ok    {name}")
    return True


async def _check_sending(desk: Desk) -> str:
    async with desk.database.reading() as session:
        paused_at = await find_sending_paused_at(session)
    if paused_at is not None:
        raise CommandFailed(f"paused since {paused_at:%Y-%m-%d %H:%M} UTC, after a restore: resume it at /admin/system")
    return ""


async def _channels(desk: Desk) -> list[Channel]:
    async with desk.database.reading() as session:
        ids = [
            each.id
            for each in await queries.list_channels(session)
            if has_connector(each.kind) or each.kind not in NOT_TRIED
        ]
        return [await queries.get_channel(session, channel_id) for channel_id in ids]


def _try(channel: Channel) -> Check:
    async def try_channel(desk: Desk) -> str:
        return "paused" if channel.is_paused else await try_out(desk, channel)

    return try_channel
