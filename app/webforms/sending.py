"""A sheet that is right becomes a submission: accepted first, digested as soon as can be."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.i18n import gettext
from app.ingest import submissions
from app.ingest.submissions import Answer, Attachment, Submission
from app.tickets.attachments import clean_name, clean_type
from app.web.rates import Rate
from app.webforms import holding
from app.webforms.answers import ATTACH, Sheet, written
from app.webforms.holding import HeldFile

SENT_FROM_ONE_PLACE = Rate("form sent", 10, timedelta(minutes=10))
SENT_TO_ONE_FORM = Rate("form sent to", 1_000, timedelta(hours=1))
FILES_FROM_ONE_PLACE = Rate("form files", 30, timedelta(minutes=10))


class FileGone(Exception):
    """What was chosen is not in the store any more; `field` is where it has to be chosen again."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file as it came with the page."""

    field: str
    name: str
    content_type: str
    data: bytes


async def hold(
    database: Database, blobs: BlobStore, box: SecretBox, sheet: Sheet, chosen: list[Chosen]
) -> list[HeldFile]:
    """Stored, so that they need not be chosen again when something else is wrong."""
    held = [await _hold(blobs, box, sheet.form.channel.key, file) for file in chosen]
    if held:
        async with database.transaction() as session:
            await holding.note_held(session, held)
    return held


async def send(database: Database, blobs: BlobStore, sheet: Sheet, *, source: str, is_suspicious: bool) -> None:
    """It is stored when this returns. Raises FileGone and CannotStore."""
    submission = Submission(
        sent_at=now(),
        language=sheet.form.language,
        name=sheet.value("name"),
        address=sheet.value("email"),
        subject=sheet.subject,
        answers=tuple(Answer(label, words) for label, words in written(sheet)),
        files=tuple([await _attached(blobs, file) for file in sheet.files]),
        category_id=sheet.category_id,
        is_suspicious=is_suspicious,
    )
    await submissions.accept(database, blobs, sheet.form.channel, submission, source=source)
    await submissions.digest_now(database, blobs, sheet.form.channel, source=source)


def without_gone(sheet: Sheet, field: str) -> Sheet:
    return sheet.with_errors({field: gettext(ATTACH)})


async def _hold(blobs: BlobStore, box: SecretBox, key: str, file: Chosen) -> HeldFile:
    sha256 = await blobs.put(file.data)
    held = HeldFile(file.field, clean_name(file.name), clean_type(file.content_type), len(file.data), sha256, "")
    return HeldFile(held.field, held.name, held.content_type, held.size, held.sha256, holding.seal(box, key, held))


async def _attached(blobs: BlobStore, file: HeldFile) -> Attachment:
    try:
        return Attachment(file.name, file.content_type, await blobs.get(file.sha256))
    except FileNotFoundError as error:
        raise FileGone(file.field) from error
