"""Tries a mailbox's settings for real."""

from aiosmtplib import SMTPException

from connectors.contracts import ConnectionProblem, FolderState
from connectors.email.receiver import ImapReceiver
from connectors.email.settings import EmailSettings
from connectors.email.smtp_session import SmtpSession


async def check(settings: EmailSettings) -> FolderState:
    """Both servers are reached and signed in to; raises the ConnectionProblem of the first that is not."""
    state = await check_imap(settings)
    await check_smtp(settings)
    return state


async def check_imap(settings: EmailSettings) -> FolderState:
    receiver = ImapReceiver(settings)
    try:
        return await receiver.connect()
    finally:
        await receiver.close()


async def check_smtp(settings: EmailSettings) -> None:
    session = SmtpSession(settings)
    try:
        await session.open()
        await session.command(b"NOOP")
        await session.quit()
    except (SMTPException, OSError) as error:
        raise session.endpoint.diagnose(error) from error
    finally:
        session.close()


__all__ = ["ConnectionProblem", "check", "check_imap", "check_smtp"]
