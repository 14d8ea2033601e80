"""How templates write instants, sizes, text of mails and view objects.

Pure, but for the clock and the reader's language. Instants are written in the zone that the
environment's global `zone` names.
"""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

from app.core.clock import now
from app.core.i18n import current_locale, gettext
from app.web.links import linkify

DEFAULT_ZONE = ZoneInfo("Asia/Tokyo")
RELATIVE_FOR = timedelta(days=1)
KILOBYTE, MEGABYTE = 1024, 1024 * 1024
SHORT = {"ja": "M/d H:mm", "en": "MMM d, H:mm"}
SHORT_OTHER_YEAR = {"ja": "y/M/d", "en": "MMM d, y"}
DAY = {"ja": "y年M月d日(E)", "en": "EEE, MMM d, y"}
EXACT = {"ja": "y年M月d日(E) H:mm", "en": "EEE, MMM d, y, H:mm"}
MENTION = re.compile(r"(?<![\w.+-])[@＠]([\w.+-]+[@＠][\w-]+(?:[.．][\w-]+)+)")
MENTION_CHIP = Markup('<span class="mention" data-agent="{0}" title="{1}">@{2}</span>')
COLUMN = re.compile(r"\S {3,}\S|\S\t+\S|[─━│┃┌┐└┘├┤┬┴┼]|\+-{3,}|^\s*\|.*\|")
COLUMN_LINES = 2
SHORT_MAIL, LONG_MAIL = 400, 2500
KEPT_IN_SIGHT, FAR_STEP = 6, 10
TOLD_BY_MESSAGES = {"opened", "received", "replied", "forwarded", "noted", "sent"}
FRAME_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"


@dataclasses.dataclass(frozen=True, slots=True)
class EntryGroup:
    """One message, or the events that lie between two messages."""

    message: Any = None
    events: tuple[Any, ...] = ()


def relative_time(value: datetime, zone: tzinfo) -> str:
    """How long ago, under a day; the date after that."""
    age = now() - value
    if age < timedelta(minutes=1):
        return gettext("just now")
    if age < timedelta(hours=1):
        return gettext("{count} min ago", count=age // timedelta(minutes=1))
    if age < RELATIVE_FOR:
        return gettext("{count} h ago", count=age // timedelta(hours=1))
    return short_time(value, zone)


def short_time(value: datetime, zone: tzinfo) -> str:
    is_this_year = value.astimezone(zone).year == now().astimezone(zone).year
    patterns = SHORT if is_this_year else SHORT_OTHER_YEAR
    return _written(value, patterns[current_locale()], zone, current_locale())


def exact_time(value: datetime, zone: tzinfo) -> str:
    return _written(value, EXACT[current_locale()], zone, current_locale())


def day_words(value: date) -> str:
    """A day without a time, for reading; a field of a form wants it as it is."""
    return str(format_date(value, DAY[current_locale()], locale=current_locale()))


@lru_cache(maxsize=2_000)
def _written(value: datetime, pattern: str, zone: tzinfo, locale: str) -> str:
    """Kept: a list has a hundred instants, most of them the same as a moment ago."""
    return format_datetime(value, pattern, tzinfo=zone, locale=locale)


def iso(value: datetime) -> str:
    """For `datetime` attributes and for sorting in the browser: UTC, always with microseconds."""
    return value.isoformat(timespec="microseconds")


def file_size(size: int) -> str:
    if size < KILOBYTE:
        return f"{size} B"
    if size < MEGABYTE:
        return f"{round(size / KILOBYTE)} KB"
    return f"{size / MEGABYTE:.1f} MB"


def linkify_note(text: str, people: Mapping[str, Any]) -> Markup:
    """A note with the names of those whose addresses are in it; an address that is nobody's stays as it is."""
    return Markup("").join(_note_parts(text, people))


def _note_parts(text: str, people: Mapping[str, Any]) -> Iterator[Markup]:
    end = 0
    for match in MENTION.finditer(text):
        person = people.get(unicodedata.normalize("NFKC", match[1]).casefold())
        if person is not None:
            yield linkify(text[end : match.start()])
            yield MENTION_CHIP.format(person.id, match[1], person.name)
            end = match.end()
    yield linkify(text[end:])


def has_columns(text: str) -> bool:
    """Whether the text lines something up, so that it needs a fixed pitch."""
    return sum(bool(COLUMN.search(line)) for line in text.splitlines()) >= COLUMN_LINES


def mail_document(html: str, stylesheet: str) -> str:
    """The document of a sandboxed frame around sanitised HTML, with a policy of its own."""
    return (
        '<!DOCTYPE html><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{FRAME_POLICY}">'
        f'<base target="_blank"><link rel="stylesheet" href="{escape(stylesheet)}"><body>{html}</body>'
    )


def frame_size(message: Any) -> str:
    """A frame without scripts cannot tell its height, so the length of the text decides where it starts."""
    length = len(message.text)
    if length < SHORT_MAIL and "<img" not in message.html:
        return "short"
    return "long" if length > LONG_MAIL else "medium"


def entry_groups(entries: Iterable[Any]) -> list[EntryGroup]:
    """Messages one by one, the events between them together; what a message itself tells is left out."""
    groups: list[EntryGroup] = []
    for entry in entries:
        if not hasattr(entry, "changes"):
            groups.append(EntryGroup(message=entry))
        elif entry.kind not in TOLD_BY_MESSAGES:
            _add_event(groups, entry)
    return groups


def _add_event(groups: list[EntryGroup], event: Any) -> None:
    if groups and groups[-1].events:
        groups[-1] = EntryGroup(events=(*groups[-1].events, event))
    else:
        groups.append(EntryGroup(events=(event,)))


def data_json(value: Any) -> Markup:
    """A view object as JSON that is safe inside a `<script type="application/json">`."""
    text = json.dumps(value, default=_plain, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # every character that could leave the element is escaped above


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def far_back(groups: list[EntryGroup], read_version: int) -> int:
    """How many groups of a long thread lie so far back that one line stands for them: they were read, and it is in
    tens of messages, so that what somebody reads does not vanish when one more comes.
    """
    places = [place for place, group in enumerate(groups) if group.message]
    read = sum(1 for place in places if groups[place].message.ticket_version <= read_version)
    far = min(len(places) - KEPT_IN_SIGHT, read) // FAR_STEP * FAR_STEP
    return places[far] if far > 0 else 0


def initial(name: str) -> str:
    """The character on a person's round sign."""
    return name.strip()[:1].upper() or "?"


def browser_name(user_agent: str) -> str:
    """Enough to recognise one's own; the first that fits, since most claim to be others too."""
    known = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    return next((name for mark, name in known if mark in user_agent), user_agent[:40] or "?")


def _in_zone(write: Callable[[datetime, tzinfo], str]) -> Callable[[Environment, datetime], str]:
    @pass_environment
    def written(environment: Environment, value: datetime) -> str:
        zone: tzinfo = environment.globals.get("zone", DEFAULT_ZONE)  # type: ignore[assignment]
        return write(value, zone)

    return written


FILTERS: dict[str, Callable[..., Any]] = {
    "relative_time": _in_zone(relative_time),
    "short_time": _in_zone(short_time),
    "exact_time": _in_zone(exact_time),
    "day": day_words,
    "iso": iso,
    "file_size": file_size,
    "linkify": linkify,
    "linkify_note": linkify_note,
    "has_columns": has_columns,
    "mail_document": mail_document,
    "frame_size": frame_size,
    "entry_groups": entry_groups,
    "far_back": far_back,
    "data_json": data_json,
    "initial": initial,
    "browser_name": browser_name,
    "tuple": tuple,
}
