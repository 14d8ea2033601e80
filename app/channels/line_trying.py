"""Trying a LINE official account for real, and saying for each step how it stands and what to do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.channels import endpoints
from app.channels.line_forms import LineForm
from app.channels.models import LINE, Channel
from app.channels.registry import talk_connector_for
from app.channels.service import PROBLEMS, opened_secrets, settings_of
from app.channels.trying import ADVICE, CHECK_SECONDS, UNCLEAR, Step
from app.core.crypto import SecretBox
from app.core.i18n import gettext, mark
from connectors.contracts import ConnectionProblem
from connectors.talks import Finding

GOOD = {
    "token": mark("LINE accepts the access token. The account is {detail} ({address})."),
    "webhook": mark("LINE sends to this desk."),
    "use": mark("The use of the webhook is switched on."),
    "arrival": mark("LINE's test webhook arrived here, and its signature matches the channel secret."),
    "chat": mark("Chat is switched on, so that the desk decides when messages are marked as read."),
    "quota": mark("Messages of this month: {detail}."),
}
OPEN = {
    "chat_off": mark("Chat is switched off at LINE: LINE marks every message as read by itself."),
    "later": mark("What was typed anew is tried after saving."),
    "timeout": mark("LINE took too long; the rest was not tried."),
}
TO_DO = {
    "chat_off": mark("To decide here, switch “Chat” on in LINE Official Account Manager, under Response settings."),
    "later": mark("Save, then try again."),
    "timeout": mark("Try again in a moment."),
}
CAN_BE_SET = ("no_webhook", "webhook_elsewhere")


@dataclass(frozen=True, slots=True)
class Trial:
    """`can_be_set`: LINE can be told our webhook URL from here; `basic_id` is '' where LINE did not say it."""

    steps: list[Step] = field(default_factory=list)
    basic_id: str = ""
    can_be_set: bool = False


async def try_line(channel: Channel | None, form: LineForm, box: SecretBox) -> Trial:
    """What the form says, before it is saved. Network, 20 seconds at most: call it outside every unit of work."""
    known = opened_secrets(channel, box) if channel else {}
    typed = {name: value for name, value in form.secrets().items() if value}
    is_new_secret = typed.get("channel_secret", known.get("channel_secret")) != known.get("channel_secret")
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            async for finding in talk_connector_for(LINE).inspect({**_settings(channel, box), **typed}):
                is_untrue = is_new_secret and finding.part == "arrival"
                findings.append(Finding("arrival", None, "later") if is_untrue else finding)
    except TimeoutError:
        findings.append(Finding("form", None, "timeout"))
    return Trial(
        [_step(finding) for finding in findings],
        next((finding.address for finding in findings if finding.address), ""),
        any(finding.code in CAN_BE_SET for finding in findings),
    )


async def point_here(channel: Channel, box: SecretBox) -> Step | None:
    """Tell LINE our webhook URL; what went wrong, if anything did. Network."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await talk_connector_for(LINE).point_here(settings_of(channel, box))
    except ConnectionProblem as problem:
        return _step(Finding("webhook", False, problem.code, problem.detail, field="hook_url"))
    except TimeoutError:
        return _step(Finding("webhook", False, "timeout", field="hook_url"))
    return None


def _settings(channel: Channel | None, box: SecretBox) -> Mapping[str, Any]:
    return settings_of(channel, box) if channel else endpoints.addresses_of(LINE)


def _step(finding: Finding) -> Step:
    if finding.is_good:
        words = gettext(GOOD[finding.part], detail=finding.detail, address=finding.address)
        return Step(finding.part, True, words)
    if finding.code in OPEN and finding.is_good is None:
        return Step(finding.part, None, gettext(OPEN[finding.code]), gettext(TO_DO[finding.code]))
    words = gettext(PROBLEMS.get(finding.code, PROBLEMS["protocol"]))
    words = f"{words} ({finding.detail})" if finding.detail else words
    return Step(finding.part, finding.is_good, words, gettext(ADVICE.get(finding.code, UNCLEAR)), finding.field)
