"""Tabs of one's own: made, changed, put in order, removed and brought back (B3)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import Viewer
from app.channels import queries as channel_queries
from app.core.clock import now
from app.core.errors import Forbidden, NotFound
from app.core.rows import row_id
from app.live.signals import signal_desk
from app.tabs import queries
from app.tabs.errors import TeamNeeded, TooManyTabs
from app.tabs.forms import Conditions, Scope, TabForm
from app.tabs.models import Tab
from app.tickets import queries as ticket_queries
from app.tickets.errors import Unknown

MAX_TABS = 50
"""Of one agent, and of all that are shared: each is counted while somebody looks."""


def key_of(tab_id: int) -> str:
    return f"t{tab_id}"


def id_of(key: str) -> int:
    """Raises NotFound for what no tab of one's own is called."""
    tab_id = row_id(key[1:]) if key.startswith("t") else None
    if tab_id is None:
        raise NotFound(tab=key)
    return tab_id


def is_seen(owner_id: int | None, team_id: int | None, viewer: Viewer) -> bool:
    """Admins have the tabs of all teams."""
    if owner_id is not None:
        return owner_id == viewer.agent.id
    return team_id is None or team_id in viewer.team_ids or viewer.sees_all


def may_change(owner_id: int | None, viewer: Viewer) -> bool:
    """One's own everybody; what a team or everyone has, leads and admins."""
    return owner_id == viewer.agent.id or (owner_id is None and viewer.agent.role.leads)


async def get(session: AsyncSession, key: str, *, viewer: Viewer) -> Tab:
    tab = await queries.get_tab(session, id_of(key))
    if not is_seen(tab.owner_id, tab.team_id, viewer):
        raise NotFound(tab=key)
    return tab


async def create(session: AsyncSession, form: TabForm, *, viewer: Viewer) -> Tab:
    await _require_sense(session, form, {}, viewer)
    tab = Tab(name=form.name, conditions=form.stored, created_by_id=viewer.agent.id)
    await _give(session, tab, form, viewer)
    await _require_room(session, tab)
    session.add(tab)
    await session.flush()
    await signal_desk(session)
    return tab


async def change(session: AsyncSession, tab: Tab, form: TabForm, *, viewer: Viewer) -> None:
    """What was not changed is kept, even where it names something that can no longer be chosen."""
    _require_right(tab, viewer)
    await _require_sense(session, form, tab.conditions, viewer)
    await _give(session, tab, form, viewer)
    tab.name, tab.conditions = form.name, form.stored
    await signal_desk(session)


async def archive(session: AsyncSession, tab: Tab, *, viewer: Viewer) -> None:
    _require_right(tab, viewer)
    tab.archived_at = tab.archived_at or now()
    await signal_desk(session)


async def restore(session: AsyncSession, tab: Tab, *, viewer: Viewer) -> None:
    _require_right(tab, viewer)
    tab.archived_at = None
    await signal_desk(session)


async def put_in_order(session: AsyncSession, keys: Sequence[str], *, viewer: Viewer) -> None:
    """One's own order of the tabs that one has; what else is named is left out."""
    rows = await queries.list_tabs(session, viewer.agent.id)
    seen = {row.id for row in rows if is_seen(row.owner_id, row.team_id, viewer)}
    wanted = dict.fromkeys(map(id_of, keys))
    await queries.put_places(session, viewer.agent.id, [each for each in wanted if each in seen])
    await signal_desk(session)


def _require_right(tab: Tab, viewer: Viewer) -> None:
    if not may_change(tab.owner_id, viewer):
        raise Forbidden(role=viewer.agent.role)


async def _require_room(session: AsyncSession, tab: Tab) -> None:
    if await queries.count_tabs(session, owner_id=tab.owner_id) >= MAX_TABS:
        raise TooManyTabs(MAX_TABS)


async def _give(session: AsyncSession, tab: Tab, form: TabForm, viewer: Viewer) -> None:
    """Whose it is from now on."""
    if form.scope is not Scope.MINE and not viewer.agent.role.leads:
        raise Forbidden(role=viewer.agent.role)
    if form.scope is Scope.TEAM and form.team_id is None:
        raise TeamNeeded
    if form.scope is Scope.TEAM and form.team_id != tab.team_id:
        await _require_own_team(session, form.team_id or 0, viewer)
    tab.owner_id = viewer.agent.id if form.scope is Scope.MINE else None
    tab.team_id = form.team_id if form.scope is Scope.TEAM else None


async def _require_own_team(session: AsyncSession, team_id: int, viewer: Viewer) -> None:
    team = await account_queries.find_team(session, team_id)
    is_theirs = viewer.sees_all or team_id in viewer.team_ids
    if team is None or team.archived_at is not None or not is_theirs:
        raise Unknown("team_id")


async def _require_sense(session: AsyncSession, form: Conditions, before: dict[str, Any], viewer: Viewer) -> None:
    """Raises Unknown at the field that names what the viewer cannot choose."""
    for name, value in form.stored.items():
        if name in CHECKS and before.get(name) != value and not await CHECKS[name](session, value, viewer):
            raise Unknown(name)


async def _knows_status(session: AsyncSession, key: Any, viewer: Viewer) -> bool:
    return await queries.has_status(session, key)


async def _knows_assignee(session: AsyncSession, agent: Any, viewer: Viewer) -> bool:
    return isinstance(agent, str) or await account_queries.find_active_agent(session, agent) is not None


async def _knows_team(session: AsyncSession, team_id: Any, viewer: Viewer) -> bool:
    team = await account_queries.find_team(session, team_id)
    return team is not None and team.archived_at is None


async def _knows_channel(session: AsyncSession, channel_id: Any, viewer: Viewer) -> bool:
    return any(channel.id == channel_id for channel in await channel_queries.list_visible(session, viewer))


async def _knows_category(session: AsyncSession, category_id: Any, viewer: Viewer) -> bool:
    return await ticket_queries.find_category(session, category_id) is not None


async def _knows_label(session: AsyncSession, label_id: Any, viewer: Viewer) -> bool:
    return await queries.has_label(session, label_id)


CHECKS = {
    "status": _knows_status,
    "assignee": _knows_assignee,
    "team": _knows_team,
    "channel": _knows_channel,
    "category": _knows_category,
    "label": _knows_label,
}
