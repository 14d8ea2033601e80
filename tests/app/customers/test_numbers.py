import pytest

from app.customers.numbers import dialled, key_beginning, readable, tel_key


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678",
        "09012345678",
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "(090) 1234 5678",
        "+81 90-1234-5678",
        "+81 (0)90-1234-5678",
        "010-81-90-1234-5678",
    ],
)
def test_a_number_is_the_same_one_in_every_spelling(text: str) -> None:
    assert tel_key(text) == "+819012345678"
    assert readable(text) == "090-1234-5678"


@pytest.mark.parametrize(
    "text", ["03-1234-5678 内線12", "０３（１２３４）５６７８　内線：12", "0312345678 ext. 12", "03-1234-5678#12"]
)
def test_an_extension_stands_behind_its_number(text: str) -> None:
    assert tel_key(text) == "+81312345678;ext=12"
    assert readable(text) == "03-1234-5678 内線12"


@pytest.mark.parametrize(("text", "key"), [("117", "117"), ("内線 1234", "1234"), ("+1 650-253-0000", "+16502530000")])
def test_what_is_dialled_otherwise_has_a_key_too(text: str, key: str) -> None:
    assert tel_key(text) == key


@pytest.mark.parametrize("text", ["", "非通知", "公衆電話", "12", "佐藤 2024年", "0000", "000-0000-0000", "０００"])
def test_what_is_no_number_has_no_key(text: str) -> None:
    assert tel_key(text) == ""


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("090", "+8190"),
        ("０９０-１２", "+819012"),
        ("+8190", "+8190"),
        ("+81090", "+8190"),
        ("010 1 650", "+1650"),
        ("03-1234-5678", "+81312345678"),
        ("09", ""),
        ("山田", ""),
    ],
)
def test_what_is_typed_so_far_is_how_a_key_begins(text: str, beginning: str) -> None:
    assert key_beginning(text) == beginning


def test_a_link_dials_the_key() -> None:
    assert dialled("03-1234-5678") == "tel:+81312345678"
