"""Telephone numbers, in whatever spelling somebody writes them."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

HOME, HOME_CODE = "JP", "+81"
SHORTEST = 3
EXTENSION_MARK = ";ext="
_EXTENSION = re.compile(r"(?:内線番号|内線|ext(?:ension)?\.?|#)[\s:.]*(\d{1,7})\D*$", re.IGNORECASE)
_OTHER = re.compile(r"[^\d\s()+./-]")
_ABROAD = re.compile(r"^(?:010|\+)")


def tel_key(text: str) -> str:
    """What telephones are compared by: E.164, with the extension behind it; '' for what is no number.

    Width, hyphens, blanks, brackets and the country's own prefix do not matter: ０９０−1234−5678 is +819012345678.
    What only a house knows, such as 117 or an extension alone, is its digits. Noughts alone stand for a number that is
    not known, and not for one that several people have.
    """
    number, extension = _read(text)
    if not _digits(_plain(text)).strip("0"):
        return ""
    if number is None:
        return _short_key(_plain(text))
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{key}{EXTENSION_MARK}{extension}" if extension else key


def key_beginning(text: str) -> str:
    """How the keys begin that somebody may mean who has typed so far; '' where it is too little, or no number."""
    number, extension = _read(text)
    if number is not None:
        return tel_key(text) if extension else phonenumbers.format_number(number, PhoneNumberFormat.E164)
    plain = _plain(text)
    digits = _digits(plain)
    if len(digits) < SHORTEST or _OTHER.search(plain):
        return ""
    if _ABROAD.match(plain):
        return f"+{digits.removeprefix('010')}".replace(f"{HOME_CODE}0", HOME_CODE, 1)
    return f"{HOME_CODE}{digits[1:]}" if digits.startswith("0") else digits


def readable(text: str) -> str:
    """As it is written in this country; what is no number, or too short for one, stays as it is."""
    number, extension = _read(text)
    if number is None:
        return _plain(text)
    is_home = number.country_code == int(HOME_CODE)
    written = phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    )
    return f"{written} 内線{extension}" if extension else written


def dialled(text: str) -> str:
    """For a `tel:` link."""
    return f"tel:{tel_key(text) or _digits(_plain(text))}"


def _read(text: str) -> tuple[PhoneNumber | None, str]:
    plain = _plain(text)
    found = _EXTENSION.search(plain)
    extension = found[1] if found else ""
    try:
        number = phonenumbers.parse(plain[: found.start()] if found else plain, HOME)
    except NumberParseException:
        return None, ""
    number.extension = None
    return (number, extension) if phonenumbers.is_possible_number(number) else (None, "")


def _short_key(plain: str) -> str:
    digits = _digits(plain)
    is_number = len(digits) >= SHORTEST and not _OTHER.search(plain.removeprefix("内線"))
    return digits if is_number else ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return re.sub("[‐‑‒–—―−ーｰ─]", "-", folded).strip()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())
