"""How agents are told: in the desk, on their desktop, by mail; by kind, as each of them chose."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from app.notices.models import NoticeKind


class Ways(NamedTuple):
    in_desk: bool
    on_desktop: bool
    by_mail: bool

    @property
    def is_any(self) -> bool:
        return any(self)


DESK = Ways(in_desk=True, on_desktop=False, by_mail=False)
DESKTOP = Ways(in_desk=True, on_desktop=True, by_mail=False)
EVERY = Ways(in_desk=True, on_desktop=True, by_mail=True)

DEFAULTS: Mapping[NoticeKind, Ways] = {
    NoticeKind.ASSIGNED: EVERY,
    NoticeKind.TASK_ASSIGNED: EVERY,
    NoticeKind.TASK_DUE: EVERY,
    NoticeKind.DEADLINE_WARNED: DESKTOP,
    NoticeKind.DEADLINE_MISSED: EVERY,
    NoticeKind.DEADLINE_RAISED: EVERY,
    NoticeKind.ESCALATED: EVERY,
    NoticeKind.ESCALATION_RETURNED: EVERY,
    NoticeKind.ESCALATION_ANSWERED: EVERY,
    NoticeKind.ESCALATION_ENDED: DESK,
    NoticeKind.ESCALATION_DUE: EVERY,
    NoticeKind.MENTIONED: EVERY,
    NoticeKind.ANSWERED: DESKTOP,
    NoticeKind.NOTED: DESK,
    NoticeKind.STATUS_CHANGED: DESK,
    NoticeKind.COMPLAINT: EVERY,
    NoticeKind.SEND_FAILED: EVERY,
    NoticeKind.SEND_UNCERTAIN: EVERY,
    NoticeKind.SEND_CANCELLED: EVERY,
    NoticeKind.BOUNCED: EVERY,
    NoticeKind.MAIL_FLOOD: EVERY,
}
"""In the order in which the settings list them. Whatever may leave a customer without an answer goes every way."""

Chosen = Mapping[tuple[int, NoticeKind], Ways]
"""By agent and kind; what is not in it is as the kind has it."""


def ways_of(chosen: Chosen, agent_id: int, kind: NoticeKind) -> Ways:
    return chosen.get((agent_id, kind), DEFAULTS[kind])


def differing(wanted: Mapping[NoticeKind, Ways], kinds: Iterable[NoticeKind] = DEFAULTS) -> dict[NoticeKind, Ways]:
    """Only what is not the default is kept, so that a better default reaches everybody who never chose."""
    return {kind: wanted[kind] for kind in kinds if wanted[kind] != DEFAULTS[kind]}
