"""What a letter is written about and by whom, as far as its merge fields ask."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.rows import AnyRow
from app.letters import queries
from app.letters.fields import NUMBER, OWN_SIGNATURE, Addressee, values_of
from app.tickets.models import Ticket

NOBODY = 0
"""No agent has this id."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A new mail has no number yet, and perhaps no customer whom we know."""

    agent: Agent
    channel_id: int
    channel_name: str
    channel_address: str
    team_id: int | None = None
    team_name: str = ""
    """Where it is known already."""
    customer_id: int | None = None
    number: int | None = None
    subject: str = ""
    name: str = ""
    """As the recipient is called in the mail, where that is all we know of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The scene with all that was looked up; `customer` is their record."""

    channel_id: int
    team_id: int | None
    values: dict[str, str]
    customer: AnyRow | None = None


def scene_of(ticket: Ticket, agent: Agent) -> Scene:
    """Of a ticket that was loaded with its channel."""
    return Scene(
        agent=agent,
        channel_id=ticket.home_channel.id,
        channel_name=ticket.home_channel.name,
        channel_address=ticket.home_channel.address,
        team_id=ticket.team_id,
        customer_id=ticket.customer_id,
        number=ticket.number,
        subject=ticket.subject,
    )


def scene_at(channel: Channel, agent: Agent, *, customer_id: int | None = None, name: str = "") -> Scene:
    """Of a new mail that nobody has sent yet."""
    return Scene(agent, channel.id, channel.name, channel.address, customer_id=customer_id, name=name)


async def look_up(session: AsyncSession, scene: Scene) -> Setting:
    team_id, team_name = await _team(session, scene)
    customer = await queries.find_addressee(session, scene.customer_id) if scene.customer_id else None
    others = {
        NUMBER: str(scene.number or ""),
        "ticket.subject": scene.subject.strip(),
        "agent.name": scene.agent.name,
        OWN_SIGNATURE: scene.agent.signature.strip(),
        "team.name": team_name,
        **await _mailbox(session, scene),
    }
    return Setting(scene.channel_id, team_id, values_of(_addressee(scene.name, customer), others), customer)


async def values_without_writer(
    session: AsyncSession, ticket: Ticket, channel: Channel, *, name: str
) -> dict[str, str]:
    """Of what the desk writes by itself; `name` is what the recipient calls themselves."""
    customer = await queries.find_addressee(session, ticket.customer_id)
    team = await queries.find_team(session, ticket.team_id, agent_id=NOBODY, channel_id=channel.id)
    others = {
        NUMBER: str(ticket.number),
        "ticket.subject": ticket.subject.strip(),
        "team.name": team.name if team else "",
        "mailbox.name": channel.name,
        "mailbox.address": channel.address,
    }
    return values_of(_addressee(name, customer), others)


async def _mailbox(session: AsyncSession, scene: Scene) -> dict[str, str]:
    """What the answer leaves by: a channel without an address may have a mailbox that answers for it."""
    name, address = scene.channel_name, scene.channel_address
    if not address:
        channel = await channel_queries.get_channel(session, scene.channel_id)
        mailbox = await channel_queries.find_mailbox_of(session, channel)
        name, address = (mailbox.name, mailbox.address) if mailbox else (name, address)
    return {"mailbox.name": name, "mailbox.address": address}


async def _team(session: AsyncSession, scene: Scene) -> tuple[int | None, str]:
    if scene.team_id is not None and scene.team_name:
        return scene.team_id, scene.team_name
    team = await queries.find_team(session, scene.team_id, agent_id=scene.agent.id, channel_id=scene.channel_id)
    return (team.id, team.name) if team else (None, "")


def _addressee(name: str, customer: AnyRow | None) -> Addressee:
    """Somebody known by their address alone has no name."""
    if customer is None:
        return Addressee(name)
    known = "" if customer.is_address else customer.name
    return Addressee(known or name, customer.company, customer.department, customer.honorific)
