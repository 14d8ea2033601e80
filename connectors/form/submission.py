"""What somebody sent by a form, as it is kept: JSON, whole in itself, with what was asked in the words of that day."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contracts import Attachment

FORMAT = "madoguchi form 1"


@dataclass(frozen=True, slots=True)
class Answer:
    """`label` is what was asked. A `value` may have several lines."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Submission:
    """`is_suspicious` says that a program is likely to have filled it in; `category_id` is the desk's."""

    sent_at: datetime
    language: str
    name: str
    address: str
    subject: str
    answers: tuple[Answer, ...] = ()
    files: tuple[Attachment, ...] = ()
    category_id: int | None = None
    is_suspicious: bool = False


def pack(submission: Submission) -> bytes:
    record = {
        "format": FORMAT,
        "sent_at": submission.sent_at.isoformat(),
        "language": submission.language,
        "name": submission.name,
        "address": submission.address,
        "subject": submission.subject,
        "answers": [{"label": each.label, "value": each.value} for each in submission.answers],
        "files": [_packed(file) for file in submission.files],
        "category_id": submission.category_id,
        "is_suspicious": submission.is_suspicious,
    }
    return json.dumps(record, ensure_ascii=False).encode()


def unpack(raw: bytes) -> Submission:
    """Raises ValueError for bytes that `pack` did not make."""
    try:
        return _read(json.loads(raw))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no submission of a form") from error


def _packed(file: Attachment) -> dict[str, str]:
    return {"name": file.filename, "type": file.content_type, "data": b64encode(file.data).decode()}


def _read(record: Mapping[str, Any]) -> Submission:
    if record["format"] != FORMAT:
        raise ValueError("another format")
    category_id = record["category_id"]
    return Submission(
        sent_at=datetime.fromisoformat(record["sent_at"]),
        language=str(record["language"]),
        name=str(record["name"]),
        address=str(record["address"]),
        subject=str(record["subject"]),
        answers=tuple(Answer(str(each["label"]), str(each["value"])) for each in record["answers"]),
        files=tuple(
            Attachment(str(each["name"]), str(each["type"]), b64decode(each["data"])) for each in record["files"]
        ),
        category_id=int(category_id) if category_id is not None else None,
        is_suspicious=bool(record["is_suspicious"]),
    )
