"""What `madoguchi check` and the system page try, beside the channels: each says a word, or raises."""

from collections.abc import Awaitable, Callable

from app.core import revision
from app.core.desk import Desk
from app.core.installation import open_installation

Check = Callable[[Desk], Awaitable[str]]
PROBE = b"a probe of `madoguchi check`"


async def check_database(desk: Desk) -> str:
    await revision.current_revision(desk.database)
    return ""


async def check_schema(desk: Desk) -> str:
    return revision.newest_revision()


async def check_key(desk: Desk) -> str:
    """The schema is this version's, and the key the one that the database was made with."""
    await open_installation(desk.database, desk.box)
    return ""


async def check_blobs(desk: Desk) -> str:
    sha256 = await desk.blobs.put(PROBE)
    await desk.blobs.get(sha256)
    return str(desk.blobs.folder)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", check_database),
    ("schema", check_schema),
    ("secret key", check_key),
    ("blob store", check_blobs),
)
