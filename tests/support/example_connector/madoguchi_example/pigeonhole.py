"""Letters as files in a folder: `7.json` is the seventh. They are polled, and answers are put into another folder."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from connectors.contracts import (
    Address,
    CommitPoint,
    ConnectionProblem,
    DeliveryError,
    FolderState,
    InboundMessage,
    OutboundMessage,
    Passage,
    RawBatch,
    RawMessage,
    Receipt,
)
from connectors.kinds import Choice, Field, FieldKind, Kind, Words

UIDVALIDITY = 1
LOOK_SECONDS = 0.2
PIN_FILE = "pin"
DESCRIPTION = Kind(
    name=Words("郵便受け", "Pigeonhole"),
    summary=Words("フォルダーに置かれた手紙を受け取ります。", "Takes letters out of a folder."),
    fields=(
        Field("place", Words("フォルダー", "Folder"), help=Words("手紙が置かれる場所", "Where letters are put")),
        Field("answers", Words("返信先フォルダー", "Folder for answers"), is_required=False),
        Field("pin", Words("暗証番号", "PIN"), FieldKind.SECRET),
        Field(
            "paper",
            Words("用紙", "Paper"),
            FieldKind.CHOICE,
            default="plain",
            choices=(Choice("plain", Words("白紙", "Plain")), Choice("lined", Words("罫線", "Lined"))),
        ),
        Field("copies", Words("部数", "Copies"), FieldKind.NUMBER, default=1, least=1, most=9),
        Field("is_sealed", Words("封をする", "Seal them"), FieldKind.SWITCH, default=True),
    ),
    steps=(Words("フォルダーに pin というファイルを置きます。", "Put a file named pin into the folder."),),
)


class PigeonholeConnector:
    def describe(self) -> Kind:
        return DESCRIPTION

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        try:
            letter = json.loads(raw)
            return InboundMessage(
                subject=str(letter["subject"]),
                sender=Address(str(letter["name"]), str(letter["from"])),
                passages=(Passage(text=str(letter["text"])),),
                message_id=str(letter["id"]),
                references=tuple(map(str, letter.get("answers", ()))),
            )
        except (ValueError, KeyError, TypeError):
            return InboundMessage(problem="unreadable")

    def fold(self, text: str) -> tuple[int | None, int | None]:
        return None, None

    def is_deliverable(self, address: str) -> bool:
        return address.startswith("box-")

    def receiver(self, settings: Mapping[str, Any]) -> "Pigeonhole":
        return Pigeonhole(Path(settings["place"]), settings["pin"])

    def sender(self, settings: Mapping[str, Any]) -> "Postman":
        return Postman(settings)

    async def check(self, settings: Mapping[str, Any]) -> FolderState:
        return await self.receiver(settings).connect()


class Pigeonhole:
    """A Receiver. The number of a file is its UID; a folder keeps its UIDVALIDITY for ever."""

    def __init__(self, place: Path, pin: str) -> None:
        self._place = place
        self._pin = pin
        self._seen = 0

    async def connect(self) -> FolderState:
        pin = await asyncio.to_thread(_read_pin, self._place)
        if pin is None:
            raise ConnectionProblem("no_folder", field="place", detail=str(self._place))
        if pin != self._pin:
            raise ConnectionProblem("sign_in", field="pin")
        return await self._state()

    async def fetch(
        self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True
    ) -> AsyncGenerator[RawBatch]:
        first = after_uid if uidvalidity == UIDVALIDITY else 0
        async for batch in self._batches([uid for uid in await self._uids() if uid > first]):
            yield batch

    async def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch]:
        there = await self._uids() if uidvalidity == UIDVALIDITY else []
        async for batch in self._batches([uid for uid in there if uid in uids]):
            yield batch

    async def list_dated(self, *, since: date, before: date) -> tuple[FolderState, list[int]]:
        return await self._state(), [uid for uid in await self._uids() if since <= self._at(uid).date() < before]

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        return await self._state(), frozenset(uid for uid in await self._uids() if uid <= up_to)

    async def wait(self, seconds: float) -> None:
        known, passed = await self._uids(), 0.0
        while passed < seconds and await self._uids() == known:
            await asyncio.sleep(LOOK_SECONDS)
            passed += LOOK_SECONDS

    async def close(self) -> None:
        """Nothing is open."""

    async def _batches(self, uids: Sequence[int]) -> AsyncGenerator[RawBatch]:
        if uids:
            messages = tuple(RawMessage(uid, self._file(uid).read_bytes(), self._at(uid)) for uid in uids)
            yield RawBatch(await self._state(), messages)

    async def _state(self) -> FolderState:
        return FolderState(UIDVALIDITY, len(await self._uids()))

    async def _uids(self) -> list[int]:
        return await asyncio.to_thread(_list_uids, self._place)

    def _file(self, uid: int) -> Path:
        return self._place / f"{uid}.json"

    def _at(self, uid: int) -> datetime:
        return datetime.fromtimestamp(self._file(uid).stat().st_mtime, UTC)


class Postman:
    """A Sender. A folder with a file `closed` refuses; with a file `fog` nobody knows whether the letter is there."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._folder = Path(settings["answers"] or settings["place"])
        self._settings = settings

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        if (self._folder / "closed").exists():
            raise DeliveryError("The pigeonhole is closed.", is_permanent=True)
        await before_commit_point()
        if (self._folder / "fog").exists():
            raise DeliveryError("Nothing can be seen.", is_uncertain=True)
        await asyncio.to_thread(self._put, message)
        return Receipt()

    def _put(self, message: OutboundMessage) -> None:
        letter = {
            "id": message.message_id,
            "from": message.sender.name,
            "to": [each.address for each in message.to],
            "subject": message.subject,
            "text": message.text,
            "answers": message.in_reply_to,
            "paper": self._settings["paper"],
            "copies": self._settings["copies"],
            "is_sealed": self._settings["is_sealed"],
        }
        file = self._folder / f"{message.message_id}.answer"
        file.write_text(json.dumps(letter, ensure_ascii=False), encoding="utf-8")


def _read_pin(place: Path) -> str | None:
    file = place / PIN_FILE
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None


def _list_uids(place: Path) -> list[int]:
    return sorted(int(file.stem) for file in place.glob("*.json") if file.stem.isdecimal())
