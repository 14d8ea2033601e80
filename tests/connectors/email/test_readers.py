"""What leaves is read by programs that are not ours, and says there what was written here."""

import random
from collections.abc import Callable, Sequence
from email import message_from_bytes
from pathlib import Path

import pytest

from connectors.contracts import Address, Attachment, OutboundMessage
from connectors.email.charsets_out import lost
from connectors.email.composer import compose
from tests.connectors.email.samples import build_message
from tests.support import mail_readers
from tests.support.mail_readers import Found

MAILS_EACH = 100
PLAIN = [
    "お世話になっております。株式会社山田商事の佐藤でございます。",
    "ご請求書（2024年1月分）の再発行について",
    "納期は来週の10:00〜12:00を予定しております",
    "“引用”と「かぎ括弧」、‖と−と¢£¬のある行",
    "ABC-123 / https://example.jp/?a=1&b=2",
    "カタカナとひらがなと漢字、ЖЩΩ┏━┓",
    "\\100 ~user ^^; = =?not?= {braces}",
]
BEYOND = ["①②③ ㈱山田 №5 ㎡", "ﾊﾝｶｸｶﾅ ｶﾞｷﾞｸﾞﾊﾟ", "髙橋 﨑山 𠮷野家", "絵文字😀👨‍👩‍👧❤️🇯🇵", "naïve — “déjà vu” © ™"]
FAMILIES = [
    "山田 太郎",
    "斎藤、花子",
    "株式会社見本商事 営業第一本部 首都圏営業部 法人営業課 主任 長谷川",
    "Suzuki, Hanako",
    "",
]
FILES = [
    "請求書.pdf",
    "2024年1月分のご利用明細一覧表（控え）と領収書の写し 最終版 その2.xlsx",
    "report 1.csv",
    "図 表.png",
]


def build_mail(number: int, charset: str) -> OutboundMessage:
    chance = random.Random(f"{charset} {number}")
    words = PLAIN if charset == "iso-2022-jp" else [*PLAIN, *BEYOND]
    names = FAMILIES if charset == "iso-2022-jp" else [*FAMILIES, "髙橋 ①子 😀"]
    files = FILES if charset == "iso-2022-jp" else [*FILES, "㈱髙橋ｻﾝ①😀.txt"]
    people = [Address(chance.choice(names), f"person{index}@example.jp") for index in range(chance.choice((1, 2, 40)))]
    return build_message(
        charset=charset,
        message_id=f"{charset}-{number}@desk.example.jp",
        subject=" ".join(chance.choices(words, k=chance.choice((1, 2, 12)))),
        text="\n".join(_lines(chance, words)) + "\n",
        to=tuple(people[:1]),
        cc=tuple(people[1:]),
        attachments=tuple(_files(chance, files)),
    )


def _lines(chance: random.Random, words: Sequence[str]) -> list[str]:
    """Short ones, empty ones, dots alone, blanks at ends, and one that is longer than a line of a mail may be."""
    lines = chance.choices([*words, "", ".", "..", "From here", "> quoted", "  indented"], k=chance.randint(1, 30))
    return [*lines, "".join(chance.choices(words, k=60))] if chance.random() < 0.3 else lines


def _files(chance: random.Random, names: Sequence[str]) -> list[Attachment]:
    count = chance.choice((0, 1, 3))
    return [Attachment(name, "application/octet-stream", b"\0\xff" * 40) for name in chance.sample(list(names), count)]


def as_written(message: OutboundMessage) -> Found:
    people = [(each.name, each.address) for each in (message.sender, *message.to, *message.cc)]
    return Found(message.subject, people, message.text, [each.filename for each in message.attachments])


@pytest.fixture(scope="module", params=["utf-8", "iso-2022-jp"])
def mails(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Path, OutboundMessage]]:
    folder = tmp_path_factory.mktemp("mails")
    messages = [build_mail(number, request.param) for number in range(MAILS_EACH)]
    for number, message in enumerate(messages):
        (folder / f"{number}.eml").write_bytes(compose(message))
    return [(folder / f"{number}.eml", message) for number, message in enumerate(messages)]


@pytest.mark.parametrize("read", [mail_readers.read_with_perl, mail_readers.read_with_ruby, mail_readers.read_with_nkf])
def test_each_reader_finds_what_was_written(
    mails: list[tuple[Path, OutboundMessage]], read: Callable[[Sequence[Path]], list[Found]]
) -> None:
    found = read([path for path, _ in mails])

    assert len(found) == MAILS_EACH
    for (_, message), one in zip(mails, found, strict=True):
        assert one == as_written(message)


def test_every_mail_is_of_seven_bits_and_short_lines(mails: list[tuple[Path, OutboundMessage]]) -> None:
    for path, _ in mails:
        raw = path.read_bytes()

        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")


def test_every_mail_is_in_the_charset_that_was_asked_for(mails: list[tuple[Path, OutboundMessage]]) -> None:
    for path, message in mails:
        text = next(part for part in message_from_bytes(path.read_bytes()).walk() if not part.is_multipart())

        assert text.get_content_charset() == message.charset


def test_the_words_of_the_old_charset_lose_nothing() -> None:
    assert lost([*PLAIN, *FAMILIES, *FILES]) == ()
    assert all(lost([text]) for text in BEYOND)
