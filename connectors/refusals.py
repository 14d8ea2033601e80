"""How a provider of talks may refuse a message: certain, and each asks for something else."""

from datetime import timedelta

from connectors.contracts import DeliveryError


class RightGone(DeliveryError):
    """The right to reply was used, or is too old: this attempt was not taken by it."""


class QuotaGone(DeliveryError):
    """No more messages may be pushed in this month."""


class NotAdmitted(DeliveryError):
    """The provider refuses us altogether: a setting of the channel is wrong."""


class Busy(DeliveryError):
    """Too many requests; the provider may say for how long to `pause`."""

    def __init__(self, reason: str, *, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause
