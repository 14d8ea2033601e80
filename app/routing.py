"""Every route of the desk, of its API and of its pages, in the order in which a request is compared with them."""

from functools import cache

from fastapi import APIRouter
from starlette.routing import BaseRoute

from app.accounts import absence_api, absence_routes, invitation_routes
from app.accounts import api as account_api
from app.accounts import routes as account_routes
from app.administration import routes as administration_routes
from app.asking import export_routes as escalation_export_routes
from app.asking import routes as asking_routes
from app.boards import routes as board_routes
from app.briefings import api as briefing_api
from app.briefings import routes as briefing_routes
from app.bulk import api as bulk_api
from app.bulletin import api as bulletin_api
from app.calls import api as call_api
from app.calls import routes as call_routes
from app.chat import desk_api as chat_desk_api
from app.chat import file_routes as chat_file_routes
from app.chat import routes as visitor_routes
from app.chat import widget_routes
from app.conversations import file_api, join_api, join_routes
from app.conversations import routes as conversation_routes
from app.escalations import api as escalation_api
from app.escalations import guest_routes as escalation_guest_routes
from app.faq import routes as faq_routes
from app.history import api as history_api
from app.history import routes as history_routes
from app.inbox import api as inbox_api
from app.inbox import (
    chat_routes,
    customers_api,
    home_routes,
    image_routes,
    joining_routes,
    passing_api,
    print_routes,
    sending_routes,
    serving_api,
    suggestion_api,
    suggestion_routes,
    tab_routes,
    talk_api,
    uniting_routes,
)
from app.inbox import routes as inbox_routes
from app.inbox import ticket_routes as inbox_ticket_routes
from app.ingest import api as ingest_api
from app.ingest import hook_routes
from app.letters import api as letter_api
from app.letters import customer_api, customer_routes
from app.letters import routes as letter_routes
from app.live import routes as live_routes
from app.marking import marker_routes, unclassified_routes
from app.merging import api as merging_api
from app.merging import customer_api as uniting_api
from app.monitoring import routes as monitoring_routes
from app.notices import api as notice_api
from app.notices import routes as notice_routes
from app.notices import settings_routes as notice_settings_routes
from app.outbox import api as outbox_api
from app.outbox import routes as media_routes
from app.replies import api as reply_api
from app.reports import api as report_api
from app.reports import routes as report_routes
from app.tabs import api as tab_api
from app.tasks import api as task_api
from app.tickets import api as ticket_api
from app.tickets import attachment_api, attachment_routes, image_api
from app.tickets import routes as ticket_routes
from app.trends import api as trend_api
from app.webforms import routes as webform_routes

DESK: tuple[APIRouter, ...] = (  # what is asked most is looked for first
    inbox_routes.router,
    inbox_ticket_routes.router,
    suggestion_routes.router,
    joining_routes.router,
    uniting_routes.router,
    chat_routes.router,
    live_routes.router,
    live_routes.stream_router,
    hook_routes.router,
    chat_file_routes.router,
    widget_routes.asset_router,
    widget_routes.router,
    visitor_routes.router,
)
API: tuple[APIRouter, ...] = (
    reply_api.router,
    inbox_api.router,
    ticket_api.router,
    merging_api.router,
    uniting_api.router,
    join_api.router,
    notice_api.router,
    account_api.router,
    absence_api.router,
    customers_api.router,
    attachment_api.router,
    image_api.router,
    ingest_api.router,
    file_api.router,
    talk_api.router,
    bulk_api.router,
    history_api.router,
    briefing_api.router,
    outbox_api.router,
    letter_api.router,
    customer_api.router,
    tab_api.router,
    serving_api.router,
    passing_api.router,
    bulletin_api.router,
    task_api.router,
    escalation_api.router,
    trend_api.router,
    suggestion_api.router,
    call_api.router,
    report_api.router,
    chat_desk_api.router,
    chat_routes.api,
    live_routes.stream_router,
)
PAGES: tuple[APIRouter, ...] = (
    history_routes.router,
    briefing_routes.router,
    join_routes.router,
    webform_routes.router,
    escalation_guest_routes.router,
    media_routes.router,
    image_routes.router,
    conversation_routes.router,
    conversation_routes.store_router,
    home_routes.router,
    escalation_export_routes.router,  # `export.csv` is no number of a question
    asking_routes.router,
    sending_routes.router,
    call_routes.router,
    tab_routes.router,
    ticket_routes.router,
    attachment_routes.router,
    notice_routes.router,
    letter_routes.router,
    faq_routes.router,
    customer_routes.router,
    print_routes.router,
    report_routes.router,
    board_routes.router,
    marker_routes.router,
    unclassified_routes.router,
    monitoring_routes.router,
    account_routes.router,
    absence_routes.router,
    invitation_routes.router,
    notice_settings_routes.router,
    administration_routes.router,
)


@cache
def routes() -> list[BaseRoute]:
    """What FastAPI reads out of the handlers takes half a second, and is the same for every application."""
    every = APIRouter()
    for router in DESK:
        every.include_router(router, include_in_schema=False)
    for router in API:
        every.include_router(router, prefix="/api/v1")
    for router in PAGES:
        every.include_router(router, include_in_schema=False)
    return every.routes
