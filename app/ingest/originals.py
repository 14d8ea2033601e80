"""The bytes of a raw message, wherever they lie. All but `pack` block."""

from base64 import b64decode, b64encode

from app.core.blobs import BlobStore
from app.ingest.models import RawMessage


def pack(data: bytes) -> str:
    return b64encode(data).decode()


def read(blobs: BlobStore, raw: RawMessage) -> bytes:
    """Raises FileNotFoundError."""
    if raw.packed is not None:
        return b64decode(raw.packed)
    assert raw.blob is not None
    return blobs.read(raw.blob)


def size(blobs: BlobStore, raw: RawMessage) -> int:
    return blobs.size(raw.blob) if raw.blob is not None else len(read(blobs, raw))


def as_blob(blobs: BlobStore, raw: RawMessage) -> str:
    """To be attached: its SHA-256 in the store, where it is from now on."""
    return raw.blob if raw.blob is not None else blobs.write(read(blobs, raw))
