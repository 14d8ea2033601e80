"""What visitors write, and the entry that answers it; and what no entry answers."""

import time
import tomllib
from pathlib import Path

import pytest

from app.faq.matching import Index, Known, build, find

FAQ = Path("app/demo/texts/faq.toml")
ASKED = {
    "注文をキャンセルできますか": [
        "昨日注文したのですが、キャンセルしたいです",
        "ｷｬﾝｾﾙできますか？",
        "間違えて注文しました。取り消してください",
    ],
    "送料はいくらですか": ["送料いくら？", "沖縄までの送料を教えてください", "いくら買えば送料無料になりますか"],
    "商品はいつ届きますか": ["注文した商品はいつ頃届きますか", "納期を教えて", "何日くらいで届きますか"],
    "届け先の住所を変更したい": ["引っ越したので届け先を変えたい", "お届け先の変更", "住所を間違えて登録しました"],
    "配達の日時を指定できますか": ["日時指定はできますか", "夜の配達時間を指定したい"],
    "荷物の追跡番号を知りたい": ["荷物が今どこにあるか知りたい", "伝票番号を教えてください"],
    "返品の方法を教えてください": ["返品したい", "商品を送り返す手順は？"],
    "違う色やサイズに交換できますか": ["サイズが合わないので交換してほしい", "色違いに替えられますか"],
    "届いた商品が壊れていました": ["届いたばかりなのに電源が入りません", "箱を開けたら破損していた"],
    "返金はいつ受け取れますか": ["返金はいつされますか", "払い戻しがまだです"],
    "支払い方法には何がありますか": ["コンビニで払えますか", "ＰａｙＰａｙは使えますか", "代引きはできますか"],
    "領収書を発行してもらえますか": ["領収書がほしい", "インボイス対応の領収書は出ますか"],
    "ポイントの使い方を教えてください": ["ポイントの期限はいつまで？", "ぽいんとを使いたい"],
    "クーポンが使えません": ["クーポンコードを入れても割引されない"],
    "パスワードを忘れました": ["ログインできません", "パスワードが分からなくなりました"],
    "退会したい": ["会員をやめるにはどうすればいいですか", "アカウントを削除してください"],
    "メールマガジンを止めたい": ["メルマガの配信停止をお願いします"],
    "保証期間はどのくらいですか": ["保証は何年ですか", "修理をお願いしたい"],
    "ギフト包装はできますか": ["プレゼント用にラッピングできますか", "のしを付けてほしい"],
    "売り切れの商品は再入荷しますか": ["在庫切れの商品は次いつ入荷しますか"],
}
OFF_TOPIC = (
    "こんにちは",
    "ありがとうございました",
    "今日はいい天気ですね",
    "採用に応募したいのですが、面接はありますか",
    "店長さんとお話しできますか",
    "社長の名前は何ですか",
    "この近くにおいしいラーメン屋はありますか",
    "テスト",
    "あああああ",
    "hello",
    "取材をお願いしたく、広報の方につないでください",
    "プログラミングを教えてください",
)


def _entries() -> list[Known]:
    read = tomllib.loads(FAQ.read_text(encoding="utf-8"))["entry"]
    return [
        Known(number, each["question"], each["keywords"], each["answer"]) for number, each in enumerate(read, start=1)
    ]


@pytest.fixture(scope="module")
def index() -> Index:
    return build(_entries())


def test_of_forty_questions_nearly_all_find_their_entry_first(index: Index) -> None:
    ids = {each.question: each.id for each in _entries()}
    questions = [(words, ids[question]) for question, asked in ASKED.items() for words in asked]
    found = {words: find(index, words, limit=3) for words, _ in questions}

    missed_first = [words for words, expected in questions if found[words][:1] != [expected]]
    missed = [words for words, expected in questions if expected not in found[words]]

    assert len(questions) >= 40
    assert len(missed_first) / len(questions) <= 0.05, missed_first
    assert len(missed) / len(questions) <= 0.05, missed


def test_most_of_what_is_suggested_is_the_answer(index: Index) -> None:
    ids = {each.question: each.id for each in _entries()}
    right = suggested = 0
    for question, asked in ASKED.items():
        for words in asked:
            found = find(index, words, limit=3)
            right, suggested = right + (ids[question] in found), suggested + len(found)

    assert right / suggested >= 0.75


@pytest.mark.parametrize("words", OFF_TOPIC)
def test_nothing_silly_is_suggested(index: Index, words: str) -> None:
    assert find(index, words, limit=3) == []


def test_english_is_found_by_its_words() -> None:
    index = build(
        [
            Known(1, "How can I cancel my order?", "cancellation"),
            Known(2, "When will my order arrive?", "delivery shipping"),
            Known(3, "How do I reset my password?", "login sign-in"),
        ]
    )

    assert find(index, "I would like to cancel an order, please", limit=1) == [1]
    assert find(index, "shipping time?", limit=1) == [2]
    assert find(index, "Forgot my PASSWORD", limit=1) == [3]
    assert find(index, "Is the weather nice?", limit=3) == []


def test_a_thousand_entries_are_searched_in_no_time() -> None:
    entries = [
        Known(number, f"{each.question}（{number}番の商品）", each.keywords, each.answer)
        for number, each in enumerate(_entries() * 50, start=1)
    ]
    index = build(entries)
    seconds = []
    for _ in range(10):
        began = time.process_time()
        find(index, "昨日注文したのですが、キャンセルしたいです。どうすればよいでしょうか。", limit=3)
        seconds.append(time.process_time() - began)

    assert min(seconds) < 0.05


def test_without_entries_nothing_is_found() -> None:
    assert find(build([]), "返品したい", limit=3) == []
