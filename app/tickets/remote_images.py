"""Images of a mail that lie elsewhere: off until an agent wants them, and then fetched by us (G5).

Their sender would learn from a browser that asks for them that, when and where the mail was read.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.outside import Fetched, Outside, OutsideUnreachable
from app.core.pictures import picture_type
from app.customers.models import Identity
from app.tickets.message_models import Message

PURPOSE = "remote image"
ADDRESS_LIFE = timedelta(minutes=10)
MAX_BYTES = 5 << 20
ACCEPT = "image/webp,image/png,image/jpeg,image/gif"


async def show(session: AsyncSession, message: Message, *, of_sender: bool) -> None:
    """In this mail, or in all that this sender ever wrote or writes."""
    message.shows_images = True
    if of_sender and message.author_identity_id is not None:
        (await session.get_one(Identity, message.author_identity_id)).shows_images = True


async def hide(session: AsyncSession, message: Message) -> None:
    """Of the sender's other mails too, as far as nobody asked for them one by one."""
    message.shows_images = False
    if message.author_identity_id is not None:
        (await session.get_one(Identity, message.author_identity_id)).shows_images = False


async def fetch(outside: Outside, url: str) -> Fetched:
    """Raises OutsideUnreachable, for anything too that is no picture, whatever it is called."""
    fetched = await outside.fetch(url, max_bytes=MAX_BYTES, accept=ACCEPT)
    content_type = picture_type(fetched.data)
    if not content_type:
        raise OutsideUnreachable
    return Fetched(fetched.data, content_type)


def signed_url(box: SecretBox, url: str, at: datetime) -> str:
    """Nobody can have us fetch what is in no mail. It stays the same within a minute, as for attachments."""
    until = int((at + ADDRESS_LIFE).timestamp()) // 60 * 60
    return f"/mail-images?{urlencode({'url': url, 'until': until, 'signature': box.sign(PURPOSE, f'{until}/{url}')})}"


def is_signed(box: SecretBox, url: str, *, until: int, signature: str) -> bool:
    return box.is_signed(PURPOSE, f"{until}/{url}", signature) and now().timestamp() < until
