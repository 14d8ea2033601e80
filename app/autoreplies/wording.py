"""The words of an automatic answer: in whose language, and filled without anybody to ask. Pure."""

import re
from collections.abc import Mapping
from typing import TypedDict

from app.core.errors import Invalid
from app.core.i18n import mark
from app.letters.errors import require_known_fields
from app.letters.fields import OWN_SIGNATURE, Values, is_by_hand, key_of
from app.letters.merging import MAY_BE_EMPTY, TOKEN, complete

LANGUAGES = ("ja", "en")
OF_WRITERS = ("agent.name", OWN_SIGNATURE)
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿ｦ-ﾟ]")
LATIN = re.compile(r"[A-Za-z]")
LETTERS_LOOKED_AT = 5_000


class Wording(TypedDict):
    subject: str
    text: str


Texts = dict[str, Wording]
"""By language."""

SUGGESTED: Texts = {
    "ja": Wording(
        subject="【受付番号 {{案件番号}}】お問い合わせを受け付けました",
        text="""{{宛名?}}

お問い合わせいただき、ありがとうございます。{{窓口名}}です。
次のとおり受け付けました。担当者が内容を確認し、改めてご連絡いたします。

受付番号：{{案件番号}}
件名：{{件名?}}

このメールは自動でお送りしています。お急ぎのときやご追加のことがございましたら、
このメールにそのままご返信ください。

{{窓口名}}
{{窓口アドレス}}""",
    ),
    "en": Wording(
        subject="[{{ticket.number}}] We have received your inquiry",
        text="""Thank you for writing to {{mailbox.name}}.

We have received your inquiry, and somebody will answer it.

Number: {{ticket.number}}
Subject: {{ticket.subject?}}

This message was sent automatically. If there is anything to add, just reply to it.

{{mailbox.name}}
{{mailbox.address}}""",
    ),
}
"""What an admin finds in the form before anything was saved."""


class NobodyFills(Invalid):
    """No person looks at an automatic answer before it leaves."""

    def __init__(self, field: str, written: str) -> None:
        super().__init__(field, mark("Nobody is there to fill in {written}. Take it out."), written=written)


def language_of(text: str) -> str:
    """Of an inquiry; without any letters it is the first one, in which most write here."""
    text = text[:LETTERS_LOOKED_AT]
    return "en" if LATIN.search(text) and not JAPANESE.search(text) else "ja"


def pick(texts: Mapping[str, Wording], language: str) -> Wording | None:
    """In this language, or in the other where nothing is written in it."""
    order = sorted(LANGUAGES, key=lambda each: each != language)
    return next((texts[each] for each in order if each in texts and texts[each]["text"].strip()), None)


def require_fillable(field: str, text: str) -> None:
    """Raises UnknownField and NobodyFills."""
    for found in TOKEN.finditer(text):
        name = _name(found)
        if is_by_hand(name) or key_of(name) in OF_WRITERS:
            raise NobodyFills(field, found[0])
    require_known_fields(field, text)


def fill(text: str, values: Values) -> str:
    """Whatever is not known falls out, with its line where nothing else is on it."""
    return complete(TOKEN.sub(_may_be_empty, text), values).text.strip()


def _name(found: re.Match[str]) -> str:
    return (found["name"] or "").strip().rstrip("".join(MAY_BE_EMPTY))


def _may_be_empty(found: re.Match[str]) -> str:
    return found[0] if found["name"] is None else "{{" + _name(found) + "?}}"
