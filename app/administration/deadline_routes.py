"""Rules for deadlines: for everybody, or for a channel, a category, a priority."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import choices
from app.administration.pages import admin_router, saved, show
from app.channels import calendar_queries
from app.core.i18n import gettext
from app.inbox.choices import read_choices
from app.inbox.words import PRIORITY_NAMES
from app.sla import policies, queries
from app.sla.forms import PolicyForm, as_written
from app.sla.models import HOUR, WARN_SHARE, DeadlinePolicy
from app.tickets.errors import Unknown
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/deadlines"
TIMES = ("first_reply", "next_reply", "resolution")
router = admin_router("deadlines")


@router.get("")
async def show_deadlines(request: Request, session: SessionDep) -> Response:
    ordered = await policies.list_ranked(session)
    counts = await queries.count_open(session, [policy.id for policy in ordered])
    names = await _names(session)
    rules = [(policy, _about(policy, names), _times(policy), counts.get(policy.id, 0)) for policy in ordered]
    recounts = await calendar_queries.list_recounts(session, limit=1)
    return show(request, "deadlines.html", rules=rules, recount=recounts[0] if recounts else None)


@router.get("/new")
async def show_new(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def make(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: PolicyForm) -> Response:
        await _require_known(session, form)
        await policies.add(session, form, by=admin)
        return saved(PATH)

    return await attempt(request, PolicyForm, verb, lambda entry: _page(request, session, None, entry))


@router.get("/{policy_id}")
async def show_one(request: Request, session: SessionDep, policy_id: RowId) -> Response:
    return await _page(request, session, await queries.get_policy(session, policy_id))


@router.post("/{policy_id}")
async def change(request: Request, session: SessionDep, admin: CurrentAgent, policy_id: RowId) -> Response:
    policy = await queries.get_policy(session, policy_id)

    async def verb(form: PolicyForm) -> Response:
        await _require_known(session, form)
        await policies.change(session, policy, form, by=admin)
        return saved(PATH)

    return await attempt(request, PolicyForm, verb, lambda entry: _page(request, session, policy, entry))


@router.post("/{policy_id}/removal")
async def remove(session: SessionDep, admin: CurrentAgent, policy_id: RowId) -> Response:
    await policies.remove(session, await queries.get_policy(session, policy_id), by=admin)
    return saved(PATH)


async def _page(
    request: Request, session: AsyncSession, policy: DeadlinePolicy | None, entry: Entry = NOTHING_TYPED
) -> Response:
    names = await _names(session)
    context: dict[str, Any] = {
        "policy": policy,
        "names": names,
        "times": _times(policy) if policy else {"raise_after": as_written(HOUR)},
        "warn_share": policy.warn_share if policy else WARN_SHARE,
    }
    return show(request, "deadline.html", entry, **context)


async def _names(session: AsyncSession) -> dict[str, dict[Any, str]]:
    """What a rule can be about, by name."""
    known = await read_choices(session)
    return {
        "channel_id": dict(await choices.channels(session)),
        "category_id": {each.id: each.path for each in known.categories},
        "priority": {priority.value: gettext(name) for priority, name in PRIORITY_NAMES.items()},
    }


async def _require_known(session: AsyncSession, form: PolicyForm) -> None:
    names = await _names(session)
    for field in ("channel_id", "category_id"):
        chosen = getattr(form, field)
        if chosen is not None and chosen not in names[field]:
            raise Unknown(field)


def _about(policy: DeadlinePolicy, names: dict[str, dict[Any, str]]) -> list[str]:
    named = ((field, getattr(policy, field)) for field in names)
    return [names[field].get(value, "?") for field, value in named if value is not None]


def _times(policy: DeadlinePolicy) -> dict[str, str]:
    written = {name: as_written(getattr(policy, f"{name}_seconds")) for name in TIMES}
    return {
        **written,
        "warn_before": as_written(policy.warn_seconds),
        "raise_after": as_written(policy.raise_seconds),
    }
