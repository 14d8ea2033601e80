"""An invitation (RFC 5545, 5546): what, when, where, from whom."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.email.cleaning import clean_line, clean_text
from connectors.findings import Invitation

FOLD = re.compile(r"\r?\n[ \t]")
LINE = re.compile(r"([A-Za-z-]+)((?:;[A-Za-z-]+=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)")
PARAMETER = re.compile(r';([A-Za-z-]+)=("[^"]*"|[^;:]*)')
ESCAPED = re.compile(r"\\([nN,;\\])")
STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2}))?\d{0,2}(Z?)")
DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?")
MAXIMUM_CHARACTERS = 262_144
MAXIMUM_LINE = 500
METHOD = re.compile(r"^METHOD:[ \t]*([A-Za-z-]{1,30})[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
ZONE = re.compile(r"[A-Za-z]{2,20}(?:/[A-Za-z_+-]{1,30}){1,2}")
ZONES_OF_WINDOWS = {"tokyo standard time": "Asia/Tokyo", "(utc+09:00) osaka, sapporo, tokyo": "Asia/Tokyo"}

Property = tuple[dict[str, str], str]
"""Parameters and value of one line."""


def words(calendar: str) -> str:
    """The first event or task of a calendar as text of a few lines; '' when there is none."""
    event = _first_event(_unfolded(calendar))
    lines = [_text(event, "SUMMARY"), _span(event), _text(event, "LOCATION"), _organiser(event)]
    description = _text(event, "DESCRIPTION")
    return "\n".join([*filter(None, lines), *(["", description] if description else [])])


def invitation(calendar: str) -> Invitation | None:
    """The same as values, without the description; None when there is no event."""
    text = _unfolded(calendar)
    event, method = _first_event(text), METHOD.search(text)
    if not event:
        return None
    return Invitation(
        method=method[1].lower() if method else "",
        summary=_line(_text(event, "SUMMARY")),
        when=_span(event),
        location=_line(_text(event, "LOCATION")),
        organiser=_line(_organiser(event)),
        starts_at=_moment(event, _instant(event, "DTSTART")),
        ends_at=_moment(event, _instant(event, "DTEND") or _after(event)),
    )


def _unfolded(calendar: str) -> str:
    return FOLD.sub("", calendar[:MAXIMUM_CHARACTERS])


def _line(text: str) -> str:
    return clean_line(text)[:MAXIMUM_LINE]


def _first_event(calendar: str) -> dict[str, Property]:
    event: dict[str, Property] = {}
    inside: list[str] = []
    for name, parameters, value in _lines(calendar):
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END":
            if inside and inside.pop() in {"VEVENT", "VTODO"}:
                return event
        elif inside and inside[-1] in {"VEVENT", "VTODO"}:
            event.setdefault(name, (parameters, value))
    return event


def _lines(calendar: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for line in calendar.splitlines():
        if match := LINE.fullmatch(line.strip()):
            parameters = {name.upper(): value.strip('"') for name, value in PARAMETER.findall(match[2])}
            yield match[1].upper(), parameters, match[3]


def _text(event: dict[str, Property], name: str) -> str:
    value = event.get(name, ({}, ""))[1]
    return clean_text(ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)).strip()


def _organiser(event: dict[str, Property]) -> str:
    parameters, value = event.get("ORGANIZER", ({}, ""))
    address = re.sub(r"(?i)^mailto:", "", clean_line(value))
    name = clean_line(parameters.get("CN", ""))
    return f"{name} <{address}>" if name and address and name != address else name or address


def _span(event: dict[str, Property]) -> str:
    """`2024-01-15 10:00 – 11:00 (Asia/Tokyo)`; days without hours as days."""
    parameters, _ = event.get("DTSTART", ({}, ""))
    start, end = _instant(event, "DTSTART"), _instant(event, "DTEND") or _after(event)
    if start is None:
        return ""
    is_day, is_utc = "T" not in event["DTSTART"][1], event["DTSTART"][1].endswith("Z")
    zone = "UTC" if is_utc else clean_line(parameters.get("TZID", ""))
    if is_day:
        last = end - timedelta(days=1) if end and end > start else None
        return f"{start:%Y-%m-%d}" + (f" – {last:%Y-%m-%d}" if last and last > start else "")
    until = f" – {end:%H:%M}" if end and end.date() == start.date() else f" – {end:%Y-%m-%d %H:%M}" if end else ""
    return f"{start:%Y-%m-%d %H:%M}{until}" + (f" ({zone})" if zone else "")


def _instant(event: dict[str, Property], name: str) -> datetime | None:
    """As written, on the clock of its own zone."""
    match = STAMP.match(event.get(name, ({}, ""))[1])
    try:
        year, month, day, hour, minute = (int(number or 0) for number in match.groups()[:5]) if match else (0,) * 5
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001
    except ValueError:
        return None


def _after(event: dict[str, Property]) -> datetime | None:
    start, match = _instant(event, "DTSTART"), DURATION.fullmatch(event.get("DURATION", ({}, ""))[1].strip())
    if start is None or match is None or not any(match.groups()):
        return None
    days, hours, minutes = (int(number or 0) for number in match.groups())
    try:
        return start + timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _moment(event: dict[str, Property], written: datetime | None) -> datetime | None:
    """In UTC; None for whole days, and where the zone is not known."""
    parameters, start = event.get("DTSTART", ({}, ""))
    if written is None or "T" not in start:
        return None
    try:
        zone = UTC if start.endswith("Z") else _zone(clean_line(parameters.get("TZID", "")))
        return written.replace(tzinfo=zone).astimezone(UTC) if zone else None
    except (KeyError, ValueError, OSError, OverflowError):
        return None


def _zone(name: str) -> ZoneInfo | None:
    name = ZONES_OF_WINDOWS.get(name.lower(), name)
    return ZoneInfo(name) if ZONE.fullmatch(name) else None
