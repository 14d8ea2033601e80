"""The platform behind a channel of talks."""

from collections.abc import Callable

from app.channels.models import Channel
from app.channels.registry import talk_connector_for
from app.channels.service import settings_of
from app.core.crypto import SecretBox
from connectors.quiet import QuietPlatform
from connectors.talks import Platform

PlatformOf = Callable[[Channel], Platform]


def factory(box: SecretBox) -> PlatformOf:
    def platform_of(channel: Channel) -> Platform:
        connector = talk_connector_for(channel.kind)
        return connector.platform(settings_of(channel, box)) if hasattr(connector, "platform") else QuietPlatform()

    return platform_of
