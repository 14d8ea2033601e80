"""Files between two pages are known by what we signed alone; programs by what people do not do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core import clock
from app.core.clock import now
from app.core.crypto import SecretBox
from app.webforms import suspicion
from app.webforms.holding import HELD_FOR, HeldFile, open_token, seal

FILE = HeldFile("field_5", "箱.png", "image/png", 10, "0" * 64, "")


def test_a_token_gives_back_what_it_stands_for(box: SecretBox) -> None:
    token = seal(box, "key", FILE)

    assert open_token(box, "key", token) == replace(FILE, token=token)


def test_a_token_is_of_one_form(box: SecretBox) -> None:
    assert open_token(box, "another", seal(box, "key", FILE)) is None


def test_a_token_ends(box: SecretBox) -> None:
    with clock.at(now() - HELD_FOR - timedelta(seconds=1)):
        token = seal(box, "key", FILE)

    assert open_token(box, "key", token) is None


@pytest.mark.parametrize("token", ["", ".", "W10.x", "あ.い", "a" * 10_000])
def test_what_we_did_not_sign_is_nothing(box: SecretBox, token: str) -> None:
    assert open_token(box, "key", token) is None
    assert suspicion.opened_at(box, "key", token) is None


def test_a_stamp_tells_when_a_form_was_opened_and_is_of_that_form(box: SecretBox) -> None:
    at = now() - timedelta(minutes=3)

    stamped = suspicion.stamp(box, "key", at)

    opened = suspicion.opened_at(box, "key", stamped)
    assert opened is not None
    assert abs(opened - at) < timedelta(milliseconds=1)
    assert suspicion.opened_at(box, "another", stamped) is None


def test_a_person_takes_their_time_and_sees_no_honeypot() -> None:
    slow, quick = now() - timedelta(seconds=3), now() - timedelta(seconds=1)

    assert not suspicion.is_suspicious(slow, "")
    assert suspicion.is_suspicious(quick, "")
    assert suspicion.is_suspicious(slow, "http://spam.example")
    assert suspicion.is_suspicious(None, "")
