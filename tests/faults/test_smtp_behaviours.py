"""What mail servers do at each step of a sending, and what a reply is then: sent, waiting, failed or undecided."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.channels import senders
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.outbox.delivery import deliver
from app.outbox.models import OutboxState
from tests.connectors.email.scripted_server import Peer, serve
from tests.support.builders import build_agent, build_ticket
from tests.support.mailboxes import add_email_channel
from tests.support.replying import Desk
from tests.support.sending import claim

DROP, GOODBYE, SILENCE, SLOW, NOISE = "drop", "goodbye", "silence", "slow", "noise"
PATIENCE_SECONDS, IMPATIENCE_SECONDS, SLOWNESS_SECONDS = 60.0, 2.0, 0.1
SENT, QUEUED, FAILED, UNCERTAIN = (
    OutboxState.SENT, OutboxState.QUEUED, OutboxState.FAILED, OutboxState.UNCERTAIN)  # fmt: skip
USUAL = {"GREETING": "220 smtp.test", "EHLO": "250 smtp.test", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on",
         "BODY": "250 queued"}  # fmt: skip
BEFORE = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")
TABLE = [
    *((step, answer, QUEUED) for step in BEFORE for answer in ("421 4.3.2 shutting down", DROP, SILENCE)),
    *((step, "554 5.7.1 no", FAILED) for step in ("MAIL", "RCPT", "DATA")),
    ("GREETING", NOISE, QUEUED),
    ("GREETING", SLOW, SENT),
    ("MAIL", "450 4.7.1 greylisted", QUEUED),
    ("MAIL", "452 4.3.1 insufficient storage", QUEUED),
    ("MAIL", "552 5.3.4 too large", FAILED),
    ("MAIL", SLOW, SENT),
    ("RCPT", "450 4.7.1 greylisted", QUEUED),
    ("RCPT", "251 will forward", SENT),
    ("DATA", "451 4.3.0 later", QUEUED),
    ("DATA", "250 what?", QUEUED),
    ("gone", "550 5.1.1 unknown", SENT),
    ("gone", "450 4.2.1 busy", SENT),
    ("BODY", "250-2.0.0 taken\r\n250 as 7", SENT),
    ("BODY", "451 4.7.1 greylisted", QUEUED),
    ("BODY", "452 4.3.1 insufficient storage", QUEUED),
    ("BODY", "550 5.7.1 spam", FAILED),
    ("BODY", "552 5.3.4 too large", FAILED),
    ("BODY", "554 5.6.0 refused", FAILED),
    ("BODY", SLOW, SENT),
    ("BODY", SILENCE, UNCERTAIN),
    ("BODY", DROP, UNCERTAIN),
    ("BODY", GOODBYE, UNCERTAIN),
    ("BODY", NOISE, UNCERTAIN),
    ("QUIT", DROP, SENT),
    ("QUIT", SILENCE, SENT),
    ("QUIT", "500 what?", SENT),
]
"""A step, what the server does there, and the state that is right."""


@dataclass
class SmtpServer:
    """Does as one line of the table says; `taken` counts the mails that it had as a whole."""

    step: str
    answer: str
    taken: list[bytes] = field(default_factory=list)

    async def __call__(self, peer: Peer) -> None:
        await self._act(peer, "GREETING")
        while line := await peer.hear():
            verb = line[:4].upper()
            is_gone = self.step == "gone" and "gone@" in line
            await self._act(peer, "gone" if is_gone else verb)
            if verb == "DATA" and self.step != "DATA":
                self.taken.append(await peer.hear_body())
                await self._act(peer, "BODY")

    async def _act(self, peer: Peer, step: str) -> None:
        answer = self.answer if step == self.step else USUAL.get(step, "221 bye")
        if answer == DROP:
            peer.reset()
        elif answer == GOODBYE:
            peer.writer.close()
        elif answer == SILENCE:
            await peer.silence()
        elif answer == NOISE:
            await peer.say("nothing of SMTP")
        elif answer == SLOW:
            await _say_slowly(peer, USUAL[step])
        else:
            await peer.say(answer)


async def _say_slowly(peer: Peer, line: str) -> None:
    """In two pieces, well within the time."""
    peer.writer.write(line[:5].encode())
    await peer.writer.drain()
    await asyncio.sleep(SLOWNESS_SECONDS)
    await peer.say(line[5:])


@pytest.mark.parametrize(("step", "answer", "state"), TABLE)
async def test_each_behaviour_of_a_server_leads_to_the_right_state(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    tmp_path: Path,
    step: str,
    answer: str,
    state: OutboxState,
) -> None:
    server = SmtpServer(step, answer)
    async with serve(server) as port:
        desk = await _desk(database, box, port, seconds=IMPATIENCE_SECONDS if answer == SILENCE else PATIENCE_SECONDS)
        entry_id = await desk.reply(cc=["gone@example.com"] if step == "gone" else [])

        await deliver(database, blobs, await claim(database), senders.factory(box, tmp_path))

    entry = await desk.entry(entry_id)
    assert entry.state is state
    assert len(server.taken) <= 1
    assert bool(entry.error) == (state is not SENT)
    assert server.taken or state is not SENT


async def _desk(database: Database, box: SecretBox, port: int, *, seconds: float) -> Desk:
    async with database.transaction() as session:
        agent, channel = await build_agent(session), await add_email_channel(session, box, smtp_port=port)
        channel.settings = {**channel.settings, "timeout": seconds, "transfer_timeout": seconds}
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        return Desk(database, agent, channel, ticket.id)
