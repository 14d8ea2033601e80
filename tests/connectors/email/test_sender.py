import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from aiosmtplib.protocol import SMTPProtocol

from connectors.contracts import Address, Attachment, DeliveryError, Receipt
from connectors.email.composer import compose
from connectors.email.sender import SmtpSender
from connectors.email.settings import Security
from connectors.email.smtp_session import dot_stuffed
from tests.connectors.email.samples import build_message, build_settings
from tests.connectors.email.scripted_server import Peer, serve
from tests.support.smtp import RecordingSmtpServer

ANSWERS = {"EHLO": "250 smtp.test", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "BODY": "250 queued as 7"}
DROP, SILENCE = "drop", "silence"
TWO = (Address("", "taro@example.jp"), Address("", "gone@example.jp"))


@dataclass
class SmtpScript:
    """Answers each command from a table; keeps what it heard."""

    answers: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    body: bytes = b""

    async def __call__(self, peer: Peer) -> None:
        await self._answer(peer, "GREETING", "220 smtp.test")
        while line := await peer.hear():
            self.heard.append(line)
            verb = line[:4].upper()
            await self._answer(peer, line if line in self.answers else verb, ANSWERS.get(verb, "502 no"))
            if verb == "DATA" and self.answers.get("DATA", "354")[:3] == "354":
                self.body = await peer.hear_body()
                await self._answer(peer, "BODY", ANSWERS["BODY"])

    async def _answer(self, peer: Peer, key: str, usual: str) -> None:
        answer = self.answers.get(key, usual)
        if answer == DROP:
            peer.reset()
        elif answer == SILENCE:
            await peer.silence()
        else:
            await peer.say(answer)


class CommitPoint:
    """Counts the calls; fails when told to."""

    def __init__(self, error: Exception | None = None, *, then: Callable[[], None] = lambda: None) -> None:
        self.call_count = 0
        self.error = error
        self.then = then

    async def __call__(self) -> None:
        self.call_count += 1
        self.then()
        if self.error is not None:
            raise self.error


async def send(script: SmtpScript, commit: CommitPoint, *, seconds: float = 5.0, **changes: object) -> Receipt:
    async with serve(script) as port:
        settings = build_settings(smtp_port=port, timeout=seconds, transfer_timeout=seconds)
        return await SmtpSender(settings).send(build_message(**changes), before_commit_point=commit)


async def test_a_taken_message_gives_a_receipt_in_the_servers_words() -> None:
    script, commit = SmtpScript(), CommitPoint()

    receipt = await send(script, commit)

    assert receipt == Receipt("250 queued as 7", {})
    assert commit.call_count == 1
    assert script.body == dot_stuffed(compose(build_message()))


async def test_hidden_recipients_are_in_the_envelope_and_each_address_once() -> None:
    script = SmtpScript()

    await send(script, CommitPoint(), cc=(TWO[0],), bcc=(Address("", "hidden@example.jp"),))

    assert [line for line in script.heard if line.startswith("RCPT")] == [
        "RCPT TO:<taro@example.jp>",
        "RCPT TO:<hidden@example.jp>",
    ]


@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "is_permanent"), [("451 later", False), ("550 never", True), (DROP, False), (SILENCE, False)]
)
async def test_before_the_commit_point_every_failure_is_certain(stage: str, answer: str, is_permanent: bool) -> None:
    commit = CommitPoint()

    with pytest.raises(DeliveryError) as caught:
        await send(SmtpScript({stage: answer}), commit, seconds=0.5)

    assert commit.call_count == 0
    assert not caught.value.is_uncertain
    if stage in {"MAIL", "RCPT", "DATA"}:
        assert caught.value.is_permanent is is_permanent


@pytest.mark.parametrize(
    ("answer", "is_permanent", "is_uncertain"),
    [
        ("451 later", False, False),
        ("554 never", True, False),
        (DROP, False, True),
        (SILENCE, False, True),
        ("gibberish", False, True),
    ],
)
async def test_after_the_body_only_an_answer_is_certain(answer: str, is_permanent: bool, is_uncertain: bool) -> None:
    commit = CommitPoint()

    with pytest.raises(DeliveryError) as caught:
        await send(SmtpScript({"BODY": answer}), commit, seconds=0.5)

    assert commit.call_count == 1
    assert (caught.value.is_permanent, caught.value.is_uncertain) == (is_permanent, is_uncertain)


async def test_a_connection_lost_inside_the_body_is_uncertain() -> None:
    async def drop_inside(peer: Peer) -> None:
        await peer.say("220 smtp.test")
        for answer in ("250 smtp.test", "250 ok", "250 ok", "354 go on"):
            await peer.hear()
            await peer.say(answer)
        await peer.reader.read(1_000)
        peer.reset()

    file = Attachment("a.bin", "application/zip", b"\0" * 5_000_000)
    async with serve(drop_inside) as port:
        sender = SmtpSender(build_settings(smtp_port=port))
        with pytest.raises(DeliveryError) as caught:
            await sender.send(build_message(attachments=(file,)), before_commit_point=CommitPoint())

    assert caught.value.is_uncertain


