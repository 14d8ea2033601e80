from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import service as channels
from app.channels.forms import EmailForm
from app.channels.models import Channel
from app.core.crypto import SecretBox
from tests.support.dovecot import Mailbox
from tests.support.network import LOOPBACK

ADDRESS = "support@example.jp"
NOBODY = {"imap_host": LOOPBACK, "imap_port": 1, "imap_user": "support"}


async def add_email_channel(
    session: AsyncSession, box: SecretBox, mailbox: Mailbox | None = None, **settings: Any
) -> Channel:
    """Fetched from `mailbox`, or from where nobody answers; `settings` are by the names of the form."""
    ours = {"name": "サポート窓口", "address": ADDRESS, "smtp_host": LOOPBACK, "smtp_security": "none"}
    theirs = NOBODY if mailbox is None else _reach(mailbox)
    form = EmailForm.model_validate({**ours, **theirs, **settings})
    return await channels.create_email(session, form, box)


def _reach(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "imap_host": mailbox.host,
        "imap_port": mailbox.port,
        "imap_security": "none",
        "imap_user": mailbox.user,
        "imap_password": mailbox.password,
    }
