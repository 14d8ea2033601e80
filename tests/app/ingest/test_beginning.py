"""A mailbox that begins now: what arrives while it looks is not lost."""

from datetime import timedelta

from app.channels import queries as channel_queries
from app.core.clock import now
from app.core.database import Database
from app.ingest.beginning import begin
from tests.support.arrivals import build_mail
from tests.support.builders import build_channel
from tests.support.fake_mailbox import FakeMailbox


async def test_what_arrives_between_two_looks_is_fetched(database: Database) -> None:
    server = FakeMailbox()
    old = server.deliver(build_mail(mail_id="old@customer.example"))
    async with database.transaction() as session:
        channel = await build_channel(session)
        folder = await channel_queries.ensure_folder(session, channel.id, "INBOX", begins_at=now())

    def arrive(command: str) -> None:
        server.happens = lambda command: None
        server.deliver(build_mail(mail_id="new@customer.example"), at=now() + timedelta(seconds=1))

    server.happens = arrive
    begun = await begin(database, server, folder, server.state)

    assert begun.uid == begun.floor_uid == old
