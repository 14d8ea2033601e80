"""What everybody has to know about the desk itself, above its pages."""

from app.core.room import Room

SENDING_PAUSED = "sending-paused"
DISK_FULL = "disk-full"


def troubles_of(room: Room, *, is_sending_paused: bool) -> list[str]:
    troubles = {DISK_FULL: room.is_short, SENDING_PAUSED: is_sending_paused}
    return [name for name, is_there in troubles.items() if is_there]
