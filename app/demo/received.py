"""What becomes of an arrival before it reaches the store: opened as every mail is, or taken as it stands."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.channels.models import EMAIL, Channel, ChannelFolder
from app.channels.registry import connector_for
from app.core.blobs import BlobStore
from app.demo import mails
from app.demo.stories import Arrival, Person
from app.ingest.accept import source_hash
from app.ingest.models import RawState
from app.ingest.preparing import PARSER_VERSION, Prepared, prepare
from app.tickets.models import Origin
from connectors.contracts import Address, Attachment, InboundMessage, Passage

UIDVALIDITY = 1
MANY_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Received:
    """`raw` is the row of the original, `blobs` are sizes by SHA-256; plain ones have neither."""

    mail_id: str
    prepared: Prepared
    files: Sequence[tuple[Attachment, str]] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)
    blobs: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Mailroom:
    """Opens mails with their originals kept. It writes files: off the event loop."""

    blobs: BlobStore
    folders: Mapping[str, ChannelFolder]
    uids: dict[str, int]
    """The last one of each box."""

    def open(
        self, arrival: Arrival, person: Person, channel: Channel, *, box: str, mail_id: str, thread: Sequence[str]
    ) -> Received:
        data = mails.write(arrival, person, channel, mail_id=mail_id, thread=thread)
        prepared = prepare(connector_for(EMAIL), data)
        parts = [part.data for part in prepared.inbound.attachments]
        shas = self.blobs.write_many([data, *parts])
        sizes = {sha: len(part) for sha, part in zip(shas, [data, *parts], strict=True)}
        self.uids[box] += 1
        raw = _raw_row(arrival, channel, self.folders[box], uid=self.uids[box], sha=shas[0])
        files = list(zip(prepared.inbound.attachments, shas[1:], strict=True))
        return Received(mail_id, prepared, files, raw, sizes)


def open_plain(arrival: Arrival, person: Person, channel: Channel, *, mail_id: str) -> Received:
    """Without an original: very many would only fill the disk."""
    inbound = InboundMessage(
        subject=arrival.subject,
        sender=Address(person.name, person.address),
        to=(Address(channel.name, channel.address),),
        passages=(Passage(arrival.text),),
        message_id=mail_id,
        sent_at=arrival.at.replace(microsecond=0),
    )
    quote_start, signature_start = fold(arrival.text)
    identity_hash = hashlib.sha256(f"without an original {mail_id}".encode()).hexdigest()
    return Received(mail_id, Prepared(inbound, arrival.text, "", quote_start, signature_start, identity_hash))


def _raw_row(arrival: Arrival, channel: Channel, folder: ChannelFolder, *, uid: int, sha: str) -> dict[str, Any]:
    return {
        "channel_id": channel.id,
        "folder": folder.folder,
        "uidvalidity": UIDVALIDITY,
        "uid": uid,
        "source_hash": source_hash(channel.id, folder.folder, UIDVALIDITY, uid),
        "blob": sha,
        "received_at": arrival.at,
        "stored_at": arrival.at,
        "origin": Origin.LIVE,
        "state": RawState.DIGESTED,
        "parser_version": PARSER_VERSION,
        "attempts": 1,
        "failures": 0,
        "refusals": 0,
        "error": "",
    }


@lru_cache(MANY_TEXTS)
def fold(text: str) -> tuple[int | None, int | None]:
    """Where quote and signature begin; many texts come more than once."""
    return connector_for(EMAIL).fold(text)
