"""Who is told of deadlines: whose ticket it is; of nobody's, its team; and after a while the leads (D3)."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import team_queries
from app.accounts.models import Role
from app.notices import queries
from app.notices.asked import Told
from app.notices.models import NoticeKind
from app.notices.queries import Concerned
from app.tickets.history_models import EventKind, TicketEvent


async def _warned(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return dict.fromkeys(await _responsible(session, event, concerned), NoticeKind.DEADLINE_WARNED)


async def _missed(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return dict.fromkeys(await _responsible(session, event, concerned), NoticeKind.DEADLINE_MISSED)


async def _raised(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return dict.fromkeys(await _leads(session, event, concerned), NoticeKind.DEADLINE_RAISED)


async def _responsible(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> list[int]:
    """Of nobody's ticket the members of its team; of no team's the leads."""
    if concerned.assignee_id is not None:
        return [concerned.assignee_id]
    return await _members(session, event) or await _leads(session, event, concerned)


async def _leads(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> list[int]:
    """Of the ticket's team; where it has none, all who see the ticket; where nobody leads, the admins."""
    seeing = await queries.list_seeing(session, concerned.audience_id)
    leads = [each.id for each in seeing if each.role is Role.LEAD]
    members = await _members(session, event)
    own = [each for each in leads if each in members]
    return own or leads or [each.id for each in seeing if each.role is Role.ADMIN]


async def _members(session: AsyncSession, event: TicketEvent) -> list[int]:
    team_id = event.changes.get("team_id")
    return list(await team_queries.list_member_ids(session, team_id)) if team_id is not None else []


ADDRESSEES: Mapping[EventKind, Callable[[AsyncSession, TicketEvent, Concerned], Awaitable[Told]]] = {
    EventKind.DEADLINE_WARNED: _warned,
    EventKind.DEADLINE_MISSED: _missed,
    EventKind.DEADLINE_RAISED: _raised,
}
