"""When something happened, as LINE says it. Pure; never raises."""

from datetime import UTC, datetime, timedelta

from connectors.values import Json, whole_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MS = 1_300_000_000_000
"""In 2011 LINE began; what is earlier is no instant of its."""
LAST_MS = 4_102_444_800_000


def at_of(event: Json) -> datetime | None:
    """When it happened, in milliseconds of the era; None where it does not say, or nothing that can be meant."""
    stamp = whole_of(event.get("timestamp"))
    if stamp is None or not FIRST_MS <= stamp <= LAST_MS:
        return None
    return EPOCH + timedelta(milliseconds=stamp)
