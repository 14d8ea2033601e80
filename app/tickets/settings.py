"""What the settings of statuses, categories, labels and fields have in common: names, order, archiving."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.core.clock import now
from app.core.errors import Invalid
from app.core.folding import fold
from app.core.i18n import mark
from app.tickets import settings_queries
from app.tickets.settings_forms import OrderForm
from app.tickets.settings_queries import Row


class NameTaken(Invalid):
    def __init__(self, *, is_archived: bool = False) -> None:
        there = mark("There is already one of this name.")
        archived = mark("There is an archived one of this name. Restore it, or choose another name.")
        super().__init__("name", archived if is_archived else there)


def require_free(name: str, others: Iterable[Any], *, but: int | None = None) -> None:
    """Raises NameTaken. Width, case and the two kana are no difference."""
    for other in others:
        if other.id != but and fold(other.name) == fold(name):
            raise NameTaken(is_archived=other.archived_at is not None)


def next_position(rows: Sequence[Any]) -> int:
    return max((row.position for row in rows), default=-1) + 1


async def reorder(session: AsyncSession, table: type[Row], form: OrderForm, *, by: Agent) -> None:
    """Those that are named change places among themselves; all others stay where they are."""
    rows = {row.id: row for row in await settings_queries.hold_all(session, table)}
    moved = [rows[each] for each in form.order if each in rows]
    before = sorted(moved, key=lambda row: (row.position, row.name, row.id))
    places = _places(before)
    for row, place in zip(moved, places, strict=True):
        row.position = place
    order = ([row.id for row in before], [row.id for row in moved])
    audit.note_setting(session, table.__tablename__, None, by=by, order=order)


def _places(rows: Sequence[Any]) -> list[int]:
    """The places that these rows have, made distinct where two had the same."""
    places: list[int] = []
    for row in rows:
        places.append(max(row.position, places[-1] + 1) if places else row.position)
    return places


def archive(session: AsyncSession, row: Row, *, by: Agent) -> None:
    """Nothing is given it any more; what has it keeps it."""
    audit.note_setting(session, row.__tablename__, row.id, by=by, is_archived=(row.archived_at is not None, True))
    row.archived_at = row.archived_at or now()


def restore(session: AsyncSession, row: Row, *, by: Agent) -> None:
    audit.note_setting(session, row.__tablename__, row.id, by=by, is_archived=(row.archived_at is not None, False))
    row.archived_at = None


def change(session: AsyncSession, row: Row, *, by: Agent, **values: Any) -> None:
    """Sets columns, and says from what to what."""
    changes = {name: (getattr(row, name), value) for name, value in values.items()}
    audit.note_setting(session, row.__tablename__, row.id, by=by, **changes)
    for name, value in values.items():
        setattr(row, name, value)


async def make(session: AsyncSession, row: Row, *, by: Agent, told: Collection[str]) -> Row:
    """`told` are the columns that the audit log is told of."""
    session.add(row)
    await session.flush()
    changes = {name: (None, getattr(row, name)) for name in told}
    audit.note_setting(session, row.__tablename__, row.id, by=by, **changes)
    return row
