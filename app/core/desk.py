"""What every part of a running process works with."""

from dataclasses import dataclass

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    settings: Settings
    database: Database
    blobs: BlobStore
    box: SecretBox
