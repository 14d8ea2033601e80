"""Webhook events, in the shapes of LINE's public description."""

from typing import Any

from simulators.line import naming
from simulators.line.people import Group

Event = dict[str, Any]

REPLYABLE = frozenset(
    "message follow join memberJoined postback videoPlayComplete beacon accountLink membership".split()
)
"""Those with a reply token."""
WITHOUT_SOURCE = frozenset("module activated deactivated botSuspended botResumed delivery".split())
KNOWN = (
    "message unsend follow unfollow join leave memberJoined memberLeft postback videoPlayComplete beacon accountLink "
    "membership module activated deactivated botSuspended botResumed delivery"
).split()


def frame(kind: str, *, at: int, mode: str, source: dict[str, str] | None) -> Event:
    """What every event has; `at` in milliseconds."""
    event: Event = {
        "type": kind,
        "mode": mode,
        "timestamp": at,
        "webhookEventId": naming.event_id(at),
        "deliveryContext": {"isRedelivery": False},
    }
    return event if source is None else event | {"source": source}


def source_of(user_id: str | None, group: Group | None) -> dict[str, str]:
    user = {"userId": user_id} if user_id else {}
    if group is None:
        return {"type": "user", **user}
    return {"type": group.kind, f"{group.kind}Id": group.id, **user}


def usual_fields(kind: str, *, user_id: str, account_id: str, at: int) -> dict[str, Any]:
    """What an event of this kind says where nobody names anything else."""
    users = {"members": [{"type": "user", "userId": user_id}]}
    fields: dict[str, dict[str, Any]] = {
        "memberJoined": {"joined": users},
        "memberLeft": {"left": users},
        "postback": {"postback": {"data": "action=menu&item=1"}},
        "videoPlayComplete": {"videoPlayComplete": {"trackingId": "track-1"}},
        "beacon": {"beacon": {"hwid": "d41d8cd98f", "type": "enter"}},
        "accountLink": {"link": {"result": "ok", "nonce": naming.token()}},
        "membership": {"membership": {"type": "joined", "membershipId": 3189}},
        "module": {"module": {"type": "attached", "botId": account_id, "scopes": ["message:send"]}},
        "activated": {"chatControl": {"expireAt": at + 3_600_000}},
        "delivery": {"delivery": {"data": naming.token()}},
    }
    return fields.get(kind, {})


def redelivered(event: Event) -> Event:
    """The same event, as LINE sends it again."""
    return event | {"deliveryContext": {"isRedelivery": True}}
