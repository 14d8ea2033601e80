"""What `madoguchi check` and the system page try, beside the channels: each says a word, or raises."""

import asyncio
import shutil
import stat
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from app.core import revision
from app.core.clock import now
from app.core.crypto import KEY_FILE
from app.core.desk import Desk
from app.core.errors import DiskFull
from app.core.i18n import gettext, mark
from app.core.installation import open_installation
from app.core.settings import SettingsError

OPEN_KEY = mark("{path} can be read by others on this machine: give it the mode 0600")
PLAIN = mark("{address}: not encrypted, so give it https:// and a certificate, or keep it to a network of your own")
OWN_HOSTS = ("127.0.0.1", "localhost", "::1")
GIGABYTE = 1 << 30

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


async def check_data_dir(desk: Desk) -> str:
    """The key in it is for its owner's eyes alone."""
    key = desk.settings.data_dir / KEY_FILE
    if await asyncio.to_thread(key.exists):
        mode = (await asyncio.to_thread(key.stat)).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SettingsError(gettext(OPEN_KEY, path=key))
    return str(desk.settings.data_dir)


async def check_room(desk: Desk) -> str:
    if desk.database.room.is_short:
        raise SettingsError(gettext(DiskFull.message))
    usage = await asyncio.to_thread(shutil.disk_usage, desk.settings.data_dir)
    return f"{usage.free / GIGABYTE:.1f} GB"


async def check_address(desk: Desk) -> str:
    address = urlsplit(desk.settings.base_url)
    if address.scheme == "http" and address.hostname not in OWN_HOSTS:
        return gettext(PLAIN, address=desk.settings.base_url)
    return desk.settings.base_url


async def check_language_and_time(desk: Desk) -> str:
    here = now().astimezone(desk.settings.zone)
    return f"{desk.settings.locale}, {desk.settings.timezone} {here:%Y-%m-%d %H:%M}"


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", check_database),
    ("schema", check_schema),
    ("secret key", check_key),
    ("blob store", check_blobs),
    ("data folder", check_data_dir),
    ("room on the disk", check_room),
    ("address", check_address),
    ("language and time", check_language_and_time),
)
