"""The commit point of whatever leaves the desk (MODEL 19)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.sending.errors import ClaimLost


@dataclass(slots=True)
class CommitMark:
    """The sender's `before_commit_point`: from then on a lost worker means uncertain.

    `hand_over` writes that down in a unit of work of its own, and says whether the claim was still held.
    """

    database: Database
    hand_over: Callable[[AsyncSession], Awaitable[bool]]
    is_set: bool = False

    async def __call__(self) -> None:
        async with self.database.transaction() as session:
            if not await self.hand_over(session):
                raise ClaimLost
        self.is_set = True
