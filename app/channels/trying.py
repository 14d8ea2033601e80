"""Trying a mailbox's settings for real, and saying for each of its two sides how it went and what to do."""

import asyncio
from dataclasses import dataclass
from typing import Any

from app.channels import consents
from app.channels.forms import EmailForm
from app.channels.models import EMAIL, Channel
from app.channels.registry import connector_for
from app.channels.service import PROBLEMS, reason, secrets_after
from app.core.crypto import SecretBox
from app.core.i18n import LOCALES, catalog, gettext, mark
from connectors.contracts import ConnectionProblem

CHECK_SECONDS = 20.0
ADVICE = {
    "unknown_host": mark("Check the spelling of the server's name."),
    "refused": mark("Check the port, and whether a firewall stands between."),
    "timeout": mark("It is tried again by itself. If it stays so, check the server's name, the port and the firewall."),
    "tls": mark("Try the other security setting: TLS is usual on 993 and 465, STARTTLS on 143 and 587."),
    "no_tls": mark("Try the other security setting: TLS is usual on 993 and 465, STARTTLS on 143 and 587."),
    "sign_in": mark("Enter the password again. Many providers want a password made for apps."),
    "no_folder": mark("Check the folder's name on the server."),
    "protocol": mark("It is tried again by itself. If it stays so, ask the provider."),
    "token_refused": mark("Issue the channel access token again at LINE Developers, and enter it here."),
    "no_webhook": mark("Set it here with one press, or paste it at LINE Developers."),
    "webhook_elsewhere": mark("Set it here with one press, or paste it at LINE Developers."),
    "webhook_off": mark("Switch on “Use webhook” at LINE Developers, under Messaging API."),
    "wrong_secret": mark("Copy the channel secret again at LINE Developers, under Basic settings, and save it here."),
    "wrong_signature": mark("Copy the secret again at the provider, and save it here."),
    "webhook_fails": mark("Check that this desk can be reached from the internet by https, and its address."),
    "quota_exhausted": mark(
        "Answers within a minute of the customer's message still leave. Or change the plan at LINE."
    ),
}
UNCLEAR = ADVICE["protocol"]
FIELDS = {"imap_folder": "folder"}


@dataclass(frozen=True, slots=True)
class Step:
    """`is_good` is None for a side that was not tried; `field` is the setting to look at."""

    side: str
    is_good: bool | None
    words: str = ""
    advice: str = ""
    field: str = ""


async def try_out(channel: Channel | None, form: EmailForm, box: SecretBox) -> list[Step]:
    """What the form says, before it is saved. Network, 20 seconds at most: call it outside every unit of work."""
    token = consents.access_token(channel, box) if channel is not None and form.sign_in != consents.PASSWORD else ""
    names = {"address": form.address, "name": form.name, "access_token": token}
    values = {**form.settings(), **names, **secrets_after(channel, form, box)}
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            state: Any = await connector_for(EMAIL).check(values)
    except ConnectionProblem as problem:
        return _failed(problem)
    except TimeoutError:
        return _failed(ConnectionProblem("timeout", field="imap_host"))
    there = gettext("Signed in. In {folder} there are {count} messages.", folder=form.folder, count=state.on_server)
    return [Step("imap", True, there), Step("smtp", True, gettext("Signed in. Mail can be sent."))]


def explain(error: str) -> tuple[str, str]:
    """In the reader's language, though it was written down in the installation's; and what can be done about it."""
    for code, text in PROBLEMS.items():
        for locale in LOCALES:
            written = catalog(locale).gettext(text)
            if written in error:
                return gettext(text) + error.partition(written)[2], gettext(ADVICE[code])
    return error, gettext(UNCLEAR) if error else ""


def _failed(problem: ConnectionProblem) -> list[Step]:
    """IMAP is tried first: where SMTP is wrong, IMAP was right."""
    side, field = problem.field[:4], FIELDS.get(problem.field, problem.field)
    wrong = Step(side, False, reason(problem), gettext(ADVICE.get(problem.code, UNCLEAR)), field)
    if side == "smtp":
        return [Step("imap", True, gettext("Signed in.")), wrong]
    return [wrong, Step("smtp", None, gettext("Not tried yet: it comes after IMAP."))]
