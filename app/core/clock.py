from datetime import UTC, datetime


def now() -> datetime:
    """The wall clock, aware UTC. Leases do not use it: they have `core.leases`."""
    return datetime.now(UTC)
