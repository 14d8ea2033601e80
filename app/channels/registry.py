"""Kinds of channels by entry point: a package adds one, and it is loaded when a channel of it exists (MODEL 33)."""

from functools import cache
from importlib.metadata import entry_points

from app.channels.errors import UnknownKind
from connectors.contracts import Connector

GROUP = "madoguchi.connectors"


@cache
def connector_for(kind: str) -> Connector:
    """Raises UnknownKind for a kind that has no connector, such as the phone log."""
    for entry in entry_points(group=GROUP, name=kind):
        connector: Connector = entry.load()()
        return connector
    raise UnknownKind(kind=kind)


@cache
def has_connector(kind: str) -> bool:
    return bool(entry_points(group=GROUP, name=kind))
