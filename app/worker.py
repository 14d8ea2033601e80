"""The background half: receivers, digest, outbox, readers of the log, schedule. Any number of processes may run it."""

import asyncio

from app import schedule
from app.autoreplies import jobs as auto_reply_jobs
from app.briefings import jobs as briefing_jobs
from app.briefings.mailing import Press
from app.bulk import jobs as bulk_jobs
from app.channels import endpoints, platforms, senders
from app.channels import jobs as channel_jobs
from app.chat import jobs as chat_jobs
from app.conversations import jobs as conversation_jobs
from app.core.desk import Desk
from app.core.i18n import use_locale
from app.core.parts import Part, keep_running
from app.escalations import jobs as escalation_jobs
from app.history import jobs as history_jobs
from app.imports import jobs as import_jobs
from app.ingest import jobs as ingest_jobs
from app.jobs.recurring import run_schedule
from app.notices import jobs as notice_jobs
from app.notices.mailing import Post
from app.outbox import copies, lending
from app.outbox import worker as outbox_worker
from app.replies.withdrawal import give_back
from app.search import jobs as search_jobs
from app.sla import jobs as sla_jobs
from app.tallies import jobs as tally_jobs
from app.tickets import jobs as ticket_jobs
from app.trends import jobs as trend_jobs
from app.web.templates import environment, render_text


def _prepare(desk: Desk) -> None:
    use_locale(desk.settings.locale)
    endpoints.use(desk.settings)
    lending.use(desk.box)
    environment().globals.update(zone=desk.settings.zone)


async def run(desk: Desk) -> None:
    """Run until cancelled. What it writes down for people to read is in the installation's language."""
    _prepare(desk)
    database, blobs, box = desk.database, desk.blobs, desk.box
    sender_of = senders.factory(box, desk.settings.data_dir)
    post = Post(database, sender_of, render_text, desk.settings.base_url)
    press = Press(database, blobs, sender_of, render_text, desk.settings.base_url, desk.settings.zone)
    platform_of = platforms.factory(box)
    parts: dict[str, Part] = {
        "receivers": lambda: ingest_jobs.receive_all(database, blobs, box),
        "digest": lambda: ingest_jobs.digest_all(database, blobs),
        "outbox": lambda: outbox_worker.run(database, blobs, sender_of, give_back),
        "sent copies": lambda: copies.run(database, blobs, senders.keeper_factory(box)),
        "turns": lambda: ticket_jobs.share_by_turn(database),
        "deadlines": lambda: sla_jobs.read_log(database),
        "recounts": lambda: sla_jobs.recount(database),
        "notices": lambda: notice_jobs.read_log(database),
        "escalations": lambda: escalation_jobs.read_log(database),
        "auto replies": lambda: auto_reply_jobs.read_log(database),
        "join codes": lambda: conversation_jobs.hear_codes(database),
        "talk answers": lambda: auto_reply_jobs.answer_talks(database, sender_of, desk.settings.zone),
        "notice mails": lambda: notice_jobs.mail(post, desk.settings.zone),
        "consents": lambda: channel_jobs.keep_consents_fresh(database, box),
        "files": lambda: conversation_jobs.fetch_files(database, blobs, platform_of),
        "chats by mail": lambda: chat_jobs.continue_by_mail(database, render_text),
        "profiles": lambda: conversation_jobs.read_profiles(database, blobs, platform_of),
        "meters": lambda: conversation_jobs.read_meters(database, platform_of),
        "signs": lambda: conversation_jobs.tell_signs(database, platform_of),
        "imports": lambda: import_jobs.fill_all(database, blobs, box),
        "bulk": lambda: bulk_jobs.carry_out(database),
        "briefings": lambda: briefing_jobs.keep(press),
        "exports": lambda: history_jobs.make_all(database, blobs, desk.settings.zone),
        "trends": lambda: trend_jobs.keep_up(database),
        "tallies": lambda: tally_jobs.keep_up(database, desk.settings.zone),
        "search": lambda: search_jobs.keep_index(database),
        "schedule": lambda: run_schedule(database, schedule.JOBS),
    }
    async with asyncio.TaskGroup() as group:
        for name, part in parts.items():
            group.create_task(keep_running(name, part), name=name)
