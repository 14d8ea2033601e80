"""An arrival as the bytes of a mail, as if a mailbox had held it."""

from collections.abc import Sequence

from app.channels.models import Channel
from app.demo.stories import Arrival, Nature, Person
from connectors.contracts import Address, OutboundMessage
from connectors.email.composer import compose

AUTOMATIC = b"Auto-Submitted: auto-replied\r\n"
DEPTH = 200
"""Parts inside parts, more than anybody opens."""


def write(arrival: Arrival, person: Person, channel: Channel, *, mail_id: str, thread: Sequence[str]) -> bytes:
    """`thread` are the Message-IDs so far, oldest first."""
    message = OutboundMessage(
        message_id=mail_id,
        sender=Address(person.name, person.address),
        to=(Address(channel.name, channel.address),),
        subject=arrival.subject,
        text=arrival.text,
        html=arrival.html,
        attachments=arrival.files,
        sent_at=arrival.at,
        in_reply_to=thread[-1] if thread else "",
        references=tuple(thread),
    )
    data = compose(message)
    if arrival.nature is Nature.AUTOMATIC:
        return AUTOMATIC + data
    return _nested(data) if arrival.nature is Nature.UNREADABLE else data


def _nested(data: bytes) -> bytes:
    """What nobody can open: parts inside parts inside parts."""
    headers = data.split(b"\r\n\r\n", 1)[0]
    kept = b"\r\n".join(line for line in headers.split(b"\r\n") if not line.lower().startswith(b"content-"))
    part = b"Content-Type: text/plain\r\n\r\n\r\n"
    for depth in range(DEPTH):
        mark = b"part%d" % depth
        part = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
            mark,
            mark,
            part,
            mark,
        )
    return kept + b"\r\n" + part
