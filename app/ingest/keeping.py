"""The bytes of fetched messages onto the disk: small ones together, a large one piece by piece."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from app.core.blobs import BlobStore
from connectors.contracts import ConnectionProblem, Pieces, RawMessage


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the bytes lie, or, without `sha256`, in which words the server refused them."""

    sha256: str | None
    size: int = 0
    refusal: str = ""


async def keep(blobs: BlobStore, messages: Sequence[RawMessage]) -> dict[int, Kept]:
    """By UID, of all of them; what is kept is on the disk. Raises DiskFull."""
    small = {message.uid: message.data for message in messages if message.data is not None}
    hashes = await asyncio.to_thread(blobs.write_many, list(small.values()))
    kept = {uid: Kept(sha256, len(small[uid])) for uid, sha256 in zip(small, hashes, strict=True)}
    for message in messages:
        if message.read is not None:
            kept[message.uid] = await _keep_large(blobs, message.read)
        elif message.data is None:
            kept[message.uid] = Kept(None, refusal=message.refusal)
    return kept


def sizes(kept: dict[int, Kept]) -> dict[str, int]:
    return {each.sha256: each.size for each in kept.values() if each.sha256 is not None}


async def _keep_large(blobs: BlobStore, read: Pieces) -> Kept:
    """One over which the line breaks each time must not block those after it: it counts as refused."""
    with blobs.writer() as writer:
        try:
            async with aclosing(read()) as pieces:
                async for piece in pieces:
                    await asyncio.to_thread(writer.add, piece)
        except ConnectionProblem as problem:
            return Kept(None, refusal=problem.detail)
        return Kept(await asyncio.to_thread(writer.finish), writer.size)
