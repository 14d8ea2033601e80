"""What a tree of parts says: its passages, its attachments, who signed it."""

from dataclasses import dataclass, field, replace

from connectors.contracts import Attachment, Passage, html_of, text_of
from connectors.email import bodies, calendar, enclosures, enriched, filenames, signatures, transfer, uuencode
from connectors.email.budget import Budget
from connectors.email.mime import Part, leaves
from connectors.findings import Invitation

MAXIMUM_TEXT_CHARACTERS = 5_000_000
COPIES_FOR_MACHINES = frozenset({"text/x-amp-html", "text/watch-html"})
CALENDARS = frozenset({"text/calendar", "application/ics"})
SHOWN = frozenset({"text/plain", "text/html"})
WORDS = {"text/calendar": calendar.words, "text/enriched": enriched.words, "text/richtext": enriched.words}


@dataclass(slots=True)
class Contents:
    """Collected in the order of the mail."""

    passages: list[Passage] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    signature: str = ""
    invitation: Invitation | None = None

    def add(self, other: "Contents") -> None:
        self.passages += other.passages
        self.attachments += other.attachments
        self.signature = self.signature or other.signature


def collect(root: Part, budget: Budget) -> Contents:
    contents = Contents()
    _visit(root, contents, budget)
    _bound(contents, budget)
    if not any(passage.text.strip() or passage.html.strip() for passage in contents.passages):
        _say_what_else_there_is(root, contents)
    _mark_inline(contents)
    calendars = (part for part in leaves(root) if part.kind in CALENDARS)
    contents.invitation = next((calendar.invitation(bodies.text(part)) for part in calendars), None)
    return contents


def _visit(part: Part, contents: Contents, budget: Budget, *, parent: str = "", is_first: bool = True) -> None:
    if part.parts:
        _visit_parts(part, contents, budget)
    elif part.kind.startswith("multipart/"):
        return
    elif _is_shown(part, contents, parent=parent, is_first=is_first):
        _show(part, contents)
    elif enclosed := enclosures.open_up(part, budget):
        _add_enclosed(enclosed, contents, budget)
    else:
        contents.attachments.append(_attachment(part, parent))


def _visit_parts(part: Part, contents: Contents, budget: Budget) -> None:
    """Alternatives are one passage, whose text and HTML say the same."""
    inner = Contents(signature=signatures.of_parts(part))
    for number, child in enumerate(part.parts):
        _visit(child, inner, budget, parent=part.kind, is_first=number == 0)
    if part.kind == "multipart/alternative" and inner.passages:
        inner.passages = [Passage(text_of(inner.passages), html_of(inner.passages))]
    contents.add(inner)


def _is_shown(part: Part, contents: Contents, *, parent: str, is_first: bool) -> bool:
    """Text without a name, and the first text of a mail even if it has one."""
    if part.kind not in SHOWN or part.disposition.value == "attachment":
        return False
    is_opening = is_first and not contents.passages and parent != "multipart/related"
    return is_opening or not filenames.given(part)


def _show(part: Part, contents: Contents) -> None:
    if part.kind == "text/html":
        contents.passages.append(Passage(html=bodies.text(part)))
        return
    data, files = uuencode.take_out(transfer.text_data(part))
    text = bodies.decoded(part, data)
    contents.passages.append(Passage(text))
    contents.signature = contents.signature or signatures.of_text(text)
    for file in files:
        name = filenames.safe(filenames.decoded(file.name))
        contents.attachments.append(
            Attachment(name or filenames.invented(file.content_type), file.content_type, file.data)
        )


def _add_enclosed(enclosed: enclosures.Enclosed, contents: Contents, budget: Budget) -> None:
    contents.signature = contents.signature or enclosed.signature
    if enclosed.root is not None:
        _visit(enclosed.root, contents, budget)
    if enclosed.passage is not None:
        _add_body(enclosed.passage, contents)
    contents.attachments += enclosed.attachments


def _add_body(body: Passage, contents: Contents) -> None:
    """Outlook sends the letter once more in winmail.dat; the plain text beside it, if any, says the same."""
    said = [passage for passage in contents.passages if passage.text.strip() or passage.html]
    if not said:
        contents.passages = [body]
    elif len(said) == 1 and body.html and not said[0].html:
        contents.passages = [Passage(said[0].text, body.html)]


def _attachment(part: Part, parent: str) -> Attachment:
    data, disposition = transfer.data(part), part.disposition.value
    content_id = filenames.content_id(part)
    is_image = part.kind.startswith("image/")
    is_inline = is_image and (disposition == "inline" or (parent == "multipart/related" and bool(content_id)))
    return Attachment(
        filename=filenames.of(part, data),
        content_type=part.kind,
        data=data,
        content_id=content_id,
        is_inline=(is_inline and disposition != "attachment") or part.kind in COPIES_FOR_MACHINES,
    )


def _bound(contents: Contents, budget: Budget) -> None:
    room = MAXIMUM_TEXT_CHARACTERS
    for number, passage in enumerate(contents.passages):
        if len(passage.text) > room or len(passage.html) > room:
            budget.problem = budget.problem or "too_large"
            contents.passages[number] = Passage(passage.text[:room], passage.html[:room])
        room = max(0, room - max(len(passage.text), len(passage.html)))


def _say_what_else_there_is(root: Part, contents: Contents) -> None:
    """Some programs send an invitation and nothing else, old ones their own forms of rich text."""
    part = next((part for part in leaves(root) if part.kind in WORDS), None)
    words = WORDS[part.kind](bodies.text(part)) if part else ""
    if words:
        contents.passages = [Passage(words)]


def _mark_inline(contents: Contents) -> None:
    """What the HTML shows by `cid:` is inline, whatever its disposition says."""
    html = html_of(contents.passages) if any(attachment.content_id for attachment in contents.attachments) else ""
    contents.attachments = [
        replace(attachment, is_inline=True)
        if attachment.content_id and f"cid:{attachment.content_id}" in html
        else attachment
        for attachment in contents.attachments
    ]
