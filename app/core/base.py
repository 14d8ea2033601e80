"""What every table is made of."""

import importlib
import pkgutil
from datetime import UTC, datetime
from enum import StrEnum
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer(), "sqlite")
BinaryText = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that order and equality agree."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond on every database; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def _values_of(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        int: BigId,
        str: BinaryText,
        StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_values_of),
    }
    constraints: ClassVar[tuple[Any, ...]] = ()
    """Constraints and indexes of the table."""

    has_own_number: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        cls.__table_args__ = (*cls.constraints, {"sqlite_autoincrement": cls.has_own_number})
        super().__init_subclass__(**options)


class Record(Base):
    """A row with a number of its own, never given out twice."""

    __abstract__ = True
    has_own_number = True

    id: Mapped[int] = mapped_column(primary_key=True)


def load_models(package: ModuleType) -> None:
    """Import every module of tables, so that the metadata is whole."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith("models") or module.name.startswith("app.core."):
            importlib.import_module(module.name)
