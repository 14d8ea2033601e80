"""Rows in an order that nobody asked for: SQLite turns it round, so a test or a page without ORDER BY fails at once.

Without it such a test passes until PostgreSQL puts a row where another was, which it does once in a hundred runs.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


def turn_round() -> None:
    """From here on, for every connection of this process to SQLite."""
    if not event.contains(Pool, "connect", _prepare):
        event.listen(Pool, "connect", _prepare)


def _prepare(connection: Any, record: object) -> None:
    if "sqlite" in type(connection).__module__:
        cursor = connection.cursor()
        cursor.execute("PRAGMA reverse_unordered_selects=ON")
        cursor.close()
