"""A mail that says of itself what is not so, read as a person has found it to be."""

import pytest

from connectors.email.parser import read

TEXT = "お問い合わせありがとうございます。①髙橋"


def mail(body: bytes, *, declared: str, subject: bytes = b"=?UTF-8?B?5Lu25ZCN?=", kind: str = "text/plain") -> bytes:
    charset = f"; charset={declared}" if declared else ""
    head = b"From: a@example.jp\r\nSubject: " + subject + f"\r\nContent-Type: {kind}{charset}\r\n".encode()
    return head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body


@pytest.mark.parametrize("declared", ["iso-8859-1", "koi8-r", "x-unheard-of", "", "us-ascii"])
@pytest.mark.parametrize("right", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_what_is_declared_wrongly_is_read_as_told(declared: str, right: str) -> None:
    text = TEXT if right == "shift_jis" else "お問い合わせありがとうございます。"
    raw = mail(text.encode("cp932" if right == "shift_jis" else right), declared=declared)

    assert read(raw, right).text == text
    assert read(raw, right).subject == "件名"


def test_without_a_correction_nothing_is_corrected() -> None:
    raw = mail(TEXT.encode("cp932"), declared="koi8-r")

    assert read(raw, "shift_jis").text == TEXT
    assert read(raw).text == TEXT.encode("cp932").decode("koi8-r")


def test_a_subject_of_the_same_mistake_is_corrected_with_it() -> None:
    subject = b"=?koi8-r?Q?" + b"".join(b"=%02X" % byte for byte in "件名".encode("cp932")) + b"?="
    raw = mail(TEXT.encode("cp932"), declared="koi8-r", subject=subject)

    assert read(raw, "shift_jis").subject == "件名"


def test_what_a_page_says_of_itself_is_corrected_too() -> None:
    page = b'<meta charset="iso-8859-1"><p>' + TEXT.encode("cp932")

    assert TEXT in read(mail(page, declared="", kind="text/html"), "cp932").html


def test_what_does_not_fit_at_all_leaves_signs_of_it_and_never_raises() -> None:
    assert "\ufffd" in read(mail(TEXT.encode("cp932"), declared="iso-8859-1"), "utf-8").text
