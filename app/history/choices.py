"""What the conditions of the 「対応履歴」 can be, for the fields of its page: pairs of value and label."""

from collections.abc import Sequence

from app.core.i18n import gettext
from app.inbox.choices import Choices
from app.inbox.desk import Sight
from app.inbox.values import Sort

Options = Sequence[tuple[object, str]]


def options_of(sight: Sight, choices: Choices) -> dict[str, Options]:
    return {
        "status": [(each.key, each.name) for each in choices.all_statuses],
        "category": [(each.id, each.path) for each in choices.categories],
        "assignee": [
            ("me", gettext("Me")),
            ("none", gettext("Nobody")),
            *((each.id, each.name) for each in choices.agents),
        ],
        "team": [(each.id, each.name) for each in choices.teams],
        "channel": [(each.id, each.name) for each in sight.channels],
        "sort": [
            (Sort.LATEST.value, gettext("Updated last")),
            (Sort.NEWEST.value, gettext("Newest inquiry")),
            (Sort.OLDEST.value, gettext("Oldest inquiry")),
        ],
    }
