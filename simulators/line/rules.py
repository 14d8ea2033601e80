"""What can be set while the simulator runs; the defaults are LINE's own where LINE says them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Share = float


class Part(BaseModel):
    """A part of the settings: what is not named in a change stays as it is, what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Faults(Part):
    """Shares of the calls that send (reply and push), or of all calls of the API; decided once for each call."""

    dropped_before: Share = Field(default=0, ge=0, le=1)
    """The connection is cut, and nothing was done."""
    dropped_after: Share = Field(default=0, ge=0, le=1)
    """It was done, and the connection is cut before the answer."""
    delayed: Share = Field(default=0, ge=0, le=1)
    """Done, and answered `delay_seconds` later."""
    delay_seconds: float = Field(default=2, ge=0)
    failed: Share = Field(default=0, ge=0, le=1)
    """500, and nothing was done."""
    limited: Share = Field(default=0, ge=0, le=1)
    """429 of the rate, and nothing was done."""
    reaches: Literal["sending", "everything"] = "sending"
    seed: int | None = None
    """The same seed makes the same faults in the same order."""


class Webhooks(Part):
    is_active: bool = True
    """「Webhookの利用」 in LINE's console."""
    answer_seconds: float = Field(default=2, gt=0)
    """How long the desk has for its 200."""
    is_redelivered: bool = True
    redelivery_seconds: list[float] = [1, 5, 20, 60]
    """After the failure before it; when they are used up, the event is given up."""
    duplicated: Share = Field(default=0, ge=0, le=1)
    """Of the bodies, sent once more though the desk has answered."""
    is_shuffled: bool = False
    """Bodies overtake each other by up to `shuffle_seconds`."""
    shuffle_seconds: float = Field(default=0.5, ge=0)
    delay_seconds: float = Field(default=0, ge=0)
    mode: Literal["active", "standby"] = "active"


class Quota(Part):
    """`limit` None: as many as one likes."""

    limit: int | None = Field(default=200, ge=0)
    used: int = Field(default=0, ge=0)


class Rules(Part):
    faults: Faults = Field(default_factory=Faults)
    webhooks: Webhooks = Field(default_factory=Webhooks)
    quota: Quota = Field(default_factory=Quota)
    reply_token_seconds: float = Field(default=60, ge=0)
    retry_key_seconds: float = Field(default=24 * 3600, ge=0)
    calls_per_second: int = Field(default=2000, ge=0)
    transcoding_seconds: float = Field(default=3, ge=0)
    is_transcoding_failing: bool = False
    content_seconds: float = Field(default=7 * 24 * 3600, ge=0)
    """After that what was sent is gone (410)."""
    allows_http: bool = True
    """Addresses on this machine may be http: a trial has no certificate. LINE itself takes https alone."""
    chat_mode: Literal["chat", "bot"] = "chat"
    """「チャット」 on or off in LINE's manager."""
    mark_as_read_mode: Literal["auto", "manual"] = "manual"
    profile_status: int = Field(default=200, ge=200, le=599)
    """Another than 200: profiles cannot be had."""


def changed(rules: Rules, changes: dict[str, object]) -> Rules:
    """The same rules with what `changes` names, at any depth. Raises ValidationError."""
    return Rules.model_validate(_merged(rules.model_dump(), changes))


def _merged(old: dict[str, object], new: dict[str, object]) -> dict[str, object]:
    result = dict(old)
    for name, value in new.items():
        inner = result.get(name)
        result[name] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result
