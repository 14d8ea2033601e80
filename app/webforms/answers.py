"""What somebody typed into a form: read, held against what the form asks, and put into words. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from babel.dates import format_date

from app.core.i18n import gettext, mark
from app.outbox.addresses import is_deliverable
from app.webforms.fields import Field, Form
from app.webforms.holding import HeldFile
from app.webforms.models import FormFieldKind

MAX_NAME, MAX_ADDRESS, MAX_SUBJECT, MAX_LINE, MAX_TEXT = 100, 254, 200, 500, 10_000
MAX_FILES = 10
MAX_FILES_BYTES = 25 * 1024 * 1024
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029]")
TICKED = "yes"

NEEDED = mark("Please fill this in.")
CHOOSE = mark("Please choose one.")
TICK = mark("Please tick this to go on.")
ATTACH = mark("Please attach a file.")
NO_ADDRESS = mark("This is not a mail address. Please write it as taro@example.jp.")
NO_DATE = mark("This is not a date. Please write it as 2026-11-30.")
TOO_LONG = mark("At most {most} characters, please; these are {count}.")
TOO_MANY = mark("At most {most} files, please.")
TOO_LARGE = mark("The files are larger than 25 MB together. Please take some away.")
LIMITS = {FormFieldKind.TEXT: MAX_LINE, FormFieldKind.LONG: MAX_TEXT}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with what was typed into it. `errors` are in words, by the name of the field; those of no field by ''."""

    form: Form
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[HeldFile] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def files_of(self, name: str) -> list[HeldFile]:
        return [file for file in self.files if file.field == name]

    def with_errors(self, errors: Mapping[str, str]) -> "Sheet":
        return replace(self, errors={**self.errors, **errors})

    @property
    def category_id(self) -> int | None:
        """Of the first choice that has one."""
        chosen = (each.choice(self.value(each.name)) for each in self.form.fields)
        return next((choice.category_id for choice in chosen if choice and choice.category_id), None)

    @property
    def subject(self) -> str:
        return self.value("subject") or self.form.title


def names_of(form: Form) -> list[str]:
    """Everything that is typed, in the order of the page."""
    return ["name", "email", *(["subject"] if form.asks_subject else []), *(each.name for each in form.fields)]


def clean(text: str, *, is_long: bool = False) -> str:
    """Line ends of one kind, and in a line none."""
    text = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip() if is_long else " ".join(text.split("\n")).strip()


def read_values(form: Form, typed: Mapping[str, object]) -> dict[str, str]:
    long = {each.name for each in form.fields if each.kind is FormFieldKind.LONG}
    files = {each.name for each in form.files}
    values = {
        name: clean(str(typed.get(name) or ""), is_long=name in long) for name in names_of(form) if name not in files
    }
    return values | {"email": unicodedata.normalize("NFKC", values["email"])}


def check(sheet: Sheet) -> dict[str, str]:
    """What is wrong with it, field by field, in the order of the page."""
    found = {
        "name": _wrong_line(sheet.value("name"), MAX_NAME, is_required=True),
        "email": _wrong_address(sheet.value("email")),
        "subject": _wrong_line(sheet.value("subject"), MAX_SUBJECT, is_required=False),
        **{each.name: _wrong(sheet, each) for each in sheet.form.fields},
    }
    wrong = {name: words for name, words in found.items() if words}
    return wrong | (_wrong_files(sheet) if not any(each.name in wrong for each in sheet.form.files) else {})


def _wrong_line(value: str, most: int, *, is_required: bool) -> str:
    if is_required and not value:
        return gettext(NEEDED)
    return gettext(TOO_LONG, most=most, count=len(value)) if len(value) > most else ""


def _wrong_address(value: str) -> str:
    if not value:
        return gettext(NEEDED)
    return "" if len(value) <= MAX_ADDRESS and is_deliverable(value) else gettext(NO_ADDRESS)


def _wrong(sheet: Sheet, asked: Field) -> str:
    value = sheet.value(asked.name)
    match asked.kind:
        case FormFieldKind.CHOICE:
            return gettext(CHOOSE) if not asked.choice(value) and (asked.is_required or value) else ""
        case FormFieldKind.CONSENT:
            return gettext(TICK) if asked.is_required and value != TICKED else ""
        case FormFieldKind.FILE:
            return gettext(ATTACH) if asked.is_required and not sheet.files_of(asked.name) else ""
        case FormFieldKind.DATE if value:
            return "" if _day(value) else gettext(NO_DATE)
        case _:
            return _wrong_line(value, LIMITS.get(asked.kind, MAX_LINE), is_required=asked.is_required)


def _wrong_files(sheet: Sheet) -> dict[str, str]:
    """Said at the last field that has some."""
    with_some = [each.name for each in sheet.form.files if sheet.files_of(each.name)]
    if len(sheet.files) > MAX_FILES:
        return {with_some[-1]: gettext(TOO_MANY, most=MAX_FILES)}
    if sum(file.size for file in sheet.files) > MAX_FILES_BYTES:
        return {with_some[-1]: gettext(TOO_LARGE)}
    return {}


def written(sheet: Sheet) -> list[tuple[str, str]]:
    """Each question with its answer; files are attached, and what was left empty is left out."""
    answers = ((each.label, in_words(sheet, each)) for each in sheet.form.fields if not each.is_file)
    return [(label, words) for label, words in answers if words]


def in_words(sheet: Sheet, asked: Field) -> str:
    """As a person reads it."""
    value = sheet.value(asked.name)
    match asked.kind:
        case FormFieldKind.CHOICE:
            choice = asked.choice(value)
            return choice.label if choice else ""
        case FormFieldKind.CONSENT:
            return gettext("Agreed") if value == TICKED else ""
        case FormFieldKind.FILE:
            return "\n".join(file.name for file in sheet.files_of(asked.name))
        case FormFieldKind.DATE:
            day = _day(value)
            return format_date(day, format="long", locale=sheet.form.language) if day else ""
        case _:
            return value


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", value).replace("/", "-"))
    except ValueError:
        return None
