"""What introductions, header blocks, rules and signatures look like, in Japanese and English.

Each pattern is applied to lines of a bounded length and repeats only within bounds.
"""

import re

PREFIX = re.compile(r"[ \t\u3000]{0,3}(?:>|＞)")

DATE = (
    r"(?:\d{4}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}"
    r"|\d{1,2}[ ./-](?:\d{1,2}|[A-Z][a-z]{2,8})[ ./-]\d{2,4}"
    r"|[A-Z][a-z]{2,8} \d{1,2},? \d{4})"
)
SAID = (
    r"(?:wrote|writes|said|書きました|書かれました|書いています"
    r"|のメール|のメッセージ)"
)
DATED = re.compile(DATE)
INTRODUCTION = re.compile(rf"(?:.{{0,400}}{SAID}\s*[:：.。]?|.{{0,200}}{DATE}.{{0,400}}[:：])\s*", re.IGNORECASE)
"""Above lines with a prefix, where little can go wrong."""

STRONG_INTRODUCTION = re.compile(
    rf"(?=.{{0,300}}{DATE}.{{0,60}}\d{{1,2}}[:時]\d{{2}}).{{0,600}}"
    rf"(?:{SAID}\s*|<[^<>]{{1,254}}@[^<>]{{1,254}}>\s*)[:：]\s*"
)
"""Above text without prefixes: date, time, and an address or a verb."""

DASHES = r"[-－_=*]{2,}"
ORIGINAL = re.compile(
    rf"\s*{DASHES}\s*(?:original (?:message|mail|appointment)|reply message"
    r"|元のメッセージ|元のメール|オリジナルメッセージ|オリジナルメール"
    rf"|受信メール|返信元メール)\s*{DASHES}\s*",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    rf"[\s>]*(?:{DASHES}\s*(?:forwarded (?:message|by)|転送)|begin forwarded message"
    r"|転送(?:された)?メ(?:ッセージ|ール)).{0,200}",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"[\s*>]{0,6}(?P<name>from|sent|date|to|cc|subject|reply-to|差出人|送信者|送信元"
    r"|送信日時|送信日|受信日時|日時|日付|宛先|件名)[\s*]{0,3}[:：]",
    re.IGNORECASE,
)
SENDER_FIELDS = frozenset({"from", "差出人", "送信者", "送信元"})

RULE = re.compile(
    r"\s*(?:[-=_*━─＝‐‑–—ー―－・◆◇□■☆★●○+＋~∽〜～♪…"
    r"＿＊※#/|.,'<>:;°˚｡･ﾟ]\s?){5,}"
)
SIGNATURE_MARK = re.compile(r"--[ \u3000\xa0]?")
SENT_FROM = re.compile(
    r"\s*(?:(?:sent from |get outlook for ).{0,100}"
    r"|.{0,20}(?:i?phone|ipad|android|xperia|galaxy|aquos|pixel|スマートフォン|スマホ|携帯|端末"
    r"|outlook|メーラー|メールアプリ|yahoo!?メール|gmail|windows).{0,30}"
    r"(?:から送信(?:されました|しています)?|より送信|を入手)[。.]?\s*)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"tel|fax|phone|mail|@|https?://|〒|株式会社|有限会社|合同会社|℡|☎|電話|携帯"
    r"|\d{2,4}-\d{2,4}-\d{3,4}",
    re.IGNORECASE,
)
FORM_FIELD = re.compile(r"[\s■●・◆【\[]*(?:お名前|氏名|お問い?合わ?せ|件名|内容|ご用件|商品|注文|備考|ご質問|会員)")
