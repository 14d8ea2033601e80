"""What the worker runs of channels."""

import asyncio
import os
import socket
from datetime import timedelta
from functools import partial

from app.channels import consents
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.lease_keeper import run_alone

LEASE_DURATION = timedelta(seconds=60)
LOOK_SECONDS = 20.0
HOLDER = f"{socket.gethostname()}:{os.getpid()}"


async def keep_consents_fresh(database: Database, box: SecretBox) -> None:
    """Run until cancelled. One process at a time asks: some providers give each refresh token once."""
    work = partial(consents.keep_fresh, database, box)
    while True:
        if await consents.has_expiring(database):
            await run_alone(database, "consents", holder=HOLDER, duration=LEASE_DURATION, work=work)
        await asyncio.sleep(LOOK_SECONDS)
