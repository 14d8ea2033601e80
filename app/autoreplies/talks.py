"""What an account of talks says by itself: shown with a suggestion until somebody saves it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.autoreplies import talk_queries
from app.autoreplies.models import TalkAnswer, TalkAnswerKind
from app.autoreplies.talk_forms import TalkAnswersForm
from app.autoreplies.wording import Texts, Wording, require_fillable
from app.channels import calendars
from app.channels.models import Channel

SUBJECT = TalkAnswer.__tablename__

SUGGESTED: dict[TalkAnswerKind, Texts] = {
    TalkAnswerKind.GREETING: {
        "ja": Wording(
            subject="",
            text="""{{宛名?}}

友だち追加ありがとうございます。{{窓口名}}です。
ご質問やご相談は、このトークにそのままお送りください。担当者がお返事いたします。""",
        ),
        "en": Wording(subject="", text=""),
    },
    TalkAnswerKind.AWAY: {
        "ja": Wording(
            subject="",
            text="""メッセージをありがとうございます。{{窓口名}}です。
ただいま営業時間外のため、翌営業日以降に担当者からお返事いたします。

受付番号：{{案件番号?}}""",
        ),
        "en": Wording(
            subject="",
            text="""Thank you for your message. We are closed now, and will answer when we are open again.

Number: {{ticket.number?}}""",
        ),
    },
}
"""What an admin finds in the form before anything was saved."""


async def list_or_suggest(session: AsyncSession, channel: Channel) -> dict[TalkAnswerKind, TalkAnswer]:
    """Off, and not saved, where nobody has written it."""
    known = {answer.kind: answer for answer in await talk_queries.list_answers(session, channel.id)}
    return {kind: known.get(kind) or _suggestion(channel, kind) for kind in TalkAnswerKind}


async def save(session: AsyncSession, channel: Channel, form: TalkAnswersForm, *, by: Agent) -> None:
    """Raises UnknownField and NobodyFills."""
    for kind in TalkAnswerKind:
        for language, words in form.texts(kind).items():
            require_fillable(f"{kind}_{language}", words["text"])
    for kind in TalkAnswerKind:
        await _save_answer(session, channel, kind, form, by=by)
    await calendars.set_hours(session, channel, form.hours(), by=by)


async def _save_answer(
    session: AsyncSession, channel: Channel, kind: TalkAnswerKind, form: TalkAnswersForm, *, by: Agent
) -> None:
    answer = await talk_queries.find_answer(session, channel.id, kind) or TalkAnswer(channel_id=channel.id, kind=kind)
    changes = {
        "is_on": (bool(answer.is_on), form.is_on(kind)),
        **audit.rewriting(_words(answer.texts or {}), _words(form.texts(kind))),
    }
    answer.is_on, answer.texts, answer.is_for_groups = form.is_on(kind), {**form.texts(kind)}, form.is_for_groups
    session.add(answer)
    await session.flush()
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)


def _suggestion(channel: Channel, kind: TalkAnswerKind) -> TalkAnswer:
    return TalkAnswer(channel_id=channel.id, kind=kind, is_on=False, is_for_groups=False, texts=SUGGESTED[kind])


def _words(texts: Texts) -> str:
    return "\n".join(texts[language]["text"] for language in sorted(texts))
