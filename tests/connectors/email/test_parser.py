from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contracts import Address, MessageKind
from connectors.email.parser import parse, read
from tests.connectors.email.samples import FOLDER, assert_storable, read_sample

SAMPLES = sorted(path.stem for path in FOLDER.glob("*.eml"))
VENDOR_TEXT = "①番の件、㈱サンプルの髙﨑です。\nﾊﾝｶｸｶﾅ と №５ と ～ が入ります。\n"


@pytest.mark.parametrize(
    ("name", "subject", "sender", "text"),
    [
        ("iso2022jp-vendor-characters", "①㈱№のご相談", "髙橋 一郎", VENDOR_TEXT),
        ("iso2022jp-undeclared", "宣言なしの件名", "", "文字コードの宣言がありません。①\n"),
        ("shift-jis-that-is-cp932", "①髙﨑～㈱", "髙橋 一郎", VENDOR_TEXT),
        (
            "raw-eight-bit-headers",
            "見積書の送付について（至急）",
            "営業部 山田",
            "お世話になっております。\n見積書をお送りします。\n",
        ),
        ("subject-cut-inside-characters", "お問い合わせありがとうございます", "髙橋 一郎", "x\n"),
        ("euc-jp", "請求書", "髙橋 一郎", "①号室の髙橋です。領収書をください。\n"),
        ("gb2312-that-is-gb18030", "關於訂單的問題", "", "你好，關於訂單。\n"),
    ],
)
def test_text_is_read_whatever_charset_the_mail_pretends(name: str, subject: str, sender: str, text: str) -> None:
    message = read_sample(name)

    assert message.sender is not None
    assert (message.subject, message.sender.name, message.text) == (subject, sender, text)


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("latin-1", "us-ascii", "café crème"),
        ("euc-kr", "", "안녕하세요 고객님 문의 드립니다"),
        ("utf-8", "iso-2022-jp", "こんにちは"),
        ("cp932", "utf-8", "お世話になっております。"),
        ("cp932", "", "見積書"),
        ("euc-jp", "no-such-charset", "ご注文の確認"),
    ],
)
def test_a_wrong_or_missing_declaration_is_seen_through(encoding: str, declared: str, text: str) -> None:
    header = f"From: a@example.jp\nContent-Type: text/plain; charset={declared}\n\n".encode()

    assert parse(header + text.encode(encoding)).text == text


def test_a_cut_off_end_does_not_change_the_charset() -> None:
    raw = "From: a@example.jp\nContent-Type: text/plain; charset=utf-8\n\n途中で切れた".encode()

    assert parse(raw[:-1]).text == "途中で切れ\ufffd"


def test_attachment_names_are_read_in_every_way_of_writing_them() -> None:
    message = read_sample("attachment-names")

    assert [attachment.filename for attachment in message.attachments] == [
        "請求書.pdf",
        "見積①.pdf",
        "納品書.pdf",
        "仕様一覧表.pdf",
        "order list (1).pdf",
    ]


def test_no_address_is_lost() -> None:
    message = read_sample("addresses")

    assert message.sender == Address("", "foo..bar.@docomo.ne.jp")
    assert message.to == (
        Address("Yamada, Taro", "taro@example.jp"),
        Address("営業|担当", "sales@example.jp"),
        Address("田中(営業部)", "tanaka@example.jp"),
        Address("Suzuki, Hanako", "hanako@example.jp"),
    )
    assert [cc.address for cc in message.cc] == [
        "a@example.jp",
        "b@example.jp",
        '"quoted..dots."@ezweb.ne.jp',
        "no-end@example.jp",
    ]
    assert message.reply_to == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bounce-postfix", MessageKind.BOUNCE),
        ("bounce-docomo", MessageKind.BOUNCE),
        ("auto-reply", MessageKind.AUTO_REPLY),
        ("mailing-list", MessageKind.LIST),
        ("read-receipt", MessageKind.RECEIPT),
        ("euc-jp", MessageKind.MESSAGE),
    ],
)
def test_what_a_machine_wrote_is_told_from_what_a_person_wrote(name: str, kind: MessageKind) -> None:
    assert read_sample(name).kind is kind


