"""The chat on the shop's site, and who used it of late: what browsers send, and what agents answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import chat_service
from app.channels.chat_forms import FRESH, ChatForm, FieldsForm
from app.channels.hours_forms import WEEKDAYS, HoursForm
from app.channels.models import Channel
from app.chat import continuing, prompts, saying, visiting
from app.chat.forms import PageForm, SayForm, VisitForm
from app.chat.models import PromptKind
from app.chat.prompt_forms import PromptForm
from app.conversations import visitor_queries
from app.core import clock
from app.core.desk import Desk
from app.demo import queries
from app.demo.acting import act_on
from app.demo.cast import HEAD, SHOP, Cast
from app.demo.stories import Answered, Begun, Changed
from app.ingest.digest import digest_next
from app.ingest.hooks import HookIntake
from app.web.templates import render_text

CHAT_NAME = "サイトのチャット"
ANSWERING_BOX = "support"
SITE = "https://www.hinata.example"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
BEGINS = timedelta(seconds=40)
"""Before an answer."""
SHOWN = {0: (412, 37, 21), 1: (168, 52, 0)}
"""Shown, clicked, talks begun of each prompt."""


@dataclass(frozen=True, slots=True)
class Said:
    """So many minutes ago: by the visitor, or by an agent."""

    minutes_ago: int
    text: str
    by: str = ""
    status: str = "in_progress"


@dataclass(frozen=True, slots=True)
class Caller:
    """`has_left` before the answers: those went by mail."""

    name: str
    mail: str
    language: str
    path: str
    title: str
    browser: str
    category: str
    lines: tuple[Said, ...]
    has_left: bool = False


CALLERS = (
    Caller(
        "大塚 彩",
        "otsuka@example.com",
        "ja",
        "/shipping",
        "送料とお届け",
        CHROME,
        "配送/未着・遅延",
        (
            Said(1510, "沖縄までの送料はいくらですか。"),
            Said(
                1508,
                "沖縄県への送料は1,320円です。1万円以上のご注文は無料になります。",
                "tanaka",
            ),
            Said(1506, "わかりました。ありがとうございます。"),
            Said(1505, "お問い合わせありがとうございました。", "tanaka", "done"),
        ),
    ),
    Caller(
        "平野 隆",
        "hirano@example.net",
        "ja",
        "/products/lamp-a2",
        "木のテーブルランプ A2",
        PHONE,
        "商品について/購入前の相談",
        (
            Said(690, "このランプは調光できますか。\n電球は付属していますか。"),
            Said(95, "明るさは3段階で切り替えられます。LED電球が1つ付いています。", "tanaka"),
        ),
        has_left=True,
    ),
    Caller(
        "Olivia Harris",
        "",
        "en",
        "/returns",
        "Returns",
        CHROME,
        "返品・交換/交換",
        (
            Said(26, "Hi! Can I return a lamp that I bought two weeks ago?"),
            Said(24, "Hello! Yes, within 30 days, as long as it is unused. Do you have the order number?", "suzuki"),
            Said(22, "It is HN-20591. The box is open, but I never plugged it in."),
        ),
    ),
    Caller(
        "",
        "",
        "ja",
        "/pricing",
        "法人のお客様",
        CHROME,
        "商品について/購入前の相談",
        (Said(4, "法人での請求書払いはできますか？"),),
    ),
)
PROMPTS = (
    PromptForm(
        kind=PromptKind.MESSAGE,
        name="法人ページで声をかける",
        title_ja="お見積もりをお急ぎですか",
        text_ja="数量や納期について、担当者がすぐにお答えします。",
        button_ja="相談する",
        title_en="Need a quote?",
        text_en="Ask us about quantities and delivery.",
        button_en="Ask",
        page="*/pricing*",
        seconds=20,
    ),
    PromptForm(
        kind=PromptKind.GUIDE,
        name="はじめての方への案内",
        title_ja="はじめてのお客様へ",
        text_ja="ご注文からお届けまでの流れをご案内しています。",
        button_ja="ご利用ガイドを見る",
        url=f"{SITE}/guide",
        page="*/products/*",
        seconds=30,
        visited_before=False,
    ),
)


async def welcome(desk: Desk, cast: Cast, at: datetime) -> None:
    """Makes the chat, and lets everybody talk."""
    with clock.at(at - timedelta(days=2)):
        async with desk.database.transaction() as session:
            channel = await _open_chat(session, desk, cast)
    for number, caller in enumerate(CALLERS):
        await _talk(desk, cast, channel, caller, number, at)


async def _open_chat(session: AsyncSession, desk: Desk, cast: Cast) -> Channel:
    admin = cast.agents[HEAD]
    form = ChatForm(
        **FRESH,
        name=CHAT_NAME,
        color="#0f766e",
        title_ja=f"{SHOP} サポート",
        title_en=f"{SHOP} support",
        greeting_ja="こんにちは。ご注文や商品のこと、お気軽にお尋ねください。",
        greeting_en="Hello! Ask us anything about our products and your orders.",
        mail_channel_id=cast.channels[ANSWERING_BOX].id,
    )
    channel = await chat_service.create_chat(session, form, desk.box)
    every_day = dict.fromkeys(WEEKDAYS, "9:00-21:00")
    await chat_service.change_hours(session, channel, HoursForm(**every_day), by=admin)
    asked = {"kind_0": "name", "kind_1": "mail"}
    chat_service.change_fields(session, channel, FieldsForm.model_validate(asked), by=admin)
    for number, written in enumerate(PROMPTS):
        prompt = await prompts.add(session, channel, written, by=admin)
        prompt.shown, prompt.clicked, prompt.talks = SHOWN[number]
    return channel


async def _talk(desk: Desk, cast: Cast, channel: Channel, caller: Caller, number: int, at: datetime) -> None:
    page = PageForm(url=SITE + caller.path, title=caller.title, referrer="https://www.google.com/")
    with clock.at(at - timedelta(minutes=caller.lines[0].minutes_ago + 1)):
        async with desk.database.transaction() as session:
            form = VisitForm(language=caller.language, page=page)
            visit = await visiting.visit(session, channel, form, desk.box, browser=caller.browser)
            visitor_id, address = visit.visitor.id, visit.visitor.address
    for position, said in enumerate(caller.lines):
        when = at - timedelta(minutes=said.minutes_ago)
        if said.by:
            ticket_id = await _ticket_of(desk, channel, address)
            if position == 1:
                await act_on(desk, cast, ticket_id, Changed(when - BEGINS, said.by, category=caller.category))
            await _answer(desk, cast, said, when, ticket_id)
            await _hear(desk, caller, visitor_id, when)
        else:
            answers = {"name": caller.name, "mail": caller.mail} if position == 0 else {}
            words = SayForm(id=UUID(int=number * 100 + position), text=said.text, form=answers, page=page)
            await _say(desk, channel, visitor_id, words, when, is_there=not caller.has_left)


async def _say(
    desk: Desk, channel: Channel, visitor_id: int, words: SayForm, when: datetime, *, is_there: bool
) -> None:
    with clock.at(when):
        async with desk.database.transaction() as session:
            event = await saying.take_note(session, channel, visitor_id, words, desk.box, is_there=is_there)
        await saying.keep(HookIntake(desk.database), channel, event)
        while await digest_next(desk.database, desk.blobs):
            pass


async def _answer(desk: Desk, cast: Cast, said: Said, when: datetime, ticket_id: int) -> None:
    await act_on(desk, cast, ticket_id, Begun(when - BEGINS, said.by))
    await act_on(desk, cast, ticket_id, Answered(when, said.by, said.text, said.status))


async def _hear(desk: Desk, caller: Caller, visitor_id: int, when: datetime) -> None:
    """In their browser; or, who has left, by mail."""
    with clock.at(when + timedelta(seconds=10)):
        async with desk.database.transaction() as session:
            visitor = await visitor_queries.hold_visitor(session, visitor_id)
            if caller.has_left:
                visitor.mail_due_at = clock.now()
            else:
                visitor.heard_at = visitor.read_at = clock.now()
        await continuing.look_round(desk.database, render_text)


async def _ticket_of(desk: Desk, channel: Channel, address: str) -> int:
    async with desk.database.reading() as session:
        return await queries.find_ticket_of_talk(session, channel.id, address) or 0
