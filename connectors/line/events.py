"""What LINE tells beside messages: each of its kinds of events as a happening. Pure; never raises."""

from collections.abc import Callable
from typing import Any

from connectors.talks import Happening
from connectors.values import Json, list_of, object_of, text_of, whole_of, without_nothing, word_of

MAX_MEMBERS = 500
MAX_DATA = 5_000


def happening_of(event: Json) -> Happening:
    """Of a kind that this version does not know only that."""
    kind = word_of(event.get("type"))
    read = READERS.get(kind)
    if read is None:
        return Happening("unknown", without_nothing(type=kind))
    return read(event)


def _simple(kind: str) -> Callable[[Json], Happening]:
    return lambda event: Happening(kind)


def _unsend(event: Json) -> Happening:
    return Happening("unsent", without_nothing(message_id=word_of(object_of(event.get("unsend")).get("messageId"))))


def _follow(event: Json) -> Happening:
    is_back = object_of(event.get("follow")).get("isUnblocked") is True
    return Happening("unblocked" if is_back else "followed")


def _members(kind: str, holder: str) -> Callable[[Json], Happening]:
    def read(event: Json) -> Happening:
        members = list_of(object_of(event.get(holder)).get("members"))[:MAX_MEMBERS]
        addresses = [word_of(object_of(each).get("userId")) for each in members]
        return Happening(kind, without_nothing(members=[each for each in addresses if each]))

    return read


def _postback(event: Json) -> Happening:
    postback = object_of(event.get("postback"))
    params = {word_of(name): word_of(value) for name, value in object_of(postback.get("params")).items()}
    return Happening("postback", without_nothing(data=text_of(postback.get("data"))[:MAX_DATA], params=params))


def _plain(kind: str, holder: str, **names: str) -> Callable[[Json], Happening]:
    """`names`: what we call it, and what LINE does."""

    def read(event: Json) -> Happening:
        values = object_of(event.get(holder))
        return Happening(kind, without_nothing(**{ours: _value(values.get(theirs)) for ours, theirs in names.items()}))

    return read


def _value(value: object) -> Any:
    if isinstance(value, list):
        return [word_of(each) for each in value[:MAX_MEMBERS]]
    return whole_of(value) if whole_of(value) is not None else word_of(value)


READERS: dict[str, Callable[[Json], Happening]] = {
    "unsend": _unsend,
    "follow": _follow,
    "unfollow": _simple("unfollowed"),
    "join": _simple("joined"),
    "leave": _simple("left"),
    "memberJoined": _members("members_joined", "joined"),
    "memberLeft": _members("members_left", "left"),
    "postback": _postback,
    "videoPlayComplete": _plain("video_played", "videoPlayComplete", tracking_id="trackingId"),
    "beacon": _plain("beacon", "beacon", hardware_id="hwid", type="type", device_message="dm"),
    "accountLink": _plain("account_linked", "link", result="result", nonce="nonce"),
    "membership": _plain("membership", "membership", type="type", membership_id="membershipId"),
    "module": _plain("module", "module", type="type", bot_id="botId", scopes="scopes", reason="reason"),
    "activated": _plain("activated", "chatControl", expires_at_ms="expireAt"),
    "deactivated": _simple("deactivated"),
    "botSuspended": _simple("suspended"),
    "botResumed": _simple("resumed"),
    "delivery": _plain("delivered", "delivery", data="data"),
}
