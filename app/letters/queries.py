from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Team, TeamChannel, TeamMember
from app.channels.models import Channel
from app.core.clock import now
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer, Identity
from app.letters.models import LetterFrame, LetterTemplate
from app.tickets.models import Category, Phase, Ticket

MAX_FOUND = 1_000
MAX_TOLD = 50
OWN_ADDRESS = select(Identity.id).where(Identity.customer_id == Customer.id, Identity.address == Customer.name)
ADDRESSEE = select(
    Customer.name,
    Customer.reading,
    Customer.honorific,
    Customer.company,
    Customer.department,
    OWN_ADDRESS.exists().label("is_address"),
).where(Customer.id == bindparam("customer_id"))
FRAMES_FOR = select(LetterFrame.channel_id, LetterFrame.team_id, LetterFrame.greeting, LetterFrame.signature).where(
    or_(LetterFrame.channel_id.is_(None), LetterFrame.channel_id == bindparam("channel_id")),
    or_(LetterFrame.team_id.is_(None), LetterFrame.team_id == bindparam("team_id")),
)


async def find_addressee(session: AsyncSession, customer_id: int) -> AnyRow | None:
    """`is_address` says that their name is only an address of theirs."""
    found = await fetch(session, ADDRESSEE, {"customer_id": customer_id})
    return found[0] if found else None


async def list_open_ticket_ids(session: AsyncSession, customer_id: int) -> Sequence[int]:
    """The newest ones of a customer's."""
    statement = select(Ticket.id).where(Ticket.customer_id == customer_id, Ticket.phase != Phase.DONE)
    newest = statement.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(MAX_TOLD)
    return (await session.scalars(newest)).all()


async def find_team(session: AsyncSession, team_id: int | None, *, agent_id: int, channel_id: int) -> AnyRow | None:
    """The ticket's team; else the one of the agent's that the mailbox belongs to, or their only one."""
    columns = select(Team.id, Team.name)
    if team_id is not None:
        return (await session.execute(columns.where(Team.id == team_id))).one_or_none()
    owns = select(TeamChannel.team_id).where(TeamChannel.team_id == Team.id, TeamChannel.channel_id == channel_id)
    mine = columns.add_columns(owns.exists().label("owns")).join(TeamMember, TeamMember.team_id == Team.id)
    mine = mine.where(TeamMember.agent_id == agent_id, Team.archived_at.is_(None))
    found = (await session.execute(mine.order_by(Team.id))).all()
    fitting = [team for team in found if team.owns] or (found if len(found) == 1 else [])
    return fitting[0] if fitting else None


async def list_frames_for(session: AsyncSession, *, channel_id: int, team_id: int | None) -> Sequence[AnyRow]:
    """Those that may hold there, in no order."""
    return await fetch(session, FRAMES_FOR, {"channel_id": channel_id, "team_id": team_id})


async def list_frames(session: AsyncSession) -> Sequence[AnyRow]:
    """All, with the names of mailbox and team."""
    statement = (
        select(LetterFrame, Channel.name.label("channel_name"), Team.name.label("team_name"))
        .outerjoin(Channel, Channel.id == LetterFrame.channel_id)
        .outerjoin(Team, Team.id == LetterFrame.team_id)
        .order_by(Channel.name, Team.name, LetterFrame.id)
    )
    return (await session.execute(statement)).all()


async def find_frame(session: AsyncSession, frame_id: int) -> LetterFrame | None:
    return await session.get(LetterFrame, frame_id)


async def find_frame_at(session: AsyncSession, *, channel_id: int | None, team_id: int | None) -> LetterFrame | None:
    """Of exactly this place."""
    statement = select(LetterFrame).where(
        LetterFrame.channel_id.is_not_distinct_from(channel_id), LetterFrame.team_id.is_not_distinct_from(team_id)
    )
    return await session.scalar(statement.limit(1))


async def find_template(session: AsyncSession, template_id: int) -> LetterTemplate | None:
    statement = select(LetterTemplate).where(LetterTemplate.id == template_id, LetterTemplate.archived_at.is_(None))
    return await session.scalar(statement)


async def find_archived(session: AsyncSession, template_id: int) -> LetterTemplate | None:
    statement = select(LetterTemplate).where(LetterTemplate.id == template_id, LetterTemplate.archived_at.is_not(None))
    return await session.scalar(statement)


async def list_templates(session: AsyncSession, viewer: Viewer, *, all_teams: bool = False) -> Sequence[AnyRow]:
    """One's own, those of one's teams and everyone's, with names; what is used most comes first."""
    statement = (
        select(LetterTemplate, Category.name.label("category_name"), Team.name.label("team_name"))
        .outerjoin(Category, Category.id == LetterTemplate.category_id)
        .outerjoin(Team, Team.id == LetterTemplate.team_id)
        .where(LetterTemplate.archived_at.is_(None), _is_visible(viewer, all_teams=all_teams))
    )
    ordered = statement.order_by(LetterTemplate.used_count.desc(), LetterTemplate.id)
    return (await session.execute(ordered.limit(MAX_FOUND))).all()


async def count_use(session: AsyncSession, template_id: int) -> None:
    await session.execute(
        update(LetterTemplate)
        .where(LetterTemplate.id == template_id)
        .values(used_count=LetterTemplate.used_count + 1, last_used_at=now())
    )


async def list_category_path(session: AsyncSession, category_id: int) -> list[int]:
    """Its id and those above it, from the top."""
    path = await session.scalar(select(Category.path).where(Category.id == category_id)) or ""
    return [int(each) for each in path.split("/") if each]


async def list_categories(session: AsyncSession) -> Sequence[Category]:
    statement = select(Category).where(Category.archived_at.is_(None)).order_by(Category.path, Category.position)
    return (await session.scalars(statement)).all()


def _is_visible(viewer: Viewer, *, all_teams: bool) -> ColumnElement[bool]:
    """`all_teams` is for who keeps them: leads and admins."""
    is_everyones = and_(LetterTemplate.owner_id.is_(None), LetterTemplate.team_id.is_(None))
    is_own = LetterTemplate.owner_id == viewer.agent.id
    in_team = LetterTemplate.team_id.is_not(None) if all_teams else LetterTemplate.team_id.in_(viewer.team_ids)
    return or_(is_everyones, is_own, in_team)
