"""Which tables a backup holds, and what it says of itself."""

import platform
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from importlib.metadata import version
from typing import Any, Self

from sqlalchemy import Table

import app
from app.backup.errors import BackupError
from app.core.base import Base, load_models
from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.revision import newest_revision

FORMAT = "madoguchi backup 1"
LEFT_OUT = frozenset(
    {
        "day_columns",
        "leases",
        "live_signals",
        "presence",
        "rate_counts",
        "schedule_runs",
        "search_docs",
        "search_generations",
        "search_marks",
        "search_terms",
        "sessions",
        "sign_in_failures",
        "tally_states",
        "visitor_news",
    }
)
"""What belongs to the running desk alone, or is made again from the rest."""


def tables() -> list[Table]:
    """Those that a backup holds, each after those that it names."""
    load_models(app)
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first thing in a backup. The secret key itself is never in it."""

    format: str
    version: str
    revision: str
    database: str
    made_at: str
    key_fingerprint: str
    python: str

    @classmethod
    def of(cls, database: Database, box: SecretBox) -> Self:
        return cls(
            format=FORMAT,
            version=version("madoguchi"),
            revision=newest_revision(),
            database=database.writer.dialect.name,
            made_at=rfc3339(now()) or "",
            key_fingerprint=box.fingerprint,
            python=platform.python_version(),
        )

    @classmethod
    def read(cls, told: Any) -> Self:
        names = {field.name for field in fields(cls)}
        if not isinstance(told, dict) or told.get("format") != FORMAT or not names <= told.keys():
            raise BackupError("this file is no backup of Madoguchi that this version can read")
        return cls(**{name: str(told[name]) for name in names})

    def document(self) -> dict[str, str]:
        return asdict(self)

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)
