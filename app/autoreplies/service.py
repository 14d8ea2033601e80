"""What a mailbox says by itself: shown with a suggestion until somebody saves it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.autoreplies import queries, talk_queries
from app.autoreplies.forms import AutoReplyForm
from app.autoreplies.models import AutoReply
from app.autoreplies.wording import SUGGESTED, Texts, require_fillable
from app.channels.models import Channel
from app.core.clock import now

SUBJECT = AutoReply.__tablename__


async def find_or_suggest(session: AsyncSession, channel: Channel) -> AutoReply:
    """Off, and not saved, where nobody has written one."""
    found = await queries.find_auto_reply(session, channel.id)
    return found or AutoReply(channel_id=channel.id, is_on=False, texts=SUGGESTED)


async def save(session: AsyncSession, channel: Channel, form: AutoReplyForm, *, by: Agent) -> AutoReply:
    """Raises UnknownField and NobodyFills."""
    for language, words in form.texts().items():
        require_fillable(f"subject_{language}", words["subject"])
        require_fillable(f"text_{language}", words["text"])
    auto_reply = await queries.find_auto_reply(session, channel.id) or AutoReply(channel_id=channel.id)
    changes = {
        "is_on": (bool(auto_reply.is_on), form.is_on),
        **audit.rewriting(_words(auto_reply.texts or {}), _words(form.texts())),
    }
    auto_reply.is_on, auto_reply.texts = form.is_on, {**form.texts()}
    session.add(auto_reply)
    await session.flush()
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    return auto_reply


def _words(texts: Texts) -> str:
    """All of them in one, in a fixed order."""
    return "\n".join(value for language in sorted(texts) for value in texts[language].values())  # type: ignore[misc]


async def forget_turns(session: AsyncSession) -> None:
    before = now() - 2 * queries.ONCE_IN
    await queries.forget_turns(session, before=before)
    await talk_queries.forget_turns(session, before=before.date())
