"""Rows of selected columns: no entities, no identity map, types told by what reads them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyUnion: TypeAlias = CompoundSelect[*tuple[Any, ...]]


async def fetch(
    session: AsyncSession, statement: AnySelect | AnyUnion, values: Mapping[str, Any] | None = None
) -> Sequence[AnyRow]:
    """Past the session's machinery for entities, which costs as much as a short statement itself."""
    connection = await session.connection()
    return (await connection.execute(statement, values)).all()
