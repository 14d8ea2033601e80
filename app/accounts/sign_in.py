"""Proving who one is by a password. Words, time and pauses are the same whether or not the address is known."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, queries
from app.accounts.audit_models import AuditKind
from app.accounts.errors import SignInPaused, WrongPassword
from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.models import (
    MAX_FAILURES_FROM_A_PLACE,
    MAX_FAILURES_OF_AN_ADDRESS,
    SIGN_IN_PAUSE,
    Agent,
    SignInFailures,
)
from app.accounts.passwords import hash_password, verify_password
from app.accounts.service import Browser, email_key, end_sessions, failures_key, open_session, set_password
from app.core.clock import now
from app.core.database import Database

FAILURES_KEPT = timedelta(days=1)
IPV6_NETWORK_BITS = 64
ADDRESS_HASH_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Keys:
    """What failures are counted by."""

    address: str
    place: str


async def sign_in(database: Database, form: SignInForm, browser: Browser) -> str | None:
    """The new session's token, or None for a wrong address or password. Raises SignInPaused."""
    keys = Keys(failures_key(form.email), _place_key(browser.address))
    async with database.reading() as session:
        await _refuse_paused(session, keys.address, keys.place)
        agent = await queries.find_agent_by_email(session, email_key(form.email))
    stored = agent.password_hash if agent and agent.is_active else ""
    is_right = await verify_password(form.password.get_secret_value(), stored)
    audit.come_from(browser.address)
    async with database.transaction() as session:
        token = await _decide(session, keys, browser, proven=agent if is_right else None)
        _note_attempt(session, agent, keys, is_in=token is not None)
        return token


def _note_attempt(session: AsyncSession, agent: Agent | None, keys: Keys, *, is_in: bool) -> None:
    """What an unknown person typed may be a password in the wrong field: only its hash is kept."""
    if is_in:
        audit.note(session, AuditKind.SIGN_IN, by=agent)
    else:
        who: dict[str, Any] = {} if agent else {"address_hash": keys.address[:ADDRESS_HASH_LENGTH]}
        audit.note(session, AuditKind.SIGN_IN_FAILED, by=agent, **who)


async def sign_out(session: AsyncSession, agent: Agent, *, session_id: int) -> None:
    audit.note(session, AuditKind.SIGN_OUT, by=agent)
    await end_sessions(session, agent, only=session_id)


async def change_password(database: Database, agent: Agent, form: PasswordForm, *, keep_session: int | None) -> None:
    """Every other session ends. Raises WrongPassword, which is counted like a failed sign-in, and SignInPaused."""
    key = failures_key(agent.email)
    async with database.reading() as session:
        await _refuse_paused(session, key)
    if not await verify_password(form.current_password.get_secret_value(), agent.password_hash):
        await _note_failure(database, key)
        raise WrongPassword
    password_hash = await hash_password(form.new_password.get_secret_value())
    async with database.transaction() as session:
        current = await queries.get_agent(session, agent.id)
        await set_password(session, current, password_hash=password_hash, keep_session=keep_session)


async def _note_failure(database: Database, key: str) -> None:
    async with database.transaction() as session:
        (await queries.hold_failures(session, key)).note(limit=MAX_FAILURES_OF_AN_ADDRESS)


async def _decide(session: AsyncSession, keys: Keys, browser: Browser, *, proven: Agent | None) -> str | None:
    """Asked again under the row's lock, so that a thousand guesses at once are still five."""
    of_address = await queries.hold_failures(session, keys.address)
    if of_address.is_paused:
        raise _paused()
    agent = await _still_the_same(session, proven)
    if agent is None:
        of_address.note(limit=MAX_FAILURES_OF_AN_ADDRESS)
        _note_at_place(await queries.hold_failures(session, keys.place))
        return None
    await queries.delete_failures(session, keys.address)
    return await open_session(session, agent, browser)


async def _still_the_same(session: AsyncSession, proven: Agent | None) -> Agent | None:
    """Disabled or given another password while this one was verified: then nothing is proven."""
    agent = await queries.find_active_agent(session, proven.id) if proven else None
    return agent if agent and proven and agent.password_hash == proven.password_hash else None


async def forget_failures(session: AsyncSession) -> None:
    """For the schedule: rows that decide nothing any more."""
    await queries.delete_old_failures(session, before=now() - FAILURES_KEPT)


def network_of(address: str) -> str:
    """An IPv6 customer has a whole /64 to come from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> IPV6_NETWORK_BITS)
    return address


async def _refuse_paused(session: AsyncSession, *keys: str) -> None:
    for key in keys:
        failures = await queries.find_failures(session, key)
        if failures is not None and failures.is_paused:
            raise _paused()


def _note_at_place(failures: SignInFailures) -> None:
    """An office shares one address: only many failures in a short time count."""
    if failures.last_at < now() - SIGN_IN_PAUSE:
        failures.count = 0
    failures.note(limit=MAX_FAILURES_FROM_A_PLACE)


def _paused() -> SignInPaused:
    return SignInPaused(retry_after=int(SIGN_IN_PAUSE.total_seconds()))


def _place_key(address: str) -> str:
    return hashlib.sha256(f"place\0{network_of(address)}".encode()).hexdigest()
