"""How every page of the settings is answered."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import require_role
from app.accounts.models import Role
from app.web.entries import NOTHING_TYPED, Entry
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
ADMINS_ONLY = [Depends(require_role(Role.ADMIN))]


def admin_router(noun: str) -> APIRouter:
    """Units of work under `/admin/<noun>`, for admins alone."""
    return unit_of_work_router(prefix=f"/admin/{noun}", dependencies=ADMINS_ONLY)


def show(request: Request, template: str, entry: Entry = NOTHING_TYPED, **context: Any) -> Response:
    """A page of `templates/administration`, with 422 where something that was typed is wrong."""
    context = {"entry": entry, **context}
    return render(request, f"administration/{template}", context, status_code=entry.status_code)


def saved(path: str) -> Response:
    """The page shows what is so now, and says that it was saved."""
    return RedirectResponse(f"{path}?saved=1", SEE_OTHER)
