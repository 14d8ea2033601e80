"""Tabs of one's own on the page: their part of the sidebar, and the form that makes one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from app.core.errors import NotFound
from app.core.i18n import gettext, mark
from app.inbox.choices import Choices
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import Sight
from app.inbox.own_tabs import OwnTab, read_own_tabs
from app.inbox.values import ChannelView, LabelView, Named
from app.inbox.words import PRIORITY_NAMES, STATUS_NAMES
from app.tabs.forms import Scope
from app.tickets.models import Phase
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tabs")

SCOPE_NAMES = {
    Scope.MINE: mark("Only me"),
    Scope.TEAM: mark("A team"),
    Scope.EVERYONE: mark("Everyone"),
}
OPEN = [Phase.NEW, Phase.IN_PROGRESS]

Options = Sequence[tuple[object, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One condition to choose; without an option that fits everybody it is not asked."""

    name: str
    label: str
    options: Options


@router.get("")
async def show_tabs(
    request: Request, session: SessionDep, sight: SightDep, choices: ChoicesDep, tab: str = ""
) -> Response:
    own_tabs = await read_own_tabs(session, sight, choices)
    return render(request, "inbox/_own_tabs.html", {"own_tabs": own_tabs, "tab": tab})


@router.get("/form")
async def show_form(
    request: Request, session: SessionDep, sight: SightDep, choices: ChoicesDep, key: str = ""
) -> Response:
    """Of a tab by its key; else a new one with the conditions that the address names."""
    own = next((each for each in await read_own_tabs(session, sight, choices) if each.key == key), None)
    if key and own is None:
        raise NotFound(tab=key)
    context = {
        "own": own,
        "asked": _asked(request, own),
        "questions": [each for each in _questions(choices, sight) if each.options],
        "phases": [(phase, gettext(name)) for phase, name in STATUS_NAMES.items()],
        "scopes": [(scope, gettext(name)) for scope, name in SCOPE_NAMES.items()],
        "leads": sight.viewer.agent.role.leads,
        "teams": _own_teams(choices, sight),
    }
    return render(request, "inbox/_tab_form.html", context)


def _asked(request: Request, own: OwnTab | None) -> Mapping[str, Any]:
    if own is not None:
        return own.conditions
    phases = request.query_params.getlist("phase") or OPEN
    return {**request.query_params, "phase": phases}


def _questions(choices: Choices, sight: Sight) -> list[Question]:
    people: list[tuple[object, str]] = [("me", gettext("Whoever is looking")), ("none", gettext("Nobody"))]
    return [
        Question("assignee", gettext("Assignee"), people + _pairs(choices.agents)),
        Question("channel", gettext("Mailbox"), _pairs(sight.channels)),
        Question("team", gettext("Team"), _pairs(choices.teams)),
        Question("status", gettext("Status"), [(each.key, each.name) for each in choices.statuses]),
        Question("category", gettext("Category"), [(each.id, each.path) for each in choices.categories]),
        Question("label", gettext("Label"), _pairs(choices.labels)),
        Question("priority", gettext("Priority"), [(key, gettext(name)) for key, name in PRIORITY_NAMES.items()]),
        Question("complaint", gettext("Complaint"), [("true", gettext("Yes")), ("false", gettext("No"))]),
        Question(
            "waiting",
            gettext("Whose turn it is"),
            [("false", gettext("Ours")), ("true", gettext("The customer's"))],
        ),
        Question(
            "escalated",
            gettext("Escalation"),
            [("true", gettext("Asked of others")), ("false", gettext("No open question"))],
        ),
        Question("overdue", gettext("Deadline"), [("true", gettext("Reply overdue"))]),
    ]


def _pairs(entries: Iterable[Named | ChannelView | LabelView]) -> list[tuple[object, str]]:
    return [(each.id, each.name) for each in entries]


def _own_teams(choices: Choices, sight: Sight) -> list[Named]:
    viewer = sight.viewer
    return [each for each in choices.teams if viewer.sees_all or each.id in viewer.team_ids]