def test_text_html_images_and_mails_inside_come_out_of_the_tree_of_parts() -> None:
    message = read_sample("forwarded-with-inline-image")

    assert message.text == "本文\n追伸"
    assert message.html == '<p>本文<img src="cid:logo@example.jp"></p>'
    assert [bool(passage.html) for passage in message.passages] == [True, False]
    image, mail = message.attachments
    assert (image.filename, image.content_id, image.is_inline) == ("logo.png", "logo@example.jp", True)
    assert (mail.filename, mail.content_type, mail.is_inline) == ("元の件名.eml", "message/rfc822", False)
    assert mail.data.endswith(b"original")


def test_ids_are_without_brackets_in_order_and_each_once() -> None:
    message = read_sample("forwarded-with-inline-image")

    assert message.message_id == "tree@example.jp"
    assert message.in_reply_to == ("b@desk.example.jp",)
    assert message.references == ("a@desk.example.jp", "b@desk.example.jp")


def test_very_many_references_keep_the_first_and_the_newest() -> None:
    ids = " ".join(f"<{number}@example.jp>" for number in range(500))

    message = parse(f"From: a@example.jp\nReferences: {ids}\n\nx".encode())

    assert len(message.references) == 100
    assert message.references[0] == "0@example.jp"
    assert message.references[-1] == "499@example.jp"


def test_flowed_lines_are_joined_and_the_signature_is_not() -> None:
    assert read_sample("format-flowed").text == "長い行は続きます。\n> 引用も続きます。\n-- \n署名\n"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Mon, 15 Jan 2024 10:20:30 +0900", datetime(2024, 1, 15, 1, 20, 30, tzinfo=UTC)),
        ("15 Jan 24 10:20:30 JST", datetime(2024, 1, 15, 1, 20, 30, tzinfo=UTC)),
        ("2024-01-15T10:20:30+09:00", datetime(2024, 1, 15, 1, 20, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 99 Jan 2024 10:20:30 +0900", None),
        ("", None),
    ],
)
def test_the_date_is_an_instant_or_none(written: str, instant: datetime | None) -> None:
    assert parse(f"From: a@example.jp\nDate: {written}\n\nx".encode()).sent_at == instant


def test_html_alone_leaves_the_text_empty() -> None:
    message = parse(b"From: a@example.jp\nContent-Type: text/html; charset=utf-8\n\n<p>hi</p>")

    assert (message.text, message.html) == ("", "<p>hi</p>")


def test_a_badly_folded_header_does_not_hide_those_below_it() -> None:
    message = parse(b"Subject: first\nsecond line\nFrom: a@example.jp\n\nbody")

    assert message.subject == "first second line"
    assert message.sender == Address("", "a@example.jp")


def test_base64_goes_on_after_padding_in_the_middle() -> None:
    message = parse(b"From: a@b.jp\nContent-Transfer-Encoding: base64\n\nYWE=\nYmI=\nYw")

    assert message.text == "aabbc"


@pytest.mark.parametrize("raw", [b"", b"\0\0", b"no header at all", bytes(range(256))])
def test_what_is_no_mail_is_a_message_that_says_so(raw: bytes) -> None:
    message = parse(raw)

    assert message.problem == "unreadable"
    assert_storable(message)


def test_parts_nested_too_deeply_are_named_as_the_problem() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(500))

    message = parse(b"From: a@example.jp\nSubject: deep\n" + raw)

    assert (message.subject, message.problem) == ("deep", "too_deep")


