"""What a tree of parts says: its text, its HTML, its attachments."""

from dataclasses import dataclass, field
from html import escape

from connectors.contracts import Attachment
from connectors.email import bodies, filenames, headers
from connectors.email.cleaning import clean_line
from connectors.email.mime import Budget, Part
from connectors.email.parameters import Parametrised

MAXIMUM_TEXT_CHARACTERS = 5_000_000
COPIES_FOR_MACHINES = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(slots=True)
class Contents:
    """Collected in the order of the mail."""

    budget: Budget
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Text and HTML of one passage; one of them may be empty."""
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self._within_bounds("\n".join(text for text, _ in self.shown if text))

    @property
    def html(self) -> str:
        """All passages, those that came as plain text too, or nothing when there is no HTML at all."""
        passages = [(text, html) for text, html in self.shown if text.strip() or html]
        if not any(html for _, html in passages):
            return ""
        return self._within_bounds("\n".join(html or f"<pre>{escape(text)}</pre>" for text, html in passages))

    def _within_bounds(self, text: str) -> str:
        if len(text) > MAXIMUM_TEXT_CHARACTERS:
            self.budget.problem = self.budget.problem or "too_large"
        return text[:MAXIMUM_TEXT_CHARACTERS]


def collect(root: Part, budget: Budget) -> Contents:
    contents = Contents(budget)
    if root.parts or not _is_text_of_its_own(root):
        _visit(root, contents, is_related=False)
    else:
        _show(root, contents)
    _mark_inline(contents)
    return contents


def _visit(part: Part, contents: Contents, *, is_related: bool) -> None:
    if part.kind == "multipart/alternative" and part.parts:
        _visit_alternatives(part, contents)
    elif part.parts:
        for child in part.parts:
            _visit(child, contents, is_related=part.kind == "multipart/related")
    elif not part.kind.startswith("multipart/"):
        _visit_leaf(part, contents, is_related=is_related)


def _visit_alternatives(part: Part, contents: Contents) -> None:
    """The same passage several times: the first text and the first HTML are kept, attachments all."""
    inner = Contents(contents.budget)
    for child in part.parts:
        if child.kind not in COPIES_FOR_MACHINES:
            _visit(child, inner, is_related=False)
    text = next((text for text, _ in inner.shown if text), "")
    html = next((html for _, html in inner.shown if html), "")
    if text or html:
        contents.shown.append((text, html))
    contents.attachments += inner.attachments


def _visit_leaf(part: Part, contents: Contents, *, is_related: bool) -> None:
    disposition = part.disposition
    name = filenames.given(part, disposition)
    if part.kind in {"text/plain", "text/html"} and not name and disposition.value != "attachment":
        _show(part, contents)
    else:
        contents.attachments.append(_attachment(part, name, disposition, is_related=is_related))


def _is_text_of_its_own(part: Part) -> bool:
    return part.kind in {"text/plain", "text/html"} and part.disposition.value != "attachment"


def _show(part: Part, contents: Contents) -> None:
    text = bodies.text(part)
    contents.shown.append(("", text) if part.kind == "text/html" else (text, ""))


def _attachment(part: Part, name: str, disposition: Parametrised, *, is_related: bool) -> Attachment:
    data = bodies.data(part)
    content_id = clean_line(part.headers.raw_text("content-id")).strip("<> ")[:998]
    is_image = part.kind.startswith("image/")
    is_inline = is_image and (disposition.value == "inline" or (is_related and bool(content_id)))
    return Attachment(
        filename=name or filenames.invented(part.kind, _subject(part.kind, data)),
        content_type=part.kind,
        data=data,
        content_id=content_id,
        is_inline=is_inline and disposition.value != "attachment",
    )


def _subject(kind: str, data: bytes) -> str:
    return headers.split(data[:65_536])[0].text("subject") if kind == "message/rfc822" else ""


def _mark_inline(contents: Contents) -> None:
    """What the HTML shows by `cid:` is inline, whatever its disposition says."""
    html = contents.html if any(attachment.content_id for attachment in contents.attachments) else ""
    contents.attachments = [_as_shown(attachment, html) for attachment in contents.attachments]


def _as_shown(attachment: Attachment, html: str) -> Attachment:
    if attachment.is_inline or not attachment.content_id or f"cid:{attachment.content_id}" not in html:
        return attachment
    return Attachment(
        attachment.filename, attachment.content_type, attachment.data, attachment.content_id, is_inline=True
    )
