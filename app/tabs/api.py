"""The API's verbs of tabs; `GET /tabs` counts too, and stands where lists are read."""

from typing import Any

from app.accounts.deps import ViewerDep
from app.tabs import service
from app.tabs.forms import OrderForm, Scope, TabForm
from app.tabs.models import Tab
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tabs", tags=["tickets"])


@router.post("", status_code=201)
async def create_tab(form: TabForm, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """Conditions as in `GET /tickets`, a `name`, and a `scope`: mine, a team's or everyone's."""
    return _document(await service.create(session, form, viewer=viewer))


@router.put("/order", status_code=204)
async def put_in_order(form: OrderForm, session: SessionDep, viewer: ViewerDep) -> None:
    """One's own order of the tabs after the built-in ones."""
    await service.put_in_order(session, form.keys, viewer=viewer)


@router.get("/{key}")
async def show_tab(key: str, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    return _document(await service.get(session, key, viewer=viewer))


@router.put("/{key}")
async def change_tab(key: str, form: TabForm, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    tab = await service.get(session, key, viewer=viewer)
    await service.change(session, tab, form, viewer=viewer)
    return _document(tab)


@router.delete("/{key}", status_code=204)
async def remove_tab(key: str, session: SessionDep, viewer: ViewerDep) -> None:
    """Out of every sidebar; `POST /tabs/{key}/restoration` brings it back."""
    await service.archive(session, await service.get(session, key, viewer=viewer), viewer=viewer)


@router.post("/{key}/restoration")
async def restore_tab(key: str, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    tab = await service.get(session, key, viewer=viewer)
    await service.restore(session, tab, viewer=viewer)
    return _document(tab)


def _document(tab: Tab) -> dict[str, Any]:
    scope = Scope.MINE if tab.owner_id else Scope.TEAM if tab.team_id else Scope.EVERYONE
    return {
        "key": service.key_of(tab.id),
        "name": tab.name,
        "scope": scope,
        "team_id": tab.team_id,
        "conditions": tab.conditions,
        "is_removed": tab.archived_at is not None,
    }
