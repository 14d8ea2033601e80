"""How customers and agents put a matter into a letter: salutation, signature, quote."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from random import Random
from zoneinfo import ZoneInfo

from app.demo.cast import AGENTS, BOXES, SHOP, TEAM_OF_BOX, email_of
from app.demo.stories import Person

OPENERS = (
    "お世話になっております。",
    "はじめまして。",
    "いつも利用しています。",
    "突然のご連絡失礼いたします。",
    "こんにちは。",
    "",
)
ENDS = ("よろしくお願いいたします。", "お手数ですが、よろしくお願いいたします。", "ご返信お待ちしております。", "")
SMALL_SCREEN = "iPhoneから送信"
GREETINGS = (
    f"このたびは{SHOP}へお問い合わせいただき、誠にありがとうございます。",
    f"いつも{SHOP}をご利用いただき、誠にありがとうございます。",
    "お問い合わせいただきありがとうございます。",
)
FAREWELLS = (
    "ご不明な点がございましたら、お気軽にお申し付けください。",
    "何かございましたら、このメールにそのままご返信ください。",
    "今後ともどうぞよろしくお願い申し上げます。",
)
RULE = "─" * 22
TALL = 90
"""Longer quotes than so many lines are cut."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is quoted, and whose it was."""

    at: datetime
    name: str
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Pen:
    random: Random
    zone: ZoneInfo

    def from_customer(self, person: Person, body: str, *, is_first: bool, answers: Said | None = None) -> str:
        choose = self.random.choice
        if not person.company and self.random.random() < 0.2:
            pieces = [body, SMALL_SCREEN]
        elif is_first:
            opener = "いつもお世話になっております。" if person.company else choose(OPENERS)
            pieces = [opener, body, choose(ENDS), _signature(person)]
        else:
            pieces = ["お世話になっております。" if person.company else "", body, _signature(person)]
        text = "\n\n".join(piece for piece in pieces if piece)
        return text + (self._quote(answers) if answers else "")

    def from_desk(
        self, person: Person, body: str, *, by: str, box: str, is_first: bool, answers: Said | None = None
    ) -> str:
        name = AGENTS[by][0]
        choose = self.random.choice
        team = TEAM_OF_BOX.get(box, "サポート")
        greeting = choose(GREETINGS) if is_first else "お世話になっております。"
        pieces = [
            person.called,
            f"{greeting}\n{team}の{name.split()[0]}でございます。",
            body,
            choose([words for words in FAREWELLS if words[:5] not in body]),
            f"{RULE}\n{SHOP} オンラインショップ\n{team}　{name}\n{email_of(box)}　平日 9:00〜18:00\n{RULE}",
        ]
        return "\n\n".join(pieces) + (self._quote(answers) if answers else "")

    def said_by_customer(self, at: datetime, person: Person, text: str) -> Said:
        return Said(at, person.name or person.address, person.address, text)

    def said_by_desk(self, at: datetime, box: str, text: str) -> Said:
        return Said(at, BOXES[box], email_of(box), text)

    def _quote(self, said: Said) -> str:
        at = said.at.astimezone(self.zone)
        lines = said.text.splitlines()[:TALL]
        intro = f"{at:%Y年%m月%d日} {at:%H:%M} {said.name} <{said.address}> のメール:"
        return "\n\n" + "\n".join([intro, *(f"> {line}".rstrip() for line in lines)])


def plain(body: str) -> str:
    """Nobody's in particular."""
    return f"お世話になっております。\n\n{body}\n\nよろしくお願いいたします。"


def plain_reply(body: str, *, by: str) -> str:
    return f"お客様\n\nお問い合わせいただきありがとうございます。\n\n{body}\n\n{SHOP}　{AGENTS[by][0]}"


def as_html(text: str, picture: str = "") -> str:
    """As a mail program writes it; `picture` is the Content-ID of one that is shown below."""
    paragraphs = "".join(f"<p>{escape(piece).replace(chr(10), '<br>')}</p>" for piece in text.split("\n\n"))
    image = f'<p><img src="cid:{picture}" alt="" width="360"></p>' if picture else ""
    style = "font-family: 'Hiragino Sans', Meiryo, sans-serif; color: #222; line-height: 1.7"
    return f'<!doctype html><html><body><div style="{style}">{paragraphs}{image}</div></body></html>'


def _signature(person: Person) -> str:
    name = person.name.split("（")[0] or person.surname
    if person.company:
        return f"--\n{person.company}\n{name}\nTEL: {person.phone}\n{person.address}"
    return name
