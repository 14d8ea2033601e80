"""From what a form sent to a message; whatever comes, nothing is raised."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contracts import Address, Attachment, Hints
from connectors.form.parser import parse
from connectors.form.submission import Answer, Submission, pack, unpack

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def submission(**others: Any) -> Submission:
    return Submission(
        **{
            "sent_at": AT,
            "language": "ja",
            "name": "田中 一郎",
            "address": "tanaka@example.com",
            "subject": "返品したい",
            **others,
        }
    )


def test_each_answer_stands_under_what_was_asked() -> None:
    answers = (
        Answer("ご用件", "返品"),
        Answer("お問い合わせ内容", "箱が\nつぶれていました。"),
        Answer("ご希望日", "11月4日"),
    )

    message = parse(pack(submission(answers=answers)))

    assert message.sender == Address("田中 一郎", "tanaka@example.com")
    assert message.subject == "返品したい"
    assert message.text == "ご用件：返品\n\nお問い合わせ内容：\n箱が\nつぶれていました。\n\nご希望日：11月4日"
    assert message.sent_at == AT
    assert message.can_auto_reply
    assert not message.is_automatic


def test_in_english_it_is_written_in_the_english_way() -> None:
    message = parse(pack(submission(language="en", answers=(Answer("Topic", "Returns"),))))

    assert message.text == "Topic: Returns"


def test_files_come_through_byte_by_byte_and_hints_are_told() -> None:
    file = Attachment("箱.png", "image/png", bytes(range(256)))

    message = parse(pack(submission(files=(file,), category_id=7, is_suspicious=True)))

    assert message.attachments == (file,)
    assert message.hints == Hints(category_id=7, is_suspicious=True)


def test_what_was_packed_is_what_is_unpacked() -> None:
    sent = submission(answers=(Answer("a", "b"),), files=(Attachment("x", "y/z", b"1"),), category_id=3)

    assert unpack(pack(sent)) == sent


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b"\xff",
        b'{"format": "madoguchi form 2"}',
        b'{"format": "madoguchi form 1"}',
        b"[" * 9000,
    ],
)
def test_what_is_no_submission_is_unreadable(raw: bytes) -> None:
    assert parse(raw).problem == "unreadable"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each)), st.data())
def test_odd_values_raise_nothing(value: Any, data: Any) -> None:
    record = json.loads(pack(submission(answers=(Answer("a", "b"),), files=(Attachment("x", "y/z", b"1"),))))
    record[data.draw(st.sampled_from(sorted(record)))] = value

    message = parse(json.dumps(record).encode())

    assert message.problem in ("", "unreadable")
    assert not {"\0"} & set(message.text + message.subject)
