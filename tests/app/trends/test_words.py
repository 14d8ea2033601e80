"""Terms of what customers write: what it is about, and nothing of how one writes letters."""

from itertools import cycle, islice

import pytest

from app.trends import sudachi, words
from app.trends.words import MAX_KEY, MAX_TERMS, Said, terms_of


@pytest.fixture(autouse=True)
def _without_sudachi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "load_nouns", lambda: None)


def _labels(subject: str = "", *texts: str, names: tuple[str, ...] = ()) -> set[str]:
    return set(terms_of(Said(1, subject, texts, names)).values())


def test_words_are_told_by_their_script() -> None:
    labels = _labels("加湿器 KS-200 から水が漏れます", "タンクの水漏れについて、返品の送料を教えてください。")

    assert {"加湿器", "KS-200", "タンク", "水漏れ", "返品", "送料"} <= labels


def test_what_cannot_be_done_is_a_term() -> None:
    assert "ログインできない" in _labels("アプリにログインできません")
    assert "ログインできない" in _labels("ログインが出来ないのですが")


def test_phrases_of_letters_are_none() -> None:
    assert (
        _labels(
            "お問い合わせ", "お世話になっております。ご確認のほど、よろしくお願いいたします。", "Dear sir, thank you"
        )
        == set()
    )


def test_names_addresses_and_numbers_of_customers_are_none() -> None:
    text = "田中と申します。佐藤様宛に tanaka@example.com https://example.com/shipping 注文番号 2511-12345 A123456"

    labels = _labels("田中商店の件", text, names=("田中 一郎", "たなか いちろう"))

    assert not labels & {"田中", "佐藤", "tanaka", "shipping", "田中商店", "A123456", "2511-12345"}


def test_one_spelling_for_what_is_the_same() -> None:
    keys = [set(terms_of(Said(1, each, ()))) for each in ("キャンセル", "ｷｬﾝｾﾙ", "ＣＡＮＣＥＬ", "cancel")]

    assert keys[0] == keys[1]
    assert keys[2] == keys[3]


def test_a_compound_is_a_term_beside_its_parts() -> None:
    assert {"返金手続", "返金", "手続"} <= _labels("返金手続")
    assert _labels("先週購入") == {"購入"}


def test_a_ticket_has_few_terms_and_the_subject_comes_first() -> None:
    many = " ".join(f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}" for n in range(200))

    terms = terms_of(Said(1, "返品", (many,)))

    assert len(terms) == MAX_TERMS
    assert next(iter(terms.values())) == "返品"


@pytest.mark.parametrize(
    "piece",
    ["あ", "漢", "ア", "漢ア", "a", "a-", "@", "a@", "w.", "\u202e", "\x00", "😀", "漢 ", "ー", "http://", "語で出来"],
)
def test_hostile_text_of_a_megabyte_is_short_work(piece: str) -> None:
    text = "".join(islice(cycle(piece), 1_000_000))

    terms = terms_of(Said(1, text, (text, text)))

    assert len(terms) <= MAX_TERMS
    assert all(len(key) <= MAX_KEY and "\x00" not in key and "\u202e" not in key for key in terms)


def test_a_text_of_many_terms_is_read_to_its_limit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MAX_CHARACTERS", 20)
    text = "返品です。" * 100_000

    assert _labels("", text, "送料") == {"返品"}


def test_nouns_of_a_tokenizer_are_put_together() -> None:
    morphemes = [
        ("領収", ("名詞", "普通名詞", "一般")),
        ("書", ("接尾辞", "名詞的", "一般")),
        ("の", ("助詞", "格助詞", "*")),
        ("田中", ("名詞", "固有名詞", "人名")),
        ("三", ("名詞", "数詞", "*")),
        ("発行", ("名詞", "普通名詞", "サ変可能")),
    ]

    assert list(sudachi.compounds(morphemes)) == ["領収", "領収書", "発行"]
