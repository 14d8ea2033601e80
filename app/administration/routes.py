"""The first page of the settings, and the nouns under it."""

from fastapi import APIRouter, Request, Response

from app.administration import (
    announcement_routes,
    audit_routes,
    auto_reply_routes,
    backfill_routes,
    briefing_routes,
    calendar_routes,
    channel_routes,
    chat_part_routes,
    chat_routes,
    classification_routes,
    consent_routes,
    deadline_routes,
    escalation_reason_routes,
    form_field_routes,
    form_routes,
    letter_routes,
    line_answer_routes,
    line_routes,
    mailbox_routes,
    notice_routes,
    people_routes,
    policy_routes,
    prompt_routes,
    search_routes,
    system_routes,
    team_routes,
)
from app.administration.pages import ADMINS_ONLY, show
from app.web.unit_of_work import unit_of_work_router

index = unit_of_work_router(prefix="/admin", dependencies=ADMINS_ONLY)


@index.get("")
async def show_settings(request: Request) -> Response:
    return show(request, "index.html")


NOUNS = (
    search_routes,
    people_routes,
    team_routes,
    mailbox_routes,
    line_routes,
    line_answer_routes,
    form_routes,
    form_field_routes,
    prompt_routes,
    chat_part_routes,
    chat_routes,
    channel_routes,
    backfill_routes,
    auto_reply_routes,
    letter_routes,
    announcement_routes,
    escalation_reason_routes,
    notice_routes,
    policy_routes,
    briefing_routes,
    calendar_routes,
    deadline_routes,
    escalation_reason_routes,
    audit_routes,
)

router = APIRouter()
router.include_router(index)
router.include_router(consent_routes.doors)
router.include_router(line_routes.doors)
router.include_router(channel_routes.doors)
router.include_router(chat_part_routes.doors)
router.include_router(mailbox_routes.doors)  # `check` is no number of a mailbox
router.include_router(audit_routes.doors)
router.include_router(system_routes.router)
router.include_router(system_routes.doors)
for noun in NOUNS:
    router.include_router(noun.router)
for sorted_by in classification_routes.NOUNS:
    router.include_router(sorted_by.router())
