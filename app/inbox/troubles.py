"""What everybody has to know about the desk itself, above its pages."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.installation import find_sending_paused_at
from app.core.room import Room

SENDING_PAUSED = "sending-paused"
DISK_FULL = "disk-full"


async def read_troubles(session: AsyncSession, room: Room) -> list[str]:
    troubles = [DISK_FULL] if room.is_short else []
    if await find_sending_paused_at(session) is not None:
        troubles.append(SENDING_PAUSED)
    return troubles
