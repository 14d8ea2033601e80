"""Alembic's entry: the connection comes from `app.core.schema`, the tables from every `models` module."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

import app
from app.core.base import Base, UTCDateTime, load_models
from app.core.schema import is_compared

load_models(app)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=is_compared,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            refuse_broken_keys(connection)


def refuse_broken_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"this migration would break foreign keys: {broken[:5]}")


run(context.config.attributes["connection"])
