"""What a site says of who is logged in there."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.chat.identity import BadIdentity, SiteUser, read_identity, sign

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SOON = int(AT.timestamp()) + 600


def user(**told: Any) -> dict[str, Any]:
    return {"id": "42", "name": "山田 花子", "mail": "hanako@example.jp", "exp": SOON, **told}


def test_what_the_site_signed_is_believed() -> None:
    assert read_identity(sign(user(), "secret"), "secret", AT) == SiteUser("42", "山田 花子", "hanako@example.jp")


def test_padding_does_not_matter() -> None:
    payload, _, signature = sign(user(), "secret").partition(".")

    assert read_identity(f"{payload}.{signature}=", "secret", AT).id == "42"


@pytest.mark.parametrize(
    "told",
    [{"exp": int(AT.timestamp())}, {"exp": SOON + 100_000}, {"exp": "soon"}, {"id": ""}, {"id": "x" * 201}],
)
def test_what_is_over_or_names_nobody_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(BadIdentity):
        read_identity(sign(user(**told), "secret"), "secret", AT)


@pytest.mark.parametrize("secret", ["other", ""])
def test_another_secret_or_none_is_refused(secret: str) -> None:
    with pytest.raises(BadIdentity):
        read_identity(sign(user(), "secret" if secret else ""), secret, AT)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.ü", "e30." + "A" * 43, "[" * 2000 + ".x"])
def test_whatever_is_sent_is_refused_in_words(token: str) -> None:
    with pytest.raises(BadIdentity):
        read_identity(token, "secret", AT)


def test_what_was_changed_after_signing_is_refused() -> None:
    _, _, signature = sign(user(), "secret").partition(".")
    other = base64.urlsafe_b64encode(json.dumps(user(id="1")).encode()).decode().rstrip("=")

    with pytest.raises(BadIdentity):
        read_identity(f"{other}.{signature}", "secret", AT)


def test_what_is_no_mail_address_is_none() -> None:
    assert read_identity(sign(user(mail="hanako"), "secret"), "secret", AT).mail == ""


def test_what_no_database_keeps_is_not_in_it() -> None:
    told = user(id="4\x002", name="山田\x00 \ud800花子\n", mail="hanako@example.jp\x00")

    assert read_identity(sign(told, "secret"), "secret", AT) == SiteUser("42", "山田 花子", "hanako@example.jp")
