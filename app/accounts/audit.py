"""The audit log has one verb: `note` (G4). The database itself refuses to change or delete a line."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.core.database import Database

_address: ContextVar[str] = ContextVar("address", default="")


def come_from(address: str) -> None:
    """Where everything that is noted from here on in this task was asked from."""
    _address.set(address)


def note(
    session: AsyncSession,
    kind: AuditKind,
    *,
    by: Agent | int | None,
    subject: str = "",
    subject_id: int | None = None,
    **details: Any,
) -> None:
    """A line, in the unit of work of the act. `by` may be an agent's id; it is None for a command on the server.

    `details` are ids, keys, numbers, words searched for and values of settings: never a secret, never a message.
    """
    session.add(_line(kind, by=by, subject=subject, subject_id=subject_id, details=details))


def note_setting(
    session: AsyncSession, subject: str, subject_id: int | None, *, by: Agent | None, **changes: tuple[Any, Any]
) -> None:
    """What went from which value to which; nothing at all where nothing changed."""
    changed = {name: list(pair) for name, pair in changes.items() if pair[0] != pair[1]}
    if changed:
        note(session, AuditKind.SETTINGS, by=by, subject=subject, subject_id=subject_id, changes=changed)


def rewriting(before: str, after: str) -> dict[str, tuple[Any, Any]]:
    """For `note_setting`: that a text is another now, by its length where that tells, and never by its words."""
    if before == after:
        return {}
    return {"length": (len(before), len(after))} if len(before) != len(after) else {"is_rewritten": (False, True)}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """For `note_setting`: each name with both values."""
    return {name: (before.get(name), after.get(name)) for name in {**before, **after}}


async def note_apart(
    database: Database, kind: AuditKind, *, by: Agent, subject: str = "", subject_id: int | None = None, **details: Any
) -> None:
    """In a unit of work of its own, for acts that only read."""
    async with database.transaction() as session:
        note(session, kind, by=by, subject=subject, subject_id=subject_id, **details)


def _line(
    kind: AuditKind, *, by: Agent | int | None, subject: str, subject_id: int | None, details: Mapping[str, Any]
) -> AuditLine:
    return AuditLine(
        kind=kind,
        agent_id=by.id if isinstance(by, Agent) else by,
        subject=subject,
        subject_id=subject_id,
        address=_address.get(),
        details=dict(details),
    )
