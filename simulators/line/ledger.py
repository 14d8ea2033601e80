"""What the account sent and LINE took: the simulator's own books, to compare with the desk's."""

import json
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEPT_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message. It was shown to `shown_to`, which is nobody where the user blocks the account."""

    id: str
    request_id: str
    at: int
    way: str
    chat_id: str
    shown_to: list[str]
    message: dict[str, Any]
    retry_key: str | None = None
    reply_token: str | None = None


class Ledger:
    """Bounded in memory; with a file, each message is a line of JSON in it before LINE's answer leaves."""

    def __init__(self, file: Path | None = None) -> None:
        self._entries: deque[Accepted] = deque(maxlen=KEPT_ENTRIES)
        self._file = file.open("a", encoding="utf-8") if file else None

    def add(self, entry: Accepted) -> None:
        self._entries.append(entry)
        if self._file:
            self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            self._file.flush()

    def entries(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self._entries]

    def clear(self) -> None:
        """What is in the file stays."""
        self._entries.clear()

    def close(self) -> None:
        if self._file:
            self._file.close()
