"""Files that LINE fetches from us: by a signed address, in a shape that it shows."""

import io
import struct
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from PIL import Image

from app.channels import endpoints
from app.channels.models import LINE, Channel
from app.core import rasters, rasters_pillow
from app.core.blobs import BlobStore, register
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.settings import Settings
from app.outbox import lending
from app.tickets.message_models import Attachment
from connectors.contracts import DeliveryError
from connectors.talks import Media
from tests.support.builders import build_agent, build_reply, build_ticket

BASE = "https://desk.example.jp"


@pytest.fixture(autouse=True)
def ours(settings: Settings, box: SecretBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_addresses", {})
    endpoints.use(settings.model_copy(update={"base_url": BASE}))
    lending.use(box)


@pytest.fixture
def visitor(client: AsyncClient, ours: None, settings: Settings) -> AsyncClient:
    """Nobody whom the desk knows; the desk itself has an address."""
    client.cookies.clear()
    endpoints.use(settings.model_copy(update={"base_url": BASE}))
    return client


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form)
    return out.getvalue()


def film(milliseconds: int, *, version: int = 0) -> bytes:
    layout = ">4xQQIQ" if version else ">4xIIII"
    head = struct.pack(layout, 0, 0, 1000, milliseconds)
    mvhd = box_of(b"mvhd", bytes([version]) + head[1:] + bytes(80))
    return box_of(b"ftyp", b"M4A \0\0\0\0") + box_of(b"mdat", bytes(5000)) + box_of(b"moov", mvhd)


def box_of(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


async def attach(database: Database, blobs: BlobStore, data: bytes, name: str, kind: str) -> Attachment:
    async with database.transaction() as session:
        reply = await build_reply(session, await build_ticket(session), author=await build_agent(session))
        sha256 = await blobs.put(data)
        await register(session, {sha256: len(data)})
        attachment = Attachment(message_id=reply.id, sha256=sha256, name=name, content_type=kind, size=len(data))
        session.add(attachment)
        await session.flush()
        return attachment


async def lend(blobs: BlobStore, attachment: Attachment) -> Media:
    [media] = await lending.lend_all(blobs, Channel(kind=LINE, name="", key=""), [attachment])
    return media


KINDS = [
    (picture(), "a.jpg", "image/jpeg", "image", 0),
    (picture("PNG"), "a.png", "image/png", "image", 0),
    (picture("WEBP"), "a.webp", "image/webp", "image", 0),
    (b"no picture", "a.jpg", "image/jpeg", "file", 0),
    (film(4200), "a.m4a", "audio/mp4", "audio", 4200),
    (film(4200, version=1), "a.m4a", "audio/x-m4a", "audio", 4200),
    (film(900), "a.mp4", "video/mp4", "video", 900),
    (b"\0\0\0\x08ftyp", "a.mp4", "video/mp4", "file", 0),
    (b"no sound", "a.m4a", "audio/mp4", "file", 0),
    (b"%PDF", "資料.pdf", "application/pdf", "file", 0),
]


@pytest.mark.parametrize(("data", "name", "kind", "shown", "duration"), KINDS)
async def test_what_line_can_show_it_shows(
    database: Database, blobs: BlobStore, data: bytes, name: str, kind: str, shown: str, duration: int
) -> None:
    media = await lend(blobs, await attach(database, blobs, data, name, kind))

    assert (media.kind, media.duration_ms) == (shown, duration)
    assert media.url.startswith(f"{BASE}/media/")
    assert bool(media.preview_url) is (shown in ("image", "video"))
    assert media.name == f"{name} ({lending.in_units(len(data))})"


async def test_an_address_is_short_however_long_the_name(
    visitor: AsyncClient, database: Database, blobs: BlobStore
) -> None:
    attachment = await attach(database, blobs, b"%PDF", f"{'長い名前' * 40}.pdf", "application/pdf")

    media = await lend(blobs, attachment)

    assert len(media.url) < 300
    assert media.url.endswith("/file.pdf")
    assert (await visitor.get(media.url.removeprefix(BASE))).content == b"%PDF"


async def test_without_an_address_nothing_is_lent(database: Database, blobs: BlobStore, settings: Settings) -> None:
    attachment = await attach(database, blobs, b"x", "a.pdf", "application/pdf")
    endpoints.use(settings.model_copy(update={"base_url": "http://desk.example.jp"}))

    with pytest.raises(DeliveryError, match="MADOGUCHI_BASE_URL"):
        await lend(blobs, attachment)


async def test_it_is_given_to_whoever_has_the_address(
    visitor: AsyncClient, database: Database, blobs: BlobStore
) -> None:
    media = await lend(blobs, await attach(database, blobs, film(900), "動画.mp4", "video/mp4"))

    whole = await visitor.get(media.url.removeprefix(BASE))
    part = await visitor.get(media.url.removeprefix(BASE), headers={"Range": "bytes=4-7"})
    shown = await visitor.get(media.preview_url.removeprefix(BASE))

    assert (whole.status_code, whole.content) == (200, film(900))
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "noindex" in whole.headers["x-robots-tag"]
    assert whole.headers["content-type"] == "video/mp4"
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert Image.open(io.BytesIO(shown.content)).format == "JPEG"


async def test_a_picture_is_given_as_line_takes_it(visitor: AsyncClient, database: Database, blobs: BlobStore) -> None:
    media = await lend(blobs, await attach(database, blobs, picture("WEBP", (3000, 2000)), "大.webp", "image/webp"))

    whole = await visitor.get(media.url.removeprefix(BASE))
    preview = await visitor.get(media.preview_url.removeprefix(BASE))

    assert Image.open(io.BytesIO(whole.content)).size == (3000, 2000)
    assert len(whole.content) <= 10_000_000
    assert len(preview.content) <= 1_000_000
    assert max(Image.open(io.BytesIO(preview.content)).size) <= 1024
    assert whole.headers["content-type"] == preview.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("change", ["-whole-", "other", "name", "late"])
async def test_no_other_address_is_good(
    visitor: AsyncClient, database: Database, blobs: BlobStore, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if change == "late":
        monkeypatch.setattr(lending, "LIFE", timedelta(days=-1))
    attachment = await attach(database, blobs, picture(), "a.jpg", "image/jpeg")
    url = (await lend(blobs, attachment)).url.removeprefix(BASE)
    wrong = {
        "-whole-": url.replace("-whole-", "-preview-"),
        "other": url.replace(f"/media/{attachment.id}-", f"/media/{attachment.id + 1}-"),
        "name": "/media/1-2-3/x",
        "late": url,
    }[change]

    assert (await visitor.get(wrong)).status_code == 404


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasters_pillow, "MAX_PIXELS", 1000)
    path = tmp_path / "bomb.png"
    path.write_bytes(picture("PNG"))

    with pytest.raises(rasters.NoPicture):
        rasters.shrink(path, side=100, max_bytes=10_000)