def test_too_many_parts_are_named_as_the_problem_and_the_first_are_kept() -> None:
    raw = b"From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst" + b"\n--b\n\nx" * 5_000

    message = parse(raw)

    assert message.problem == "too_large"
    assert message.text.startswith("first\nx")


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?a?b?" * 300_000,
        b"To: " + b'"\\' * 500_000,
        b"To: " + b"<" * 1_000_000,
        b"From: x\n" + b"a\n" * 500_000 + b"Subject: y\n\n",
        b"Content-Type: " + b';a="\\' * 300_000,
        b"From: x\nContent-Type: text/plain; format=flowed\n\n" + b"a \n" * 500_000,
        b"Content-Type: multipart/mixed\n\n" + b"--" * 1_000_000,
        b"From: x\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + b'\x1b$B$"' * 200_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(10_000)),
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 10_000,
        b"".join(b"X-%d: y\n" % i for i in range(100_000)) + b"\nbody",
        b"Content-Type: multipart/mixed; boundary=b\n" + b"\n--b\n\nx" * 100_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + b"a:\n" * 3_000) * 300,
        b"Subject: " + b" \n" * 1_000_000,
        b"To: " + b"(" * 1_000_000,
        b"To: " + b"a, " * 300_000,
        b"Content-Disposition: attachment; filename=" + b" " * 500_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"=" * 3_000_000,
        b"From: x\n\n" + b"begin 644 a\nend\n" * 200_000,
        b"From: x\n\n" + b"begin 644 a\n" + b"`\n" * 1_000_000,
        b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n" + b"A;B=" + b"c," * 100_000 + b"\n",
        b"Content-Type: application/pkcs7-mime\n\n" + b"0\x80" * 500_000,
    ],
    ids=[
        *("words", "quotes", "angles", "stray lines", "parameters", "flowed", "boundary", "escapes", "levels"),
        *("the same level", "fields", "parts", "empty parts", "fields of parts", "folds", "comments", "commas"),
        *("blanks", "padding", "begins", "one begin", "calendar", "signatures"),
    ],
)
def test_mail_made_to_be_slow_is_read_to_its_end(raw: bytes) -> None:
    """Whatever is not linear in these takes minutes."""
    assert_storable(read(raw))


def test_signatures_within_signatures_are_opened_five_times() -> None:
    raw = b"Content-Type: text/plain\n\ninnermost"
    for _ in range(8):
        raw = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\n" + signed(raw)

    message = read(b"From: a@example.jp\n" + raw)

    assert (message.text, message.problem, len(message.attachments)) == ("", "too_deep", 1)


def signed(content: bytes) -> bytes:
    """CMS with lengths left open, and no signature."""
    head = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 a080")
    return head + b"\x04\x84" + len(content).to_bytes(4, "big") + content + bytes(12)


@settings(deadline=None)  # the first odd text loads a detector of charsets
@given(st.binary(max_size=2_000))
def test_any_bytes_become_a_storable_message(raw: bytes) -> None:
    assert_storable(read(raw))


@settings(deadline=None)  # the first odd text loads a detector of charsets
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 1_500), st.binary(max_size=6)), max_size=8))
def test_a_damaged_mail_becomes_a_storable_message(name: str, damages: list[tuple[int, bytes]]) -> None:
    raw = bytearray((FOLDER / f"{name}.eml").read_bytes())
    for position, replacement in damages:
        raw[position : position + len(replacement) + 1] = replacement

    assert_storable(read(bytes(raw)))


@settings(deadline=None)  # the first odd text loads a detector of charsets
@given(
    st.lists(
        st.sampled_from(
            [b"=?utf-8?b?", b"=?utf-7?q?+2AA-?=", b"?=", b"\xff", b"\x1b$B", b'"', b"<", b"@", b"a", b"(", b"\0"]
        )
    )
)
def test_headers_of_broken_words_become_storable(pieces: list[bytes]) -> None:
    junk = b"".join(pieces)

    assert_storable(read(b"From: " + junk + b"\nSubject: " + junk + b"\nMessage-ID: " + junk + b"\n\n" + junk))
