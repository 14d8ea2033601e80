import asyncio
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import people, queries, service
from app.accounts.forms import AgentForm
from app.accounts.models import Agent, Role
from app.accounts.passwords import hash_password
from app.cli.desk import configure, in_unit
from app.cli.failures import CommandFailed
from app.cli.inputs import PasswordStdin, fill, read_password

app = typer.Typer(help="People who use the inbox.", no_args_is_help=True)

Email = Annotated[str, typer.Option("--email", help="What they sign in with.")]
WhoseEmail = Annotated[str, typer.Argument(metavar="EMAIL", help="The agent's e-mail address.")]
EmailAsOption = Annotated[str, typer.Option("--email", help="The same, as `agent create` takes it.")]


@app.command()
def create(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="As colleagues see it.")],
    role: Annotated[Role, typer.Option("--role")] = Role.AGENT,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make an agent and print their id.

    Example: echo 'correct horse battery' | madoguchi agent create --email hanako@example.jp --name '山田 花子'
    --role admin --password-stdin
    """
    settings = configure()
    form = fill(AgentForm, email=email, name=name, role=role)
    password_hash = asyncio.run(hash_password(read_password(from_stdin=password_stdin)))

    async def work(session: AsyncSession) -> int:
        made = await service.create_agent(session, form, password_hash=password_hash, locale=settings.locale)
        return made.id

    typer.echo(in_unit(work))


@app.command("list")
def list_() -> None:
    """Print each agent on a line: id, role, e-mail address, name, and whether they are disabled.

    Example: madoguchi agent list
    """

    async def work(session: AsyncSession) -> list[str]:
        return [_line(agent) for agent in await queries.list_agents(session)]

    for line in in_unit(work):
        typer.echo(line)


@app.command()
def set_password(address: WhoseEmail = "", email: EmailAsOption = "", password_stdin: PasswordStdin = False) -> None:
    """Give an agent another password, and end their sessions; they may sign in again at once.

    Example: echo 'correct horse battery' | madoguchi agent set-password hanako@example.jp --password-stdin
    """
    password_hash = asyncio.run(hash_password(read_password(from_stdin=password_stdin)))

    async def work(session: AsyncSession) -> None:
        await service.set_password(
            session, await agent_of(session, _one_of(address, email)), password_hash=password_hash
        )

    in_unit(work)


@app.command()
def disable(address: WhoseEmail = "", email: EmailAsOption = "") -> None:
    """Keep an agent out from now on; what they did stays.

    Example: madoguchi agent disable hanako@example.jp
    """

    async def work(session: AsyncSession) -> None:
        await people.disable(session, await agent_of(session, _one_of(address, email)), by=None)

    in_unit(work)


def _one_of(address: str, email: str) -> str:
    if bool(address) == bool(email):
        raise typer.BadParameter("name one agent by their e-mail address", param_hint="EMAIL")
    return address or email


async def agent_of(session: AsyncSession, email: str) -> Agent:
    agent = await queries.find_agent_by_email(session, service.email_key(email))
    if agent is None:
        raise CommandFailed(f"there is no agent with the e-mail address {email}")
    return agent


def _line(agent: Agent) -> str:
    state = "" if agent.is_active else "disabled"
    return "\t".join([str(agent.id), agent.role, agent.email, agent.name, state]).rstrip()
