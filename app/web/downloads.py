"""A table as a file to keep: reports, the ledger of escalations and the history of inquiries answer alike."""

from collections.abc import AsyncIterable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import BackgroundTasks
from fastapi.responses import FileResponse

from app.core.table_files import FileForm, write_table

REPLACED = "X-Replaced-Characters"


def headers_of(plain: str, words: str, *, lost_count: int, lost: str) -> dict[str, str]:
    """With a name for those who know ASCII alone, and one in the reader's language; and how much was replaced."""
    found = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(words)}"}
    if lost_count:
        found[REPLACED] = f'{lost_count}; characters="{quote(lost)}"'
    return found


async def send_table(
    chunks: AsyncIterable[Iterable[Sequence[Any]]],
    *,
    form: FileForm,
    names: tuple[str, str],
    titles: Sequence[str],
    zone: ZoneInfo,
    tasks: BackgroundTasks,
) -> FileResponse:
    """Made in a folder of its own, sent piece by piece and taken away then, by the request's own tasks, since an
    answer that brings its own forgets them. Names are as `headers_of` has them, but for what the form puts behind.
    """
    folder = TemporaryDirectory(prefix="madoguchi-table-")
    try:
        path = Path(folder.name) / f"table.{form.suffix}"
        losses = await write_table(form, path, titles, zone, chunks)
    except BaseException:
        folder.cleanup()
        raise
    plain, words = (f"{name}.{form.suffix}" for name in names)
    headers = headers_of(plain, words, lost_count=losses.count, lost=losses.named)
    tasks.add_task(folder.cleanup)
    return FileResponse(path, media_type=form.media_type, headers=headers)
