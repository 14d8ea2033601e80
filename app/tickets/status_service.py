"""Statuses of the desk's own inside the three phases. A phase never changes, and none is ever deleted (MODEL 9)."""

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.errors import Conflict
from app.core.i18n import mark
from app.tickets import settings
from app.tickets.assignment import team_by_id
from app.tickets.models import Phase, Status
from app.tickets.settings_forms import BuiltInStatusForm, NewStatusForm, StatusForm
from app.tickets.settings_queries import hold_all

KEY_BYTES = 6


class BuiltIn(Conflict):
    code = "built_in"
    message = mark("This status is built in: it can be renamed, but not archived.")


def is_built_in(status: Status) -> bool:
    return status.key in set(Phase)


async def create(session: AsyncSession, form: NewStatusForm, *, by: Agent) -> Status:
    """Raises NameTaken, Unknown."""
    statuses = await hold_all(session, Status)
    settings.require_free(form.name, statuses)
    await team_by_id(session, form.team_id)
    status = Status(
        key=f"own_{secrets.token_hex(KEY_BYTES)}",
        phase=form.phase,
        name=form.name,
        team_id=form.team_id,
        needs_reason=form.needs_reason,
        position=settings.next_position(statuses),
    )
    return await settings.make(session, status, by=by, told=("name", "phase", "team_id", "needs_reason"))


async def change(session: AsyncSession, status: Status, form: StatusForm, *, by: Agent) -> None:
    settings.require_free(form.name, await hold_all(session, Status), but=status.id)
    await team_by_id(session, form.team_id)
    settings.change(session, status, by=by, **form.model_dump())


async def rename_built_in(session: AsyncSession, status: Status, form: BuiltInStatusForm, *, by: Agent) -> None:
    if form.name:
        settings.require_free(form.name, await hold_all(session, Status), but=status.id)
    settings.change(session, status, by=by, name=form.name)


def archive(session: AsyncSession, status: Status, *, by: Agent) -> None:
    """Raises BuiltIn."""
    if is_built_in(status):
        raise BuiltIn
    settings.archive(session, status, by=by)
