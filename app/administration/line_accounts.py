"""How each LINE account is doing, in words: where LINE is to send, what came last, the month's messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import endpoints
from app.channels import queries as channel_queries
from app.channels.models import FAILED_POLLS, LINE, Channel, ChannelFolder
from app.channels.trying import explain
from app.conversations import quota_queries
from app.conversations.models import Quota
from app.conversations.quotas import QuotaState, state_of
from app.core.clock import now
from app.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class AccountView:
    channel: Channel
    hook_url: str
    wants_https: bool
    last_success_at: datetime | None
    last_error_at: datetime | None
    error: str
    advice: str
    quota: QuotaState | None

    @property
    def is_untried(self) -> bool:
        """No webhook ever came."""
        return self.last_success_at is None and not self.error


async def get_account(session: AsyncSession, channel_id: int) -> Channel:
    """Raises NotFound for channels of another kind too."""
    channel = await channel_queries.get_channel(session, channel_id)
    if channel.kind != LINE:
        raise NotFound(channel_id=channel_id)
    return channel


async def list_accounts(session: AsyncSession) -> list[AccountView]:
    return await _views(session, [each for each in await channel_queries.list_channels(session) if each.kind == LINE])


async def account_view(session: AsyncSession, channel: Channel) -> AccountView:
    return (await _views(session, [channel]))[0]


async def _views(session: AsyncSession, channels: Sequence[Channel]) -> list[AccountView]:
    ids = [channel.id for channel in channels]
    hooks = {each.channel_id: each for each in await channel_queries.list_folders(session, ids)}
    quotas = await quota_queries.map_quotas(session, ids)
    return [_view(channel, hooks.get(channel.id), quotas.get(channel.id)) for channel in channels]


def _view(channel: Channel, hook: ChannelFolder | None, quota: Quota | None) -> AccountView:
    is_failing = hook is not None and hook.failures >= FAILED_POLLS
    words, advice = explain(hook.last_error) if hook is not None and is_failing else ("", "")
    return AccountView(
        channel,
        endpoints.hook_url(channel),
        endpoints.wants_https(channel),
        hook.last_success_at if hook else None,
        hook.last_error_at if hook else None,
        words,
        advice,
        state_of(quota, now()) if quota and quota.asked_at else None,
    )
