"""The sender of a channel; a demo channel's keeps what it is given as files."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.channels.models import Channel
from app.channels.registry import connector_for
from app.channels.service import settings_of
from app.core.crypto import SecretBox
from app.core.i18n import gettext
from connectors.contracts import CommitPoint, OutboundMessage, Receipt, Sender
from connectors.email.composer import compose

SENT_FOLDER = "sent"

SenderOf = Callable[[Channel], Sender]


def factory(box: SecretBox, data_dir: Path) -> SenderOf:
    def sender_of(channel: Channel) -> Sender:
        if channel.is_demo:
            return FileSender(data_dir / SENT_FOLDER)
        return connector_for(channel.kind).sender(settings_of(channel, box))

    return sender_of


class FileSender:
    """Keeps a mail as `<Message-ID>.eml` instead of sending it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        data = await asyncio.to_thread(compose, message)
        await before_commit_point()
        path = self._folder / f"{message.message_id.replace('/', '_')}.eml"
        await asyncio.to_thread(self._write, path, data)
        return Receipt(detail=gettext("Demo mailbox: nothing was sent, the mail is kept in {path}", path=str(path)))

    def _write(self, path: Path, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
