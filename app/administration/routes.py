"""The first page of the settings, and the nouns under it."""

from fastapi import APIRouter, Request, Response

from app.administration import (
    announcement_routes,
    classification_routes,
    letter_routes,
    mailbox_routes,
    people_routes,
    search_routes,
    team_routes,
)
from app.administration.pages import ADMINS_ONLY, show
from app.web.unit_of_work import unit_of_work_router

index = unit_of_work_router(prefix="/admin", dependencies=ADMINS_ONLY)


@index.get("")
async def show_settings(request: Request) -> Response:
    return show(request, "index.html")


NOUNS = (search_routes, people_routes, team_routes, mailbox_routes, letter_routes, announcement_routes)

router = APIRouter()
router.include_router(index)
router.include_router(mailbox_routes.doors)  # `check` is no number of a mailbox
for noun in NOUNS:
    router.include_router(noun.router)
for sorted_by in classification_routes.NOUNS:
    router.include_router(sorted_by.router())
