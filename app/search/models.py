"""What is derived for searching; all of it can be made again from the tickets (`madoguchi search rebuild`).

The index itself is one table for each of two generations, `search_index_0` and `search_index_1`. It is different on
each database, so it is known to the queries of this package alone.
"""

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class SearchDoc(Base):
    """A piece of a ticket as it can be searched: its head (number 0), or a message or part of one.

    The id says ticket, number and generation (`app.search.documents.doc_id`). The texts are folded, and `text` holds
    the others too; `version` is that of the tokeniser which made the tokens in the index, and `audience_id` is among
    them. `seen_event_id` of a head is the newest event of its ticket when the ticket was read.
    """

    __tablename__ = "search_docs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int | None]
    audience_id: Mapped[int]
    version: Mapped[int]
    seen_event_id: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    senders: Mapped[str] = mapped_column(default="")
    recipients: Mapped[str] = mapped_column(default="")


class SearchMark(Base):
    """A ticket that is to be indexed again; `event_id` is the newest event that said so."""

    __tablename__ = "search_marks"

    ticket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int]


class SearchTerm(Base):
    """A token that is in many documents, and in what share of them; estimated from a sample."""

    __tablename__ = "search_terms"

    token: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[float] = mapped_column(Double)


class SearchGeneration(Base):
    """The one row that says which generation is searched, and which one is being filled."""

    __tablename__ = "search_generations"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    current: Mapped[int]
    filling: Mapped[int | None]
