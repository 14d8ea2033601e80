"""Customers that do not exist, at addresses that cannot (RFC 2606), with numbers that nobody has."""

from random import Random

from app.demo.stories import Person

SURNAMES = {
    "山本": "yamamoto", "中村": "nakamura", "小林": "kobayashi", "加藤": "kato", "吉田": "yoshida",
    "山田": "yamada", "佐々木": "sasaki", "山口": "yamaguchi", "松本": "matsumoto", "井上": "inoue",
    "木村": "kimura", "林": "hayashi", "清水": "shimizu", "山崎": "yamazaki", "森": "mori",
    "池田": "ikeda", "橋本": "hashimoto", "阿部": "abe", "石川": "ishikawa", "前田": "maeda",
    "藤田": "fujita", "小川": "ogawa", "岡田": "okada", "後藤": "goto", "長谷川": "hasegawa",
    "石井": "ishii", "村上": "murakami", "近藤": "kondo", "坂本": "sakamoto", "遠藤": "endo",
    "青木": "aoki", "藤井": "fujii", "西村": "nishimura", "福田": "fukuda", "太田": "ota",
    "三浦": "miura", "岡本": "okamoto", "松田": "matsuda", "髙橋": "takahashi", "渡邊": "watanabe",
}  # fmt: skip
GIVEN_NAMES = {
    "翔太": "shota", "陽子": "yoko", "健一": "kenichi", "美穂": "miho", "拓也": "takuya",
    "直子": "naoko", "大輔": "daisuke", "由美": "yumi", "隆": "takashi", "さくら": "sakura",
    "亮": "ryo", "真由美": "mayumi", "和也": "kazuya", "恵子": "keiko", "誠": "makoto",
    "千尋": "chihiro", "浩": "hiroshi", "裕子": "yuko", "蓮": "ren", "葵": "aoi",
    "修": "osamu", "麻衣": "mai", "学": "manabu", "智子": "tomoko", "悠斗": "yuto",
    "典子": "noriko", "純": "jun", "久美子": "kumiko", "一郎": "ichiro", "結衣": "yui",
}  # fmt: skip
COMPANIES = {
    "株式会社北村商事": "kitamura", "有限会社みなと設備": "minato", "株式会社あおば企画": "aoba",
    "医療法人若葉会": "wakaba", "株式会社ミドリ出版": "midori", "東雲建設株式会社": "shinonome",
    "合同会社コトノハ": "kotonoha", "学校法人桜丘学園": "sakuragaoka", "株式会社ホシノ製作所": "hoshino",
    "丸山旅館株式会社": "maruyama",
}  # fmt: skip
DOMAINS = ("example.com", "example.net", "example.org")
COMPANY_DOMAIN = "example.co.jp"
WAYS_TO_WRITE_A_NAME = (
    "{surname} {given}",
    "{surname} {given}",
    "{surname} {given}",
    "{surname}{given}",
    "{roman}",
    "",
)


def meet(random: Random, number: int, *, of_company: bool) -> Person:
    """`number` makes the address another one than everybody else's."""
    surname, given = random.choice(list(SURNAMES)), random.choice(list(GIVEN_NAMES))
    phone = f"090-0000-{number % 10_000:04}"
    if of_company:
        company = random.choice(list(COMPANIES))
        address = f"{COMPANIES[company]}-{SURNAMES[surname]}{number}@{COMPANY_DOMAIN}"
        return Person(f"{surname} {given}（{company}）", surname, address, phone, company)
    roman = f"{GIVEN_NAMES[given].title()} {SURNAMES[surname].title()}"
    name = random.choice(WAYS_TO_WRITE_A_NAME).format(surname=surname, given=given, roman=roman)
    address = f"{SURNAMES[surname]}.{GIVEN_NAMES[given]}{number}@{random.choice(DOMAINS)}"
    return Person(name, surname, address, phone)


class Clientele:
    """Customers who come back now and then."""

    def __init__(self, random: Random, *, loyalty: float = 0.35) -> None:
        self._random = random
        self._loyalty = loyalty
        self._known: dict[bool, list[Person]] = {True: [], False: []}
        self._count = 0

    def next(self, *, of_company: bool) -> Person:
        known = self._known[of_company]
        if known and self._random.random() < self._loyalty:
            return self._random.choice(known)
        self._count += 1
        person = meet(self._random, self._count, of_company=of_company)
        known.append(person)
        return person
