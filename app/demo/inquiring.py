"""The shop's web form, and what came in by it of late: the way that a customer's browser goes, but for the pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core import clock
from app.core.desk import Desk
from app.demo.cast import SHOP, Cast
from app.webforms import sending, service
from app.webforms.answers import TICKED, Sheet
from app.webforms.fields import Form, read_form
from app.webforms.forms import WebForm
from app.webforms.models import FormChoice, FormField, FormFieldKind

FORM_NAME = "サイトのフォーム"
ANSWERING_BOX = "support"


@dataclass(frozen=True, slots=True)
class Asked:
    kind: FormFieldKind
    ja: str
    en: str
    help_ja: str = ""
    help_en: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    minutes_ago: int
    name: str
    address: str
    topic: str
    order: str
    text: str


TOPIC, ORDER = "ご用件", "ご注文番号"
FIELDS = (
    Asked(FormFieldKind.CHOICE, TOPIC, "Topic", is_required=True),
    Asked(FormFieldKind.TEXT, ORDER, "Order number", "確認メールにある番号です。", "As in our confirmation."),
    Asked(FormFieldKind.DATE, "お届け希望日", "Preferred day of delivery"),
    Asked(FormFieldKind.FILE, "写真", "Photos", "破損や傷の場合は、お写真を添えてください。", "Of what is damaged."),
    Asked(
        FormFieldKind.CONSENT,
        "個人情報の取り扱いに同意します",
        "I agree to how my data is used",
        "お問い合わせへの回答のためだけに使います。",
        "For answering this inquiry alone.",
        is_required=True,
    ),
)
CHOICES = (
    ("配送について", "Delivery", "配送/未着・遅延"),
    ("返品・交換", "Returns", "返品・交換/交換"),
    ("商品について", "Products", "商品について/購入前の相談"),
    ("その他", "Something else", ""),
)
INQUIRIES = (
    Inquiry(
        26 * 60,
        "村上 由佳",
        "murakami@example.com",
        "商品について",
        "",
        "加湿器のフィルターは別売りですか。\n洗って使えるかも教えてください。",
    ),
    Inquiry(
        190,
        "青木 拓也",
        "aoki@example.net",
        "配送について",
        "HN-20418",
        "発送のご連絡から4日たちますが、まだ届きません。",
    ),
    Inquiry(
        35,
        "Emma Clark",
        "emma.clark@example.org",
        "返品・交換",
        "HN-20577",
        "The lamp has a dent on one side.\nCould you send me another one?",
    ),
)


async def ask(desk: Desk, cast: Cast, at: datetime) -> None:
    """Makes the form, and sends what was asked."""
    async with desk.database.transaction() as session:
        channel = await _open_form(session, cast)
    for inquiry in INQUIRIES:
        with clock.at(at - timedelta(minutes=inquiry.minutes_ago)):
            async with desk.database.reading() as session:
                form = await read_form(session, channel, "en" if inquiry.text.isascii() else "ja")
            sheet = Sheet(form, _typed(form, inquiry))
            await sending.send(desk.database, desk.blobs, sheet, source=inquiry.address, is_suspicious=False)


async def _open_form(session: AsyncSession, cast: Cast) -> Channel:
    form = WebForm(
        name=FORM_NAME,
        title_ja=f"{SHOP} お問い合わせ",
        title_en=f"Contact {SHOP}",
        introduction_ja="商品やご注文について、お気軽にお問い合わせください。\n通常、2営業日以内にメールでお返事いたします。",
        introduction_en="Ask us anything about our products and your orders.\nWe answer within two working days.",
        mail_channel_id=cast.channels[ANSWERING_BOX].id,
    )
    channel = await service.create_form(session, form)
    rows = [_field(channel, position, asked) for position, asked in enumerate(FIELDS, start=1)]
    session.add_all(rows)
    await session.flush()
    session.add_all(
        FormChoice(
            field_id=rows[0].id,
            position=position,
            label_ja=ja,
            label_en=en,
            category_id=cast.categories[category].id if category else None,
        )
        for position, (ja, en, category) in enumerate(CHOICES)
    )
    return channel


def _field(channel: Channel, position: int, asked: Asked) -> FormField:
    return FormField(
        channel_id=channel.id,
        kind=asked.kind,
        position=position,
        label_ja=asked.ja,
        label_en=asked.en,
        help_ja=asked.help_ja,
        help_en=asked.help_en,
        is_required=asked.is_required,
    )


def _typed(form: Form, inquiry: Inquiry) -> dict[str, str]:
    """By the names of the page; the form begins with the inquiry itself."""
    text, topic, order, _, _, consent = (field.name for field in form.fields)
    choices = dict(zip((ja for ja, _, _ in CHOICES), form.fields[1].choices, strict=True))
    return {
        "name": inquiry.name,
        "email": inquiry.address,
        text: inquiry.text,
        topic: str(choices[inquiry.topic].id),
        order: inquiry.order,
        consent: TICKED,
    }
