"""Very many Japanese letters at once, written as rows. Words are as unevenly frequent as in a language."""

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Audience, AudienceChannel, Role
from app.channels.models import Channel
from app.core.database import Database
from app.core.inserting import table_of
from app.customers.models import Customer, Identity
from app.customers.queries import hash_address
from app.tickets.message_models import Message, MessageKind, MessageRecipient, RecipientRole
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Ticket, TicketChannel

CHANNELS = range(11, 16)
"""Their ids, and those of their audiences; the first ids are given already."""
MESSAGES_OF_A_TICKET = 3
TICKETS_AT_ONCE = 500
BEGIN = datetime(2025, 11, 1, tzinfo=UTC)

KANJI = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選"
    "立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気"
    "小七成期公持野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書"
    "府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品"
    "昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格"
)
NAMES = ["田中", "佐藤", "鈴木", "高橋", "渡辺", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "齋藤", "﨑山", "髙木"]
GIVEN = ["花子", "太郎", "一郎", "美咲", "健太", "由紀", "直樹", "彩", "翔", "葵"]
FRAMES = [
    "お世話になっております。{a}の件でご連絡いたしました。",
    "先日{a}した{b}について、まだ{c}が届いておりません。",
    "{a}の{b}を確認したところ、{c}と表示されます。",
    "恐れ入りますが、{a}の手続きをご案内いただけますでしょうか。",
    "ご不明な点がございましたら、{a}までお問い合わせください。",
    "{a}は{b}営業日以内に発送いたします。",
    "説明書の通りに{a}しましたが、{b}が{c}になりません。",
    "なお、{a}の場合は{b}が必要となりますのでご注意ください。",
    "お手数をおかけいたしますが、何卒よろしくお願い申し上げます。",
    "注文番号は{n}、商品は{k}シリーズの{a}です。",
]
KATAKANA = [
    "サポート",
    "プリンター",
    "ケーブル",
    "バッテリー",
    "アカウント",
    "パスワード",
    "キャンセル",
    "ポイント",
    "クーポン",
    "メール",
]
RARE_WORD, RARE_PAIR, RARE_CHARACTER = "鸚鵡籠中", "麒麟", "龘"
WORDS = {
    "one character, common": ["の", "い"],
    "one character, middle": ["籍", "番"],
    "one character, rare": [RARE_CHARACTER],
    "two characters, common": ["ます", "お世"],
    "two characters, middle": ["日一", "ルの"],
    "two characters, rare": [RARE_PAIR],
    "four characters, common": ["いたしま", "お世話に"],
    "four characters, middle": ["プリンタ", "キャンセル"],
    "four characters, rare": [RARE_WORD],
    "two words, one of them common": ["キャンセル ます", "プリンター クーポン", f"{RARE_PAIR} の"],
    "not there": ["存在皆無", "鑿"],
    "an address": ["hanako.12@example.jp"],
}


async def fill(database: Database, messages: int) -> dict[str, Viewer]:
    """Who sees everything, and who sees one channel of five."""
    dice = random.Random(1)
    writer = _Writer(dice)
    async with database.transaction() as session:
        await _add_desk(session)
    tickets = messages // MESSAGES_OF_A_TICKET
    for first in range(1, tickets + 1, TICKETS_AT_ONCE):
        async with database.transaction() as session:
            await _add_tickets(session, writer, range(first, min(first + TICKETS_AT_ONCE, tickets + 1)))
    agent = Agent(id=1, email="a@example.jp", email_key="a@example.jp", name="山田", role=Role.ADMIN)
    everything = tuple(CHANNELS)
    return {
        "who sees everything": Viewer(agent, frozenset(), everything),
        "who sees a fifth": Viewer(agent, frozenset(), (CHANNELS[2],)),
    }


async def analyse(database: Database) -> None:
    """What a database does by itself after a while."""
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))


class _Writer:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.words = ["".join(dice.choices(KANJI, k=dice.choice((2, 2, 2, 3, 4)))) for _ in range(8_000)]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.words))))

    def word(self) -> str:
        return self.dice.choices(self.words, cum_weights=self.weights)[0]

    def sentence(self) -> str:
        frame = self.dice.choice(FRAMES)
        number = f"{self.dice.randrange(10**8):08}"
        return frame.format(a=self.word(), b=self.word(), c=self.word(), n=number, k=self.dice.choice(KATAKANA))

    def letter(self, name: str, address: str) -> str:
        lines = [self.sentence() for _ in range(self.dice.randint(5, 14))]
        if self.dice.random() < 0.0005:
            lines.append(self.dice.choice((RARE_WORD, RARE_PAIR, RARE_CHARACTER)))
        return "\n".join(
            [f"{name}です。", *lines, "--", name, address, f"電話 03-{self.dice.randrange(10**4):04}-1234"]
        )


async def _add_desk(session: AsyncSession) -> None:
    numbers = CHANNELS
    await _insert(session, Channel, [_channel(number) for number in numbers])
    await _insert(session, Audience, [{"id": number, "key_hash": str(number)} for number in numbers])
    await _insert(session, AudienceChannel, [{"audience_id": number, "channel_id": number} for number in numbers])


def _channel(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "email",
        "name": f"窓口{number}",
        "key": f"key{number}",
        "address": f"s{number}@example.jp",
    }


async def _add_tickets(session: AsyncSession, writer: _Writer, numbers: range) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Customer, Identity, Ticket, TicketChannel, Message, MessageRecipient)
    }
    for number in numbers:
        _add_ticket(rows, writer, number)
    for model, made in rows.items():
        await _insert(session, model, made)


def _add_ticket(rows: dict[Any, list[dict[str, Any]]], writer: _Writer, number: int) -> None:
    name = f"{writer.dice.choice(NAMES)} {writer.dice.choice(GIVEN)}"
    address, channel = f"hanako.{number}@example.jp", CHANNELS[number % len(CHANNELS)]
    at = BEGIN + timedelta(minutes=number * 15)
    customer = {"id": number, "name": name, "created_at": at}
    rows[Customer].append(customer)
    rows[Identity].append(_identity(number, address, at))
    phase = Phase.DONE if writer.dice.random() < 0.95 else Phase.NEW
    rows[Ticket].append(
        {
            "id": number,
            "subject": f"{writer.word()}について",
            "audience_id": channel,
            "home_channel_id": channel,
            "customer_id": number,
            "origin_customer_id": number,
            "phase": phase,
            "status_id": BUILT_IN_STATUS_IDS[phase],
            "created_at": at,
            "last_activity_at": at,
        }
    )
    rows[TicketChannel].append({"ticket_id": number, "channel_id": channel})
    for version in range(1, MESSAGES_OF_A_TICKET + 1):
        message_id = (number - 1) * MESSAGES_OF_A_TICKET + version
        rows[Message].append(
            {
                "id": message_id,
                "ticket_id": number,
                "origin_ticket_id": number,
                "ticket_version": version,
                "kind": MessageKind.INBOUND,
                "channel_id": channel,
                "author_identity_id": number,
                "text": writer.letter(name, address),
                "created_at": at,
            }
        )
        for role, whose in ((RecipientRole.FROM, address), (RecipientRole.TO, f"s{channel}@example.jp")):
            rows[MessageRecipient].append({"message_id": message_id, "role": role, "address": whose})


def _identity(number: int, address: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "email",
        "address": address,
        "address_key_hash": hash_address("email", "", address),
        "customer_id": number,
        "origin_customer_id": number,
        "created_at": at,
    }


async def _insert(session: AsyncSession, model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table_of(model)), rows)
