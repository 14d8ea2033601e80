"""Rows of selected columns: no entities, no identity map, types told by what reads them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Row, Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from app.core.database import dialect_of

ROW_ID = re.compile("[0-9]{1,19}")
MAX_ROW_ID = 2**63 - 1

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyUnion: TypeAlias = CompoundSelect[*tuple[Any, ...]]
AnyChange: TypeAlias = ReturningInsert[*tuple[Any, ...]] | ReturningUpdate[*tuple[Any, ...]]


async def fetch(
    session: AsyncSession,
    statement: AnySelect | AnyUnion | AnyChange,
    values: Mapping[str, Any] | None = None,
    *,
    kept_rows: int = 0,
) -> Sequence[AnyRow]:
    """Past the session's machinery for entities, which costs as much as a short statement itself.

    A statement that a module holds costs least: its text is written once. `kept_rows` is for rows that are read again
    and again: as long as the database gives the same values they are the same, and made once. Entities that the session
    already holds do not hear of a change.
    """
    return await dialect_of(session).fetch(session, statement, dict(values or {}), kept_rows=kept_rows)


def row_id(text: str) -> int | None:
    """What is written in decimal digits; None for what no row can be called."""
    number = int(text) if ROW_ID.fullmatch(text) else 0
    return number if 0 < number <= MAX_ROW_ID else None
