"""The tables, as SQLAlchemy sees them when every module of tables is loaded."""

from collections.abc import Iterator

from sqlalchemy.orm import DeclarativeBase

import app
from app.core.base import Base, load_models
from tests.architecture.sources import assert_none


def lazy_relationships(base: type[DeclarativeBase]) -> Iterator[str]:
    """A page loads what it shows; what it forgot must not be fetched row by row."""
    for mapper in base.registry.mappers:
        for relationship in mapper.relationships:
            if relationship.lazy not in {"raise", "raise_on_sql", "write_only", "noload"}:
                yield f"{mapper.class_.__name__}.{relationship.key}: lazy={relationship.lazy!r}"


def test_no_relationship_loads_by_itself() -> None:
    load_models(app)

    assert_none(lazy_relationships(Base))
