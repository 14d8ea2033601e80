"""Statements that one test compiled serve those after it: each test has engines of its own, and compiling was a third
of what a test costs. A process that serves people has one engine for as long as it lives, and compiles once too.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event

ROOM = 2_000
"""How many statements are kept; SQLAlchemy keeps 500, the tests know more."""

_kept: dict[type[Dialect], tuple[Dialect, Any]] = {}


def keep_compilations() -> None:
    """From here on, for every engine of this process. A dialect is part of what its statements are known by."""
    if not event.contains(Engine, "engine_connect", _share):
        event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    engine = connection.engine
    dialect, compiled = _kept.setdefault(type(engine.dialect), (engine.dialect, engine._compiled_cache))
    compiled.capacity = ROOM
    connection.dialect = engine.dialect = dialect
    engine._compiled_cache = compiled
