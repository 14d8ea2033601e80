import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contracts import Address, Attachment
from connectors.email.addresses import is_deliverable
from connectors.email.composer import Unsendable, compose
from connectors.email.parser import parse
from tests.connectors.email.samples import NOON, build_message

LONG_SUBJECT = "ご請求書の再発行について（至急）" * 8


def read_back(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_reply_reads_back_as_it_was_written() -> None:
    message = build_message(subject=LONG_SUBJECT, cc=(Address("Suzuki, H", "hanako@example.jp"),))

    found = read_back(compose(message))

    assert found["subject"] == LONG_SUBJECT
    assert found["from"].addresses[0].display_name == "サポート窓口"
    assert [str(address) for address in found["cc"].addresses] == ['"Suzuki, H" <hanako@example.jp>']
    assert found["date"].datetime == NOON
    assert found["message-id"] == "<reply-1@desk.example.jp>"
    assert found.get_content() == "お世話になっております。\r\n"
    assert found.defects == []


def test_each_line_ends_in_crlf_and_is_short() -> None:
    raw = compose(build_message(subject=LONG_SUBJECT, text="長い行" * 2_000 + "\nascii " * 500))

    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_subject_words_are_cut_between_characters() -> None:
    raw = compose(build_message(subject=LONG_SUBJECT))
    header = raw[raw.index(b"Subject:") : raw.index(b"Date:")]

    for word in header.removeprefix(b"Subject:").split():
        decoded = email.header.decode_header(word.decode())[0]
        assert "\ufffd" not in decoded[0].decode("utf-8", "replace")


def test_hidden_recipients_stay_hidden() -> None:
    raw = compose(build_message(bcc=(Address("", "hidden@example.jp"),)))

    assert b"hidden@example.jp" not in raw
    assert b"bcc" not in raw.lower()


def test_very_many_references_keep_the_first_and_the_newest() -> None:
    references = tuple(f"{number}@example.jp" for number in range(50))

    found = parse(compose(build_message(in_reply_to="49@example.jp", references=references)))

    assert found.in_reply_to == ("49@example.jp",)
    assert found.references == (references[0], *references[-19:])


def test_html_images_and_files_lie_where_readers_expect_them() -> None:
    image = Attachment("ロゴ.png", "image/png", b"\x89PNG", "logo@desk.example.jp", is_inline=True)
    file = Attachment("請求書2024年1月分のご利用明細一覧表（控え）.pdf", "application/pdf", b"%PDF" * 500)
    mail = Attachment("前のメール.eml", "message/rfc822", b"Subject: x\r\n\r\nbody\r\n")

    raw = compose(
        build_message(html='<p>本文<img src="cid:logo@desk.example.jp"></p>', attachments=(image, file, mail))
    )

    assert [part.get_content_type() for part in read_back(raw).walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
        "message/rfc822",
        "text/plain",
    ]
    assert parse(raw).attachments == (image, file, mail)


def test_attachment_names_are_written_by_the_standard_and_as_outlook_reads_them() -> None:
    raw = compose(build_message(attachments=(Attachment("請求書.pdf", "application/pdf", b"x"),)))

    assert b'name="=?UTF-8?B?6KuL5rGC5pu4LnBkZg==?="' in raw
    assert b"filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf" in raw


def test_the_domain_of_an_address_is_written_as_dns_knows_it() -> None:
    raw = compose(build_message(to=(Address("", "info@例え.jp"),)))

    assert b"To: info@xn--r8jz45g.jp\r\n" in raw


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: x@evil.test"},
        {"sender": Address("a\nb", "support@example.jp")},
        {"to": (Address("", "a@b.jp\r\nBcc: x@evil.test"),)},
        {"to": (Address("", '"x <evil@x.test>"@d.test'),)},
        {"cc": (Address("", "no domain"),)},
        {"message_id": "a>\r\nBcc: x@evil.test"},
        {"attachments": (Attachment("a", "image/png", b"", "a>\r\nX: y", is_inline=True),)},
    ],
)
def test_what_would_break_a_header_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Unsendable):
        compose(build_message(**changes))


def test_a_file_cannot_break_out_of_its_part() -> None:
    attachment = Attachment('a"\r\nX-Evil: 1.txt', "text/plain\r\nX-Evil: 1", b"x")

    found = read_back(compose(build_message(attachments=(attachment,))))

    assert all(part["x-evil"] is None for part in found.walk())
    assert len(list(found.iter_attachments())) == 1


def test_foreign_ids_that_would_break_a_header_are_left_out() -> None:
    found = parse(compose(build_message(references=("good@example.jp", "bad id\r\nX: y"))))

    assert found.references == ("good@example.jp",)


@settings(deadline=None)  # a loaded machine is no fault
@given(
    subject=st.text(st.characters(exclude_categories=["C", "Z"])),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\r\0")),
)
def test_any_subject_and_text_come_back(subject: str, text: str) -> None:
    found = parse(compose(build_message(subject=subject, text=text)))

    assert found.subject == subject
    assert len(found.text.rstrip("\n")) <= len(text)


@pytest.mark.parametrize(
    "address",
    [
        "taro@example.jp",
        "foo..bar.@docomo.ne.jp",
        "-a-@ezweb.ne.jp",
        "info@例え.jp",
        '"foo..bar."@docomo.ne.jp',
        "a+b@x.co",
    ],
)
def test_addresses_of_japanese_carriers_and_domains_are_deliverable(address: str) -> None:
    assert is_deliverable(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "taro",
        "taro@",
        "@example.jp",
        "taro@example..jp",
        "taro@-example.jp",
        "ta ro@example.jp",
        "taro@example.jp\r\n",
        "taro\0@example.jp",
        "<taro@example.jp>",
        "a@b@example.jp",
        '"x <evil@x.test>"@d.test',
        '"a\\"b"@d.test',
        "taro@example.jp,hanako@example.jp",
        "taro@exa mple.jp",
        "taro@" + "a" * 64 + ".jp",
        "ａ@example.jp",
    ],
)
def test_what_is_no_single_address_is_not_deliverable(address: str) -> None:
    assert not is_deliverable(address)
