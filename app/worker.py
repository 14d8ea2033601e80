"""The background half: receivers, digest, outbox, readers of the log, schedule. Any number of processes may run it."""

import asyncio

from app import schedule
from app.bulk import jobs as bulk_jobs
from app.channels import senders
from app.core.desk import Desk
from app.core.i18n import use_locale
from app.core.parts import Part, keep_running
from app.ingest import jobs as ingest_jobs
from app.jobs.recurring import run_schedule
from app.notices import jobs as notice_jobs
from app.notices.mailing import Post
from app.outbox import worker as outbox_worker
from app.replies.withdrawal import give_back
from app.search import jobs as search_jobs
from app.tickets import jobs as ticket_jobs
from app.web.templates import environment, render_text


async def run(desk: Desk) -> None:
    """Run until cancelled. What it writes down for people to read is in the installation's language."""
    use_locale(desk.settings.locale)
    database, blobs, box = desk.database, desk.blobs, desk.box
    sender_of = senders.factory(box, desk.settings.data_dir)
    environment().globals.update(zone=desk.settings.zone)
    post = Post(database, sender_of, render_text, desk.settings.base_url)
    parts: dict[str, Part] = {
        "receivers": lambda: ingest_jobs.receive_all(database, blobs, box),
        "digest": lambda: ingest_jobs.digest_all(database, blobs),
        "outbox": lambda: outbox_worker.run(database, blobs, sender_of, give_back),
        "turns": lambda: ticket_jobs.share_by_turn(database),
        "notices": lambda: notice_jobs.read_log(database),
        "notice mails": lambda: notice_jobs.mail(post, desk.settings.zone),
        "bulk": lambda: bulk_jobs.carry_out(database),
        "search": lambda: search_jobs.keep_index(database),
        "schedule": lambda: run_schedule(database, schedule.JOBS),
    }
    async with asyncio.TaskGroup() as group:
        for name, part in parts.items():
            group.create_task(keep_running(name, part), name=name)
