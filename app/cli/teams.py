from collections import defaultdict
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries, service
from app.accounts.forms import TeamForm
from app.accounts.models import Agent
from app.channels.queries import get_channel
from app.cli.agents import agent_of
from app.cli.desk import in_unit
from app.cli.failures import CommandFailed
from app.cli.inputs import fill
from app.core.errors import NotFound

app = typer.Typer(help="Teams: who sees which channels.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--name")]
Channels = Annotated[list[int] | None, typer.Option("--channel", help="A channel's id; may be repeated.")]
Members = Annotated[list[str] | None, typer.Option("--member", help="An agent's e-mail; may be repeated.")]


@app.command()
def create(
    name: Name,
    channel: Channels = None,
    member: Members = None,
) -> None:
    """Make a team and print its id. Its channels are seen by its members and by admins alone.

    Example: madoguchi team create --name 返品窓口 --channel 2 --member hanako@example.jp
    """
    form = fill(TeamForm, name=name)

    async def work(session: AsyncSession) -> int:
        members = await _members(session, member)
        return (await service.create_team(session, form, members=members, channel_ids=await _ids(session, channel))).id

    typer.echo(in_unit(work))


@app.command()
def add(
    name: Name,
    channel: Channels = None,
    member: Members = None,
) -> None:
    """Put more channels and members into a team.

    Example: madoguchi team add --name 返品窓口 --member taro@example.jp
    """

    async def work(session: AsyncSession) -> None:
        team = await queries.find_team_by_name(session, name)
        if team is None:
            raise CommandFailed(f"there is no team of the name {name}")
        members = await _members(session, member)
        await service.extend_team(session, team, members=members, channel_ids=await _ids(session, channel))

    in_unit(work)


@app.command("list")
def list_() -> None:
    """Print each team on a line: id, name, ids of its channels, e-mail addresses of its members.

    Example: madoguchi team list
    """
    for line in in_unit(_lines):
        typer.echo(line)


async def _lines(session: AsyncSession) -> list[str]:
    members: defaultdict[int, list[str]] = defaultdict(list)
    for team_id, email in await queries.list_members(session):
        members[team_id].append(email)
    channels: defaultdict[int, list[str]] = defaultdict(list)
    for team_id, channel_id in await queries.list_owned_channels(session):
        channels[team_id].append(str(channel_id))
    return [
        "\t".join([str(team.id), team.name, ",".join(channels[team.id]), ",".join(members[team.id])])
        for team in await queries.list_teams(session)
    ]


async def _members(session: AsyncSession, emails: list[str] | None) -> list[Agent]:
    return [await agent_of(session, email) for email in emails or []]


async def _ids(session: AsyncSession, channel_ids: list[int] | None) -> list[int]:
    for channel_id in channel_ids or []:
        try:
            await get_channel(session, channel_id)
        except NotFound as error:
            raise CommandFailed(f"there is no channel {channel_id}") from error
    return channel_ids or []
