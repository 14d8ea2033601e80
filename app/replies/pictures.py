"""Pictures in a letter: where its text has the name of an attached picture in brackets, HTML shows the picture (A4).

The text stays as it is, for programs that show no HTML; there the picture is a file like any other.
"""

import html
from collections.abc import Sequence

from app.tickets.message_models import Attachment, Message

SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def place_pictures(message: Message, attachments: Sequence[Attachment]) -> None:
    """A letter that was written as HTML has its own."""
    placed = [each for each in attachments if _mark(each) in message.text and each.content_type in SHOWN_TYPES]
    if message.html or not placed:
        return
    for picture in placed:
        picture.is_inline = True
        picture.content_id = f"picture-{picture.id}.{message.mail_id}"
    message.html = _shown(message.text, placed)


def take_out(attachments: Sequence[Attachment]) -> bool:
    """Files of a letter that is a draft again are no pictures of it yet; whether there were any."""
    placed = [each for each in attachments if each.is_inline]
    for picture in placed:
        picture.is_inline, picture.content_id = False, ""
    return bool(placed)


def _mark(attachment: Attachment) -> str:
    return f"[{attachment.name}]"


def _shown(text: str, pictures: Sequence[Attachment]) -> str:
    shown = html.escape(text).replace("\n", "<br>\n")
    for picture in pictures:
        image = f'<img src="cid:{html.escape(picture.content_id)}" alt="{html.escape(picture.name)}">'
        shown = shown.replace(html.escape(_mark(picture)), image)
    return f"<div>{shown}</div>"
