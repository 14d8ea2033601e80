"""Where the platforms are that have one address for everybody, or a simulator in trials and tests; and where we are."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.channels.models import LINE, Channel
from app.core.settings import Settings

OURS = "base_url"
HOOK_PATH = "/hooks/{kind}/{key}"
_addresses: dict[str, Mapping[str, str]] = {}
_zones: list[ZoneInfo] = []
_ours: dict[str, str] = {}
"""What is known to a kind that has no address of its own here."""


def use(settings: Settings) -> None:
    """For the whole process, as it starts."""
    base_url = settings.base_url.rstrip("/")
    _zones[:] = [settings.zone]
    _ours[OURS] = base_url
    _addresses[LINE] = {"api_url": settings.line_api_url, "data_api_url": settings.line_data_api_url, OURS: base_url}


def addresses_of(kind: str) -> Mapping[str, str]:
    return _addresses.get(kind, _ours)


def zone() -> ZoneInfo:
    """The organisation's: in it the hours of its channels are written."""
    return _zones[0] if _zones else Settings().zone


def hook_url(channel: Channel) -> str:
    """Where a platform is to send what happens; '' before anybody has said where we are."""
    base_url = addresses_of(channel.kind).get(OURS)
    return base_url + HOOK_PATH.format(kind=channel.kind, key=channel.key) if base_url else ""


def wants_https(channel: Channel) -> bool:
    """LINE sends to encrypted addresses only; a simulator, which is elsewhere, to any. Of others nothing is known."""
    known = addresses_of(channel.kind)
    return known.get("api_url", "").startswith("https:") and not known[OURS].startswith("https:")
