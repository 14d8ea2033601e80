"""What crosses the border in a talk that has no subjects and no end (LINE, a website's chat), beside words and files.

Everything here is immutable; a connector turns a provider's events into these, and these into its requests.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be said on a kind of channel, and how an answer leaves there. The defaults are those of the plainest.

    `max_units` (UTF-16) go in one message, and `most` messages at once.
    """

    max_units: int = 4_000
    most: int = 1
    files_in_one: int = 0
    """Where a file is sent as a link: how many go in one message. 0: files go along, and are no messages of their own.
    """
    has_stickers: bool = False
    can_quote: bool = False
    has_quick_replies: bool = False
    has_rights: bool = False
    """What is said brings a right to answer it, free and for a moment; else it is a push under a key (MODEL 21).
    Without, an answer leaves once as a mail does: what is unclear is for a person."""
    fetches_files: bool = False
    """It fetches what we attach from addresses of ours; else the sender is given the bytes."""
    has_profiles: bool = False
    """Names and pictures of those who write can be asked for."""
    is_ours: bool = False
    """The other end is the desk itself: nothing is handed to anybody."""

    def count_beside(self, *, shown: int, files: int, has_sticker: bool) -> int:
        """How many messages so many pictures and sounds, files and a sticker become."""
        return shown + -(-files // self.files_in_one) + has_sticker if self.files_in_one else int(has_sticker)


@dataclass(frozen=True, slots=True)
class Talk:
    """With whom: `person`, `group` or `room`, and the address that the provider has for them."""

    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that the provider keeps for a while: by its id there, or by its address where it lies elsewhere."""

    provider_id: str
    filename: str
    content_type: str
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """Something other than a message. `kind` is a `HappeningKind` of the desk's; `detail` is plain JSON."""

    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One event of a talk, or, without a talk, of the account itself: a message, or a happening.

    `extras` is plain JSON of what a message has beside words and files: `sticker` {package_id, sticker_id, words},
    `place` {title, address, latitude, longitude}, `set` {id, index, total}, `quoted_id`, `mentions` and `emojis` (each
    with the `index` and `length` of its characters), `media` (`image`, `video`, `audio`, `file`), `duration_ms`,
    `unknown` {type} (what this version does not know), `form` [{label, value}] (what was asked beforehand), `page`
    {url, title} (where it was written), `client_id`. `provider_id` is the message's id at the provider.
    """

    talk: Talk | None = None
    happening: Happening | None = None
    provider_id: str = ""
    reply_token: str = ""
    quote_token: str = ""
    read_token: str = ""
    files: tuple[RemoteFile, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)
    known_as: str = ""
    """The mail address of whoever speaks, where somebody whom we believe vouches for it."""
    is_standby: bool = False
    """Somebody else has the talk now: it is read, and never answered by itself."""


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event as it came. `source` tells it from every other of its channel, redelivered or not.

    `at` is when it happened; None where it does not say.
    """

    source: str
    data: bytes
    at: datetime | None


class WrongSignature(Exception):
    """Whoever sent this does not know the channel's secret."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the provider fetches from us: `image`, `video`, `audio`, or `file`, which is sent as a link."""

    kind: str
    url: str
    preview_url: str = ""
    name: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a message of ours needs in a talk, beside its words.

    With a `reply_token` it is a reply, else a push by `retry_key` (a UUID).
    """

    talk: Talk
    retry_key: str
    reply_token: str = ""
    sender_name: str = ""
    sticker: tuple[str, str] | None = None
    quote_token: str = ""
    quick_replies: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class SentPart:
    """What the provider calls one part of what we sent; `quote_token` lets an answer quote it."""

    provider_id: str
    quote_token: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Messages that may be pushed in this month (None: any number), and how many were."""

    limit: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What trying an account found of one `part` of it. `is_good` is None for what may stay so, or was not tried.

    `code` says what is so, `detail` the provider's own words, `field` the setting to look at, `address` how customers
    find the account.
    """

    part: str
    is_good: bool | None
    code: str
    detail: str = ""
    field: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AccountState:
    """Of a channel that is no folder: what its provider calls it, and how customers find it."""

    name: str = ""
    address: str = ""


class NotReady(Exception):
    """The provider still prepares the file."""


class Gone(Exception):
    """The provider does not have it any more, or never had."""


class Hook(Protocol):
    """Takes what a provider sends to us. Pure."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[RawEvent]:
        """Raises WrongSignature; whatever odd events are in it, each comes out."""
        ...


class Platform(Protocol):
    """What is asked of a provider beside sending. Every method raises ConnectionProblem."""

    def fetch_file(self, provider_id: str) -> AsyncGenerator[bytes]:
        """Piece by piece. Raises NotReady and Gone."""
        ...

    async def read_profile(self, talk: Talk, member: str = "") -> Profile:
        """Of a person, a group, or a member of it. Raises Gone."""
        ...

    async def read_allowance(self) -> Allowance: ...

    async def show_typing(self, talk: Talk) -> None: ...

    async def mark_read(self, talk: Talk, token: str) -> None: ...


class TalkConnector(Protocol):
    """Beside what every connector does. `settings` holds the channel's settings and secrets."""

    abilities: Abilities

    def hook(self, settings: Mapping[str, Any]) -> Hook: ...

    def platform(self, settings: Mapping[str, Any]) -> Platform: ...

    def inspect(self, settings: Mapping[str, Any]) -> AsyncIterator[Finding]:
        """Try the account for real, one part after the other; never raises."""
        ...

    async def point_here(self, settings: Mapping[str, Any]) -> None:
        """Tell the provider to send to `hook_url` of the settings; raise ConnectionProblem."""
        ...
