"""Pictures, films, sounds and files that users sent, until LINE forgets them."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from simulators.line.drawing import picture
from simulators.line.problems import GONE, NOT_FOUND, LineProblem
from simulators.line.rules import Rules

KEPT_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
FILM_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
SOUND_HEAD = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42"
PREPARED = ("video", "audio")
"""What LINE makes ready before it can be had."""

State = Literal["processing", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Medium:
    """`size` bytes: `data`, and zeros behind it, which take no room here."""

    kind: str
    content_type: str
    data: bytes
    size: int
    at: float

    def chunks(self) -> Iterator[bytes]:
        yield self.data
        left = self.size - len(self.data)
        while left > 0:
            yield bytes(min(left, CHUNK_BYTES))
            left -= CHUNK_BYTES


class Media:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._media: OrderedDict[str, Medium] = OrderedDict()
        self._kept_bytes = 0

    def keep(self, message_id: str, kind: str, data: bytes, *, content_type: str = "", size: int = 0) -> Medium:
        usual = USUAL_TYPES.get(kind, "application/octet-stream")
        medium = Medium(kind, content_type or usual, data, max(size, len(data)), self._clock())
        self._media[message_id] = medium
        self._kept_bytes += len(data)
        while self._kept_bytes > KEPT_BYTES:
            self.forget(next(iter(self._media)))
        return medium

    def forget(self, message_id: str) -> None:
        medium = self._media.pop(message_id, None)
        self._kept_bytes -= len(medium.data) if medium else 0

    def get(self, message_id: str, rules: Rules) -> Medium:
        """Raises LineProblem 404, and 410 where it was there once."""
        medium = self._media.get(message_id)
        if medium is None:
            raise LineProblem(404, NOT_FOUND)
        if self._clock() - medium.at >= rules.content_seconds:
            raise LineProblem(410, GONE)
        return medium

    def state(self, medium: Medium, rules: Rules) -> State:
        if medium.kind not in PREPARED or medium.size == 0:
            return "succeeded"
        if self._clock() - medium.at < rules.transcoding_seconds:
            return "processing"
        return "failed" if rules.is_transcoding_failing else "succeeded"


USUAL_TYPES = {"image": "image/png", "video": "video/mp4", "audio": "audio/x-m4a"}


def sample(kind: str) -> bytes:
    """Where a user sends something and nobody says what."""
    return {"image": picture(240, 180), "video": FILM_HEAD, "audio": SOUND_HEAD}.get(kind, b"")
