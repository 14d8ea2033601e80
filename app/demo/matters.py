"""What one inquiry is about: the script, and the words for its blanks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.demo.pictures import paper, photo
from app.demo.scripts import Script
from app.demo.stories import Person
from app.demo.wording import Fields, Stock, Wording
from connectors.contracts import Attachment

PRODUCTS = (
    "電気ケトル EK-120", "コーヒーメーカー CM-08", "空気清浄機 AP-330", "スティック掃除機 SV-15", "炊飯器 RC-55",
    "ホットプレート HP-2", "サーキュレーター CF-18", "電気毛布 BL-90", "トースター TS-4", "衣類スチーマー ST-7",
    "ミキサー MX-600", "デスクライト DL-32", "布団乾燥機 FD-21", "加湿器 KS-200", "オイルヒーター OH-12",
)  # fmt: skip
ERRORS = ("E01", "E03", "E12", "H05", "U21")
FEES = ("680", "880", "1,100", "1,650")
COUNTS = ("5", "8", "10", "12", "20", "30", "50")
PLAIN_COMPANIES = ("株式会社見本商店", "例示工業株式会社", "見本デザイン事務所")


@dataclass(frozen=True, slots=True)
class Matter:
    script: Script
    person: Person
    fields: Fields
    random: Random
    stock: Stock | None = None
    """Where texts come from that need not be this one's own."""

    def words(self, wording: Wording, **more: str) -> str:
        fields = {**self.fields, **more}
        if self.stock is not None:
            return self.stock.fill(wording, fields, self.random)
        return wording.fill(fields, self.random)

    def files(self, kinds: tuple[str, ...]) -> tuple[Attachment, ...]:
        return tuple(self._file(kind, number) for number, kind in enumerate(kinds, start=1))

    def _file(self, kind: str, number: int) -> Attachment:
        if kind == "photo":
            return photo(self.random, number)
        order, amount, date = self.fields["order"], self.fields["amount"], self.fields["date"]
        to = self.person.company or self.person.surname
        sheets = {
            "receipt": (
                "領収書_{}.pdf",
                ["領収書", f"{to} 様", f"金額　{amount}円（税込）", f"注文番号　{order}", date],
            ),
            "quotation": ("見積書_{}.pdf", ["御見積書", f"{to} 御中", f"合計　{amount}円（税込）", f"番号　{order}"]),
            "order": ("注文書_{}.pdf", ["注文書", "ひなた生活館 御中", f"見積番号　{order}", f"発注者　{to}"]),
            "statement": ("ご利用明細_{}.pdf", ["カードご利用明細", date, f"{amount}円", f"{amount}円"]),
            "pdf": (
                "ご案内_{}.pdf",
                ["操作のご案内", "1. 電源プラグを抜いて5分待つ", "2. 「設定」を3秒長押し", "3. 「＋」「−」で選ぶ"],
            ),
        }
        name, lines = sheets[kind]
        return paper(name.format(order), lines)


def open_matter(
    script: Script, person: Person, at: datetime, *, random: Random, zone: ZoneInfo, stock: Stock | None = None
) -> Matter:
    day = at.astimezone(zone)
    ordered, due = day - timedelta(days=random.randint(3, 20)), day + timedelta(days=random.randint(3, 14))
    fields = {
        "product": random.choice(PRODUCTS),
        "order": f"{ordered:%y%m}-{random.randint(10000, 99999)}",
        "date": f"{ordered.month}月{ordered.day}日",
        "deadline": f"{due.month}月{due.day}日",
        "serial": f"{random.choice('ABCK')}{random.randint(10_000_000, 99_999_999)}",
        "tracking": f"{random.randint(1000, 9999)}-{random.randint(1000, 9999)}-{random.randint(1000, 9999)}",
        "error": random.choice(ERRORS),
        "amount": f"{random.randint(20, 980) * 110:,}",
        "fee": random.choice(FEES),
        "count": random.choice(COUNTS),
        "company": person.company or random.choice(PLAIN_COMPANIES),
        "surname": person.surname,
        "agent": "",
    }
    return Matter(script, person, fields, random, stock)
