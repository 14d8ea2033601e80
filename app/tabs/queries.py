from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, BindParameter, bindparam, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.errors import NotFound
from app.core.rows import AnyRow, fetch
from app.tabs.models import Tab, TabPlace
from app.tickets.classification_models import Label
from app.tickets.models import Status

AGENT_ID: BindParameter[int] = bindparam("agent_id", type_=BigInteger)
TABS = select(Tab.id, Tab.name, Tab.owner_id, Tab.team_id, Tab.conditions).where(Tab.archived_at.is_(None))
TABS_OF_ONE = (
    TABS.outerjoin(TabPlace, (TabPlace.tab_id == Tab.id) & (TabPlace.agent_id == AGENT_ID))
    .where(or_(Tab.owner_id.is_(None), Tab.owner_id == AGENT_ID))
    .order_by(TabPlace.position.is_(None), TabPlace.position, Tab.id)
)
TABS_OF_MANY = TABS.where(
    or_(Tab.owner_id.is_(None), Tab.owner_id.in_(bindparam("agent_ids", expanding=True)))
).order_by(Tab.id)


async def list_tabs(session: AsyncSession, agent_id: int) -> Sequence[AnyRow]:
    """One's own, every team's and everyone's, in one's own order; the new ones at the end."""
    return await fetch(session, TABS_OF_ONE, {"agent_id": agent_id})


async def list_tabs_of_many(session: AsyncSession, agent_ids: Collection[int]) -> Sequence[AnyRow]:
    return await fetch(session, TABS_OF_MANY, {"agent_ids": list(agent_ids)})


async def get_tab(session: AsyncSession, tab_id: int) -> Tab:
    """Removed ones too: they can be brought back."""
    tab = await session.get(Tab, tab_id)
    if tab is None:
        raise NotFound(tab=tab_id)
    return tab


async def count_tabs(session: AsyncSession, *, owner_id: int | None) -> int:
    """Those of one agent, or those that are shared."""
    is_meant = Tab.owner_id.is_(None) if owner_id is None else Tab.owner_id == owner_id
    statement = select(func.count()).select_from(Tab).where(Tab.archived_at.is_(None), is_meant)
    return await session.scalar(statement) or 0


async def put_places(session: AsyncSession, agent_id: int, tab_ids: Sequence[int]) -> None:
    await session.execute(delete(TabPlace).where(TabPlace.agent_id == agent_id))
    if tab_ids:
        rows = [{"agent_id": agent_id, "tab_id": each, "position": place} for place, each in enumerate(tab_ids)]
        await session.execute(insert_into(session, TabPlace), rows)


async def has_label(session: AsyncSession, label_id: int) -> bool:
    statement = select(Label.id).where(Label.id == label_id, Label.archived_at.is_(None))
    return await session.scalar(statement) is not None


async def has_status(session: AsyncSession, key: str) -> bool:
    statement = select(Status.id).where(Status.key == key, Status.archived_at.is_(None))
    return await session.scalar(statement) is not None
