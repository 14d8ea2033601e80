"""LINE's webhook: verified, and split into its events before anything looks into one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.line.envelopes import split
from connectors.line.instants import at_of
from connectors.line.signature import require_signed
from connectors.talks import RawEvent
from connectors.values import loads, text_of

CHANGES_WITH_DELIVERY = ("deliveryContext", "replyToken")


class LineHook:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[RawEvent]:
        """Raises WrongSignature. What is signed and holds no list of events is one event, which nobody knows."""
        require_signed(self._secret, body, headers)
        parts = split(body.decode("utf-8", "surrogateescape"))
        if parts.events is None:
            return [RawEvent(source=_digest(body), data=body, at=None)]
        return [_event(event, parts.destination) for event in parts.events]


def _event(text: str, destination: str) -> RawEvent:
    """With what it needs of the envelope around it."""
    to = f'"destination":{destination},' if destination else ""
    data = f'{{{to}"event":{text}}}'.encode("utf-8", "surrogateescape")
    event = loads(text)
    said: Mapping[str, Any] = event if isinstance(event, dict) else {}
    return RawEvent(source=_source(said, text), data=data, at=at_of(said))


def _source(event: Mapping[str, Any], text: str) -> str:
    """LINE's id of the event; without one what it says, but for what changes from one delivery to the next."""
    event_id = event.get("webhookEventId")
    if isinstance(event_id, str) and event_id.strip():
        return "id " + text_of(event_id)
    kept = {name: value for name, value in event.items() if name not in CHANGES_WITH_DELIVERY}
    try:
        said = json.dumps(kept, sort_keys=True) if kept else text
    except RecursionError:
        said = text
    return _digest(said.encode("utf-8", "surrogatepass"))


def _digest(data: bytes) -> str:
    return "digest " + hashlib.sha256(data).hexdigest()
