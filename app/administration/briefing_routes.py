"""Which daily, weekly and monthly reports are made, of what, when and for whom."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.briefings import planning, queries
from app.briefings.contents import NAMES
from app.briefings.forms import PlanForm
from app.briefings.models import BriefingPlan
from app.channels import queries as channels
from app.core.i18n import gettext
from app.notices import choice_queries
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/briefings"
router = admin_router("briefings")


@router.get("")
async def show_plans(request: Request, session: SessionDep) -> Response:
    plans = await queries.list_all_plans(session)
    mailbox = await choice_queries.find_mailbox(session)
    return show(request, "briefings.html", plans=plans, kinds=_kinds(), mailbox=mailbox)


@router.get("/new")
async def show_new(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def add(request: Request, session: SessionDep, settings: SettingsDep, admin: CurrentAgent) -> Response:
    async def verb(form: PlanForm) -> Response:
        await planning.add(session, form, settings.zone, by=admin)
        return saved(PATH)

    return await attempt(request, PlanForm, verb, lambda entry: _page(request, session, None, entry))


@router.get("/{plan_id}")
async def show_one(request: Request, session: SessionDep, plan_id: RowId) -> Response:
    return await _page(request, session, await planning.get_plan(session, plan_id))


@router.post("/{plan_id}")
async def change(
    request: Request, session: SessionDep, settings: SettingsDep, admin: CurrentAgent, plan_id: RowId
) -> Response:
    plan = await planning.get_plan(session, plan_id)

    async def verb(form: PlanForm) -> Response:
        await planning.change(session, plan, form, settings.zone, by=admin)
        return saved(f"{PATH}/{plan.id}")

    return await attempt(request, PlanForm, verb, lambda entry: _page(request, session, plan, entry))


@router.post("/{plan_id}/draft")
async def draft_now(session: SessionDep, settings: SettingsDep, admin: CurrentAgent, plan_id: RowId) -> Response:
    await planning.draft_now(session, await planning.get_plan(session, plan_id), settings.zone)
    return saved(f"{PATH}/{plan_id}")


@router.post("/{plan_id}/removal")
async def remove(session: SessionDep, settings: SettingsDep, admin: CurrentAgent, plan_id: RowId) -> Response:
    plan = await planning.get_plan(session, plan_id)
    await planning.archive(session, plan, settings.zone, is_archived=True, by=admin)
    return saved(PATH)


@router.post("/{plan_id}/restoration")
async def restore(session: SessionDep, settings: SettingsDep, admin: CurrentAgent, plan_id: RowId) -> Response:
    plan = await planning.get_plan(session, plan_id)
    await planning.archive(session, plan, settings.zone, is_archived=False, by=admin)
    return saved(f"{PATH}/{plan_id}")


async def _page(
    request: Request, session: AsyncSession, plan: BriefingPlan | None, entry: Entry = NOTHING_TYPED
) -> Response:
    agents = [each for each in await accounts.list_agents(session) if each.disabled_at is None]
    context: dict[str, Any] = {
        "plan": plan,
        "kinds": list(_kinds().items()),
        "channels": [(each.id, each.name) for each in await channels.list_channels(session)],
        "teams": [(each.id, each.name) for each in await accounts.list_teams(session)],
        "agents": [(each.id, f"{each.name} <{each.email}>") for each in agents],
        "time": f"{plan.minute_of_day // 60:02}:{plan.minute_of_day % 60:02}" if plan else "07:00",
        "addresses": "\n".join(plan.addresses) if plan else "",
    }
    return show(request, "briefing.html", entry, **context)


def _kinds() -> dict[str, str]:
    return {kind.value: gettext(name) for kind, name in NAMES.items()}
