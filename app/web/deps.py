"""What a route may ask for, by type.

All of them are `async`: what is not, FastAPI asks in a thread, and each change of threads costs more than the asking.
"""

from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.outside import Outside
from app.core.settings import Settings


async def _session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _secret_box(request: Request) -> SecretBox:
    box: SecretBox = request.app.state.secret_box
    return box


async def _outside(request: Request) -> Outside:
    outside: Outside = request.app.state.outside
    return outside


async def _blobs(request: Request) -> BlobStore:
    blobs: BlobStore = request.app.state.blobs
    return blobs


SessionDep = Annotated[AsyncSession, Depends(_session)]
DatabaseDep = Annotated[Database, Depends(_database)]
SettingsDep = Annotated[Settings, Depends(_settings)]
SecretBoxDep = Annotated[SecretBox, Depends(_secret_box)]
BlobsDep = Annotated[BlobStore, Depends(_blobs)]
OutsideDep = Annotated[Outside, Depends(_outside)]

RowId = Annotated[int, Path(ge=1, lt=2**63)]
"""An id in a path, within what a database can hold."""
