"""What a LINE official account needs: its secrets, and where LINE is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

API_URL = "https://api.line.me"
DATA_API_URL = "https://api-data.line.me"


@dataclass(frozen=True, slots=True)
class LineSettings:
    channel_secret: str = field(repr=False)
    channel_access_token: str = field(repr=False)
    api_url: str = API_URL
    data_api_url: str = DATA_API_URL
    hook_url: str = ""
    """Where LINE is to send what happens: the address of the desk, as LINE has to know it."""


def read_settings(settings: Mapping[str, Any]) -> LineSettings:
    return LineSettings(
        channel_secret=settings.get("channel_secret", ""),
        channel_access_token=settings.get("channel_access_token", ""),
        api_url=settings.get("api_url") or API_URL,
        data_api_url=settings.get("data_api_url") or DATA_API_URL,
        hook_url=settings.get("hook_url", ""),
    )
