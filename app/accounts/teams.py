"""What an admin decides about a team: who is in it, what it sees, how it works."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, queries, service, team_queries
from app.accounts.errors import NameTaken, TeamHasChannels
from app.accounts.forms import TeamForm, TeamSettingsForm
from app.accounts.models import Agent, Team
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import RIGHTS

SUBJECT = "teams"


async def create(session: AsyncSession, form: TeamSettingsForm, *, by: Agent) -> Team:
    """Raises NameTaken."""
    team = await service.create_team(session, TeamForm(name=form.name), by=by)
    await change(session, team, form, by=by)
    return team


async def change(session: AsyncSession, team: Team, form: TeamSettingsForm, *, by: Agent) -> None:
    """Raises NameTaken. Who sees what changes at once, on open pages too."""
    namesake = await queries.find_team_by_name(session, form.name)
    if namesake is not None and namesake.id != team.id:
        raise NameTaken
    before = await _state(session, team)
    team.name, team.shares_by_turn = form.name, form.shares_by_turn
    team.is_category_required = form.is_category_required
    await team_queries.replace_members(session, team.id, form.member_ids)
    await team_queries.replace_channels(session, team.id, form.channel_ids)
    audit.note_setting(session, SUBJECT, team.id, by=by, **audit.differences(before, await _state(session, team)))
    wake_at_commit(session, RIGHTS)


async def archive(session: AsyncSession, team: Team, *, by: Agent) -> None:
    """Raises TeamHasChannels: with its team gone, a mailbox would be seen by nobody, or by everybody unasked."""
    if await team_queries.list_channel_ids(session, team.id):
        raise TeamHasChannels
    audit.note_setting(session, SUBJECT, team.id, by=by, is_archived=(team.archived_at is not None, True))
    team.archived_at = team.archived_at or now()


async def restore(session: AsyncSession, team: Team, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, team.id, by=by, is_archived=(team.archived_at is not None, False))
    team.archived_at = None


async def _state(session: AsyncSession, team: Team) -> dict[str, object]:
    return {
        "name": team.name,
        "member_ids": list(await team_queries.list_member_ids(session, team.id)),
        "channel_ids": list(await team_queries.list_channel_ids(session, team.id)),
        "is_category_required": team.is_category_required,
        "shares_by_turn": team.shares_by_turn,
    }
