"""Kinds of channels by entry point: a package adds one, and it is loaded when a channel of it exists (MODEL 33)."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from app.channels.errors import UnknownKind
from app.core.log import get_logger
from connectors.contracts import Connector
from connectors.talks import Abilities, TalkConnector

GROUP = "madoguchi.connectors"

log = get_logger(__name__)


def connector_for(kind: str) -> Connector:
    """Raises UnknownKind for a kind that has no connector, such as the phone log, or has none any more."""
    found = _load(kind)
    if found is None:
        raise UnknownKind(kind=kind)
    return found


@cache
def _load(kind: str) -> Connector | None:
    """A package that does not start is as good as none, and keeps nothing else from working."""
    for entry in entry_points(group=GROUP, name=kind):
        try:
            connector: Connector = entry.load()()
        except Exception as error:
            log.error("a connector does not start", kind=kind, exc_info=error)
            return None
        return connector
    return None


def talk_connector_for(kind: str) -> TalkConnector:
    """Of a kind that is one of talks."""
    connector: Any = connector_for(kind)
    talks: TalkConnector = connector
    return talks


@cache
def abilities_of(kind: str) -> Abilities | None:
    """Of a kind whose channels are talks; None of every other."""
    return getattr(connector_for(kind), "abilities", None) if has_connector(kind) else None


def is_talk(kind: str) -> bool:
    """What is said there has no subject and no end."""
    return abilities_of(kind) is not None


@cache
def has_hook(kind: str) -> bool:
    """Whether what comes on channels of this kind is sent to us."""
    return has_connector(kind) and hasattr(connector_for(kind), "hook")


def has_connector(kind: str) -> bool:
    return _load(kind) is not None
