"""The sender of a channel; a demo channel's keeps what it is given as files."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.channels.models import EMAIL, Channel
from app.channels.registry import connector_for
from app.channels.service import settings_of
from app.core.crypto import SecretBox
from app.core.i18n import gettext
from connectors.contracts import CommitPoint, OutboundMessage, Receipt, Sender, SentKeeper
from connectors.email.composer import compose
from connectors.email.connector import read_settings
from connectors.email.sent_folder import ImapSentFolder

SENT_FOLDER = "sent"

SenderOf = Callable[[Channel], Sender]


def keeper_factory(box: SecretBox) -> Callable[[Channel], SentKeeper | None]:
    """Nothing for a mailbox that keeps no copies of what it sends."""

    def keeper_of(channel: Channel) -> SentKeeper | None:
        if channel.kind != EMAIL or not channel.keeps_copies:
            return None
        is_named = channel.settings["sent_copies"] == "named"
        folder = str(channel.settings["sent_folder"]) if is_named else ""
        return ImapSentFolder(read_settings(settings_of(channel, box)), folder)

    return keeper_of


def factory(box: SecretBox, data_dir: Path) -> SenderOf:
    def sender_of(channel: Channel) -> Sender:
        if channel.is_demo:
            return FileSender(data_dir / SENT_FOLDER)
        return connector_for(channel.kind).sender(settings_of(channel, box))

    return sender_of


class FileSender:
    """Keeps a mail as `<Message-ID>.eml` instead of sending it, what is said in a talk as text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        if message.answer is not None:
            data, name = message.text.encode(), f"{message.answer.retry_key}.txt"
        else:
            data, name = await asyncio.to_thread(compose, message), f"{message.message_id.replace('/', '_')}.eml"
        await before_commit_point()
        path = self._folder / name
        await asyncio.to_thread(self._write, path, data)
        return Receipt(detail=gettext("Demo mailbox: nothing was sent, the mail is kept in {path}", path=str(path)))

    def _write(self, path: Path, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
