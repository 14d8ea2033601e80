"""Parts that are envelopes of their own: winmail.dat and opaquely signed mail."""

from dataclasses import dataclass

from connectors.contracts import Attachment, Passage
from connectors.email import cms, filenames, mime, rtf, signatures, tnef, transfer
from connectors.email.budget import Budget
from connectors.email.mime import Part
from connectors.email.tnef import File, Tnef

TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SIGNED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
MAXIMUM_FILES = 1_000


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What was in it: a mail of its own, or a passage and files."""

    root: Part | None = None
    passage: Passage | None = None
    attachments: tuple[Attachment, ...] = ()
    signature: str = ""


def open_up(part: Part, budget: Budget) -> Enclosed | None:
    """None when the part is no envelope, or one that cannot be opened: then it is a file like any other."""
    if part.kind in SIGNED_TYPES:
        return _signed(part, budget)
    is_named_so = part.kind == "application/octet-stream" and filenames.given(part).lower() == "winmail.dat"
    return _outlook(part, budget) if part.kind in TNEF_TYPES or is_named_so else None


def _signed(part: Part, budget: Budget) -> Enclosed | None:
    content = cms.signed_content(transfer.data(part), budget)
    root = mime.read_enclosed(content, budget) if content else None
    return Enclosed(root=root, signature=signatures.SMIME) if root else None


def _outlook(part: Part, budget: Budget) -> Enclosed | None:
    data = transfer.data(part)
    if not tnef.is_tnef(data) or not budget.spend_unpacked(rtf.announced(data)):
        return None
    found = tnef.read(data)
    if not (found.files or found.text or found.html):
        return None
    passage = Passage(found.text, found.html) if found.text or found.html else None
    files = _files(found)
    if len(files) > MAXIMUM_FILES:
        budget.say("too_large")
    return Enclosed(passage=passage, attachments=tuple(files[:MAXIMUM_FILES]))


def _files(found: Tnef) -> list[Attachment]:
    """A message of Outlook's own within it becomes its files and its text."""
    attachments: list[Attachment] = []
    for file in found.files:
        if file.inner is None:
            attachments.append(_attachment(file))
            continue
        name = filenames.safe(file.inner.subject or file.name) or "message"
        if file.inner.html:
            attachments.append(Attachment(f"{name}.html", "text/html", file.inner.html.encode()))
        elif file.inner.text:
            attachments.append(Attachment(f"{name}.txt", "text/plain", file.inner.text.encode()))
        attachments += _files(file.inner)
    return attachments


def _attachment(file: File) -> Attachment:
    name = filenames.safe(file.name)
    content_type = file.content_type if mime.CONTENT_TYPE.fullmatch(file.content_type) else filenames.guessed_type(name)
    return Attachment(
        name or filenames.invented(content_type), content_type, file.data, filenames.identifier(file.content_id)
    )
