"""Hands one message to an SMTP server and says truthfully what became of it."""

import asyncio
from collections.abc import Container

from aiosmtplib import SMTPException
from aiosmtplib.response import SMTPResponse

from connectors.contracts import (
    Address,
    CommitPoint,
    ConnectionProblem,
    DeliveryError,
    OutboundMessage,
    Receipt,
)
from connectors.email import addresses, composer
from connectors.email.cleaning import clean_line
from connectors.email.encoding import Unsendable
from connectors.email.settings import EmailSettings
from connectors.email.smtp_session import SmtpSession, dot_stuffed

START_INPUT = 354
NOBODY = b"<>"
LOST = (SMTPException, OSError, EOFError)
"""TimeoutError is an OSError."""


class SmtpSender:
    """Implements contracts.Sender with one connection for each message."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        data = await _composed(message)
        session = SmtpSession(self.settings)
        try:
            refused = await _offer(session, message, len(data))
            await before_commit_point()
            return await _hand_over(session, data, refused)
        finally:
            session.close()


async def _composed(message: OutboundMessage) -> bytes:
    """The mail as DATA wants it. Off the loop: one of many megabytes takes seconds to build."""
    try:
        return await asyncio.to_thread(lambda: dot_stuffed(composer.compose(message)))
    except Unsendable as error:
        raise DeliveryError(str(error), is_permanent=True) from error


async def _offer(session: SmtpSession, message: OutboundMessage, size: int) -> dict[str, str]:
    """Everything up to the server's 354; every failure is certain. Returns the refused recipients."""
    envelope = [_path(recipient.address) for recipient in (message.sender, *_recipients(message))]
    try:
        await session.open()
        options = _options(session, envelope, size)
        await _name_sender(session, [NOBODY, envelope[0]] if message.is_auto_reply else envelope[:1], options)
        refused = await _name_recipients(session, envelope[1:])
        _require(await session.command(b"DATA"), {START_INPUT}, refused)
    except ConnectionProblem as problem:
        raise DeliveryError(str(problem)) from problem
    except LOST as error:
        raise DeliveryError(_words(error)) from error
    return refused


async def _hand_over(session: SmtpSession, data: bytes, refused: dict[str, str]) -> Receipt:
    """The body and its answer; without an answer nobody can know whether the server took the message."""
    if not session.is_connected:
        raise DeliveryError("the server closed the connection before the message was sent")
    try:
        response = await session.transfer(data)
    except LOST as error:
        raise DeliveryError(_words(error), is_uncertain=True) from error
    _require(response, range(200, 300), refused)
    await session.quit()
    return Receipt(_said(response), refused)


async def _name_sender(session: SmtpSession, paths: list[bytes], options: list[bytes]) -> None:
    """The first path that the server takes: an automatic answer has none of its own (RFC 3834, 3.3), so that nobody
    answers it, but many providers refuse to pass on what has none."""
    for path in paths[:-1]:
        if (await session.command(b"MAIL", b"FROM:" + path, *options)).code == 250:
            return
    _require(await session.command(b"MAIL", b"FROM:" + paths[-1], *options), {250})


async def _name_recipients(session: SmtpSession, paths: list[bytes]) -> dict[str, str]:
    """Those whom the server refuses, in its words; raises when it refuses all."""
    refused: dict[str, str] = {}
    codes: list[int] = []
    for path in paths:
        response = await session.command(b"RCPT", b"TO:" + path)
        if response.code not in {250, 251}:
            refused[path[1:-1].decode()] = _said(response)
            codes.append(response.code)
    if len(refused) == len(paths):
        reason = next(iter(refused.values()), "no recipients")
        raise DeliveryError(reason, is_permanent=all(code >= 500 for code in codes), refused=refused)
    return refused


def _recipients(message: OutboundMessage) -> list[Address]:
    """Each address once, however often it is named."""
    everyone = (*message.to, *message.cc, *message.bcc)
    return list({recipient.address: recipient for recipient in everyone}.values())


def _path(address: str) -> bytes:
    if not addresses.is_deliverable(address):
        raise DeliveryError(f"not an address: {address!r}", is_permanent=True)
    return f"<{addresses.ascii_domain(address)}>".encode()


def _options(session: SmtpSession, envelope: list[bytes], size: int) -> list[bytes]:
    """SMTPUTF8 where an address needs it, SIZE where the server wants to know it beforehand."""
    options = [f"SIZE={size}".encode()] if session.supports("size") else []
    if all(path.isascii() for path in envelope):
        return options
    if not session.supports("smtputf8"):
        raise DeliveryError("the server takes ASCII addresses only", is_permanent=True)
    return [*options, b"SMTPUTF8"]


def _require(response: SMTPResponse, expected: Container[int], refused: dict[str, str] | None = None) -> None:
    if response.code not in expected:
        raise DeliveryError(_said(response), is_permanent=response.code >= 500, refused=refused)


def _said(response: SMTPResponse) -> str:
    return clean_line(f"{response.code} {response.message}")


def _words(error: BaseException) -> str:
    return clean_line(str(error)) or "no answer in time"