async def test_an_answer_inside_the_body_ends_the_transfer() -> None:
    async def refuse_inside(peer: Peer) -> None:
        await peer.say("220 smtp.test")
        for answer in ("250 smtp.test", "250 ok", "250 ok", "354 go on"):
            await peer.hear()
            await peer.say(answer)
        await peer.reader.read(1_000)
        await peer.say("552 too big")
        await peer.silence()

    file = Attachment("a.bin", "application/zip", b"\0" * 20_000_000)
    async with serve(refuse_inside) as port:
        sender = SmtpSender(build_settings(smtp_port=port))
        with pytest.raises(DeliveryError) as caught:
            await sender.send(build_message(attachments=(file,)), before_commit_point=CommitPoint())

    assert (caught.value.reason, caught.value.is_permanent) == ("552 too big", True)


async def test_an_answer_that_comes_with_the_last_byte_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    write = SMTPProtocol.write

    def write_and_be_answered(protocol: SMTPProtocol, data: bytes) -> None:
        write(protocol, data)
        if data.endswith(b"\r\n.\r\n"):
            protocol.data_received(b"250 queued at once\r\n")

    monkeypatch.setattr(SMTPProtocol, "write", write_and_be_answered)

    receipt = await send(SmtpScript(), CommitPoint())

    assert receipt.detail == "250 queued at once"


async def test_no_byte_of_the_body_leaves_when_the_commit_point_raises() -> None:
    heard_after_data: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def listen(peer: Peer) -> None:
        await peer.say("220 smtp.test")
        for answer in ("250 smtp.test", "250 ok", "250 ok", "354 go on"):
            await peer.hear()
            await peer.say(answer)
        heard_after_data.set_result(await peer.reader.read())

    async with serve(listen) as port:
        sender = SmtpSender(build_settings(smtp_port=port))
        with pytest.raises(LookupError, match="claim lost"):
            await sender.send(build_message(), before_commit_point=CommitPoint(LookupError("claim lost")))

        assert await asyncio.wait_for(heard_after_data, 5) == b""


async def test_a_connection_lost_at_the_commit_point_is_certain() -> None:
    peers: list[Peer] = []
    lost = asyncio.Event()

    async def drop(peer: Peer) -> None:
        await peer.say("220 smtp.test")
        for answer in ("250 smtp.test", "250 ok", "250 ok", "354 go on"):
            await peer.hear()
            await peer.say(answer)
        peers.append(peer)
        await lost.wait()

    async def commit() -> None:
        peers[0].writer.close()
        lost.set()
        await asyncio.sleep(0.1)

    async with serve(drop) as port:
        with pytest.raises(DeliveryError) as caught:
            await SmtpSender(build_settings(smtp_port=port)).send(build_message(), before_commit_point=commit)

    assert not caught.value.is_uncertain


async def test_a_refused_recipient_is_told_and_the_others_get_the_message() -> None:
    script = SmtpScript({"RCPT TO:<gone@example.jp>": "550 5.1.1 unknown"})

    receipt = await send(script, CommitPoint(), to=TWO)

    assert receipt.refused == {"gone@example.jp": "550 5.1.1 unknown"}


@pytest.mark.parametrize(("second", "is_permanent"), [("550 unknown", True), ("450 later", False)])
async def test_when_all_recipients_are_refused_nothing_is_sent(second: str, is_permanent: bool) -> None:
    commit = CommitPoint()
    script = SmtpScript({"RCPT TO:<taro@example.jp>": "550 unknown", "RCPT TO:<gone@example.jp>": second})

    with pytest.raises(DeliveryError) as caught:
        await send(script, commit, to=TWO)

    assert caught.value.is_permanent is is_permanent
    assert set(caught.value.refused) == {"taro@example.jp", "gone@example.jp"}
    assert commit.call_count == 0
    assert "DATA" not in script.heard


async def test_what_cannot_be_composed_is_refused_for_good() -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(SmtpScript(), CommitPoint(), subject="a\r\nb")

    assert caught.value.is_permanent


async def test_a_local_part_beyond_ascii_needs_a_server_that_takes_it() -> None:
    recipient = (Address("", "太郎@example.jp"),)
    script = SmtpScript({"EHLO": "250-smtp.test\r\n250 SMTPUTF8"})

    with pytest.raises(DeliveryError) as caught:
        await send(SmtpScript(), CommitPoint(), to=recipient)
    await send(script, CommitPoint(), to=recipient)

    assert caught.value.is_permanent
    assert "RCPT TO:<太郎@example.jp>" in script.heard
    assert "MAIL FROM:<support@example.jp> SMTPUTF8" in script.heard


async def test_a_cancelled_send_leaves_nothing_behind() -> None:
    async with serve(SmtpScript({"BODY": SILENCE})) as port:
        started = asyncio.Event()
        sender = SmtpSender(build_settings(smtp_port=port))
        task = asyncio.create_task(sender.send(build_message(), before_commit_point=CommitPoint(then=started.set)))
        await started.wait()

        task.cancel()
        await asyncio.wait({task})

    assert task.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("security", list(Security))
async def test_a_real_server_gets_the_very_bytes(smtp_server: RecordingSmtpServer, security: Security) -> None:
    smtp_server.require_login("support", 'p"ass 日本')
    message = build_message(text=".\n..dots\n本文\n", to=TWO)
    settings = build_settings(
        smtp_port=smtp_server.tls_port if security is Security.TLS else smtp_server.port,
        smtp_security=security,
        smtp_user="support",
        smtp_password='p"ass 日本',
        ca_file=str(smtp_server.ca_file),
    )

    await SmtpSender(settings).send(message, before_commit_point=CommitPoint())

    assert smtp_server.received[0].raw == compose(message)
    assert smtp_server.received[0].rcpt_tos == ["taro@example.jp", "gone@example.jp"]
