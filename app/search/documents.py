"""From what a ticket holds to the documents that are searched; pure. Call it off the event loop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.core.folding import fold
from app.search.tokens import TOKENISERS, VERSION, audience_token

GENERATIONS = 2
DOCS_OF_A_TICKET = 1 << 20
IDS_OF_A_TICKET = DOCS_OF_A_TICKET * GENERATIONS
PIECE_LENGTH = 10_000
"""Characters; a piece has at most twice as many tokens (MODEL 27)."""
OVERLAP = 200
"""So that what lies across the end of a piece is found in the next one."""
SEPARATOR = "\n"
"""Between parts that are not neighbours; a folded text has none."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one message, or the head of a ticket, says where."""

    message_id: int | None = None
    subject: str = ""
    text: str = ""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A ticket as it was read: its head, then its messages."""

    ticket_id: int
    audience_id: int
    customer_id: int
    seen_event_id: int
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Doc:
    """A row of `search_docs`, and what the index is to hold of it."""

    number: int
    message_id: int | None
    audience_id: int
    seen_event_id: int
    text: str
    subject: str = ""
    senders: str = ""
    recipients: str = ""
    version: int = VERSION
    tokens: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class TicketDocs:
    ticket_id: int
    customer_id: int
    seen_event_id: int
    docs: tuple[Doc, ...]


def doc_id(ticket_id: int, number: int, generation: int) -> int:
    """Of one ticket all ids lie together, the two generations in turns."""
    return ticket_id * IDS_OF_A_TICKET + number * GENERATIONS + generation % GENERATIONS


def ticket_of(doc_id: int) -> int:
    return doc_id // IDS_OF_A_TICKET


def number_of(doc_id: int) -> int:
    return doc_id % IDS_OF_A_TICKET // GENERATIONS


def index_tokens(text: str, audience_id: int, version: int) -> frozenset[str]:
    """Of a document, now or as it was indexed long ago."""
    return frozenset((*TOKENISERS[version](text), audience_token(audience_id)))


def make_docs(contents: Iterable[Content]) -> list[TicketDocs]:
    return [_ticket_docs(content) for content in contents]


def _ticket_docs(content: Content) -> TicketDocs:
    pieces = [piece for words in content.words for piece in _pieces(words)][:DOCS_OF_A_TICKET]
    docs = tuple(_doc(content, number, words) for number, words in enumerate(pieces))
    return TicketDocs(content.ticket_id, content.customer_id, content.seen_event_id, docs)


def _doc(content: Content, number: int, words: Words) -> Doc:
    return Doc(
        number=number,
        message_id=words.message_id,
        audience_id=content.audience_id,
        seen_event_id=0 if number else content.seen_event_id,
        text=words.text,
        subject=words.subject,
        senders=SEPARATOR.join(words.senders),
        recipients=SEPARATOR.join(words.recipients),
        tokens=index_tokens(words.text, content.audience_id, VERSION),
    )


def _pieces(words: Words) -> Iterator[Words]:
    """Folded; who wrote to whom stands in the first piece."""
    subject, senders, recipients = fold(words.subject), _folded(words.senders), _folded(words.recipients)
    parts = (subject, fold(words.text), *senders, *recipients, *_folded(words.files))
    first, *others = _cut(SEPARATOR.join(part for part in parts if part))
    yield Words(words.message_id, subject[:PIECE_LENGTH], first, senders, recipients)
    yield from (Words(words.message_id, text=other) for other in others)


def _folded(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(text) for text in texts if text)


def _cut(text: str) -> list[str]:
    starts = range(0, max(1, len(text) - OVERLAP), PIECE_LENGTH - OVERLAP)
    return [text[start : start + PIECE_LENGTH] for start in starts]
