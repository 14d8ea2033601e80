"""What the worker runs of talks: files, profiles, the month's meter, signs."""

from app.channels.platforms import PlatformOf
from app.conversations import files, joining, metering, profiles, signs
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.outside import Outside
from app.tickets.consumers import Consumer, log_reader

JOIN_CODES = Consumer("join codes", joining.hear)


async def fetch_files(database: Database, blobs: BlobStore, platform_of: PlatformOf) -> None:
    """Run until cancelled, as all of these."""
    await files.run(database, blobs, platform_of, Outside())


async def read_profiles(database: Database, blobs: BlobStore, platform_of: PlatformOf) -> None:
    await profiles.run(database, blobs, platform_of, Outside())


async def read_meters(database: Database, platform_of: PlatformOf) -> None:
    await metering.run(database, platform_of)


async def tell_signs(database: Database, platform_of: PlatformOf) -> None:
    await signs.run(database, platform_of)


async def hear_codes(database: Database) -> None:
    async with log_reader(database, JOIN_CODES) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()
