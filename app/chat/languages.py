"""A visitor is written to in their language, by whoever's hand it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from babel.dates import format_datetime

from app.channels import endpoints
from app.conversations.visitor_models import Visitor
from app.core.i18n import LOCALES, current_locale, use_locale

TIMES = {"ja": "y年M月d日 H:mm", "en": "MMM d, y, H:mm"}
ENGLISH = "en"


@contextmanager
def language_of(visitor: Visitor) -> Iterator[None]:
    """Theirs, as far as the desk speaks it, else English; the desk's own where nothing is known of it."""
    before, wanted = current_locale(), visitor.language[:2].lower()
    use_locale(wanted if wanted in LOCALES or not wanted else ENGLISH)
    try:
        yield
    finally:
        use_locale(before)


def time_words(at: datetime) -> str:
    """In the language of the moment, by the organisation's clock."""
    return format_datetime(at, TIMES[current_locale()], tzinfo=endpoints.zone(), locale=current_locale())
