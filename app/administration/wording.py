"""Lines of the audit log in words of the reader's language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.accounts.audit_models import AuditKind, AuditLine
from app.administration.people import ROLE_NAMES
from app.core.i18n import gettext, mark
from app.core.rows import AnyRow

KIND_NAMES = {
    AuditKind.SIGN_IN: mark("Signed in"),
    AuditKind.SIGN_IN_FAILED: mark("Failed to sign in"),
    AuditKind.SIGN_OUT: mark("Signed out"),
    AuditKind.VIEW: mark("Looked at"),
    AuditKind.SEARCH: mark("Searched"),
    AuditKind.EXPORT: mark("Exported"),
    AuditKind.SEND: mark("Sent"),
    AuditKind.DELETE: mark("Trashed or restored"),
    AuditKind.SETTINGS: mark("Changed settings"),
}
SUBJECTS = {
    "agents": (mark("Person"), "/admin/people"),
    "talk_answers": (mark("Greeting and out-of-hours answer"), "/admin/line"),
    "invitations": (mark("Invitation"), ""),
    "teams": (mark("Team"), "/admin/teams"),
    "channels": (mark("Mailbox"), "/admin/mailboxes"),
    "statuses": (mark("Status"), "/admin/statuses"),
    "categories": (mark("Category"), "/admin/categories"),
    "labels": (mark("Label"), "/admin/labels"),
    "fields": (mark("Field"), "/admin/fields"),
    "letter_templates": (mark("Template"), "/admin/templates"),
    "letter_frames": (mark("Greeting and signature"), "/admin/templates/frames"),
    "announcements": (mark("Announcement"), "/admin/announcements"),
    "handover_notes": (mark("Handover note"), ""),
    "policies": (mark("Complaint policy"), ""),
    "calendars": (mark("Business hours"), ""),
    "organisation": (mark("Business hours"), ""),
    "deadline_policies": (mark("Deadlines"), ""),
    "briefing_plans": (mark("Daily, weekly and monthly reports"), "/admin/briefings"),
    "briefings": (mark("Daily, weekly and monthly reports"), "/briefings"),
    "history_exports": (mark("Files of the history"), ""),
    "notice_mailbox": (mark("Notices by mail"), ""),
    "tickets": (mark("Ticket"), "/tickets"),
    "audit_log": (mark("Audit log"), ""),
    "installation": (mark("System"), ""),
}
NAMES = {
    "name": mark("Name"),
    "email": mark("E-mail address"),
    "address": mark("E-mail address"),
    "role": mark("Role"),
    "team_id": mark("Team"),
    "ticket_id": mark("Ticket"),
    "team_ids": mark("Teams"),
    "member_ids": mark("Members"),
    "channel_ids": mark("Mailboxes"),
    "is_disabled": mark("Disabled"),
    "is_archived": mark("Archived"),
    "is_paused": mark("Paused"),
    "is_withdrawn": mark("Withdrawn"),
    "is_trashed": mark("In the trash"),
    "is_required": mark("Required"),
    "is_category_required": mark("Category required"),
    "shares_by_turn": mark("New tickets in turn"),
    "needs_reason": mark("Asks for a reason"),
    "phase": mark("Phase"),
    "colour": mark("Colour"),
    "kind": mark("Kind"),
    "choices": mark("Choices"),
    "order": mark("Order"),
    "parent_id": mark("Below"),
    "passwords": mark("Passwords"),
    "folder": mark("Folder"),
    "session_count": mark("Browsers"),
    "length": mark("Length of the text"),
    "is_important": mark("Important"),
    "is_removed": mark("Removed"),
    "shown_from": mark("First day"),
    "shown_until": mark("Last day"),
    "owner_id": mark("Person"),
    "channel_id": mark("Mailbox"),
    "category_id": mark("Category"),
    "invitation_id": mark("Invitation"),
    "message_id": mark("Message"),
    "archived_at": mark("Archived"),
    "reading": mark("Reading (ふりがな)"),
    "greeting": mark("Greeting"),
    "signature": mark("Signature"),
    "added_member_ids": mark("New members"),
    "added_channel_ids": mark("New mailboxes"),
    "has_hours": mark("Opening hours"),
    "valid_from": mark("From which day on"),
    "fiscal_month": mark("Month in which the fiscal year begins"),
    "first_reply_seconds": mark("First reply (seconds)"),
    "next_reply_seconds": mark("Next reply (seconds)"),
    "resolution_seconds": mark("Solution (seconds)"),
    "is_in_business_time": mark("In business time"),
    "warn_share": mark("Warn after (percent of the time)"),
    "warn_seconds": mark("Warn before the deadline (hours)"),
    "raise_seconds": mark("Tell the leads after (seconds)"),
    "reopen_hours": mark("Hours until a new ticket"),
    "marks_read": mark("Mark as read"),
    "shows_agent_name": mark("Answers bear the name of their writer"),
    "basic_id": mark("Basic ID"),
    "imap_host": mark("IMAP server"),
    "imap_port": mark("IMAP port"),
    "imap_security": mark("IMAP security"),
    "imap_user": mark("IMAP user"),
    "smtp_host": mark("SMTP server"),
    "smtp_port": mark("SMTP port"),
    "smtp_security": mark("SMTP security"),
    "smtp_user": mark("SMTP user"),
    "form": mark("As"),
    "notes": mark("With internal notes"),
    "is_sending_paused": mark("Sending is paused"),
    "is_rewritten": mark("Rewritten"),
    "is_absent": mark("Absent"),
    "absent_until": mark("Last day away"),
    "filter": mark("Conditions"),
    "has_consent": mark("Consent of the provider"),
    "sign_in": mark("Signing in"),
    "oauth_client_id": mark("Client ID"),
    "oauth_tenant": mark("Tenant"),
    "oauth_authorize_url": mark("Address for consent"),
    "oauth_token_url": mark("Address for tokens"),
    "oauth_scope": mark("Scope"),
    "backfill_since": mark("Older mail, from"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "form": {"print": mark("Printed page"), "file": mark("One file with attachments")},
    "role": {role.value: name for role, name in ROLE_NAMES.items()},
    "phase": {"new": mark("New"), "in_progress": mark("In progress"), "done": mark("Done")},
}
"""What stands in a line as a key."""

FIRST_DAYS = ("shown_from",)
LAST_DAYS = ("shown_until", "absent_until")
"""Kept as the midnight at which the day is over."""

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z$")


@dataclass(frozen=True, slots=True)
class LineView:
    id: int
    at: datetime
    who: str
    email: str
    what: str
    subject: str
    path: str
    details: tuple[str, ...]
    address: str


def line_view(row: AnyRow, zone: ZoneInfo) -> LineView:
    """Instants in the time of the installation."""
    line: AuditLine = row[0]
    name, path = SUBJECTS.get(line.subject, (line.subject, ""))
    subject = gettext(name) if name else ""
    if line.subject_id is not None:
        subject = f"{subject} {line.subject_id}"
    return LineView(
        line.id,
        line.at,
        row.agent_name or _nobody(line),
        row.agent_email or "",
        gettext(KIND_NAMES[line.kind]),
        subject,
        f"{path}/{line.subject_id}" if path and line.subject_id is not None else "",
        tuple(_details(line.details, zone)),
        line.address,
    )


def _nobody(line: AuditLine) -> str:
    """A failed sign-in of an unknown address is somebody's, a change without an agent the server's."""
    return gettext("Unknown") if line.kind is AuditKind.SIGN_IN_FAILED else gettext("Command on the server")


def _details(details: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    for name, (before, after) in details.get("changes", {}).items():
        words = _value(name, after, zone)
        yield f"{_name(name)}: {words}" if before is None else f"{_name(name)}: {_value(name, before, zone)} → {words}"
    for name in details.get("changed", []):
        yield _name(name)
    if "query" in details:
        yield gettext("“{query}”", query=details["query"])
    yield from (
        f"{_name(name)}: {_value(name, details[name], zone)}"
        for name in details
        if name not in ("changes", "changed", "query")
    )


def _name(name: str) -> str:
    return gettext(NAMES[name]) if name in NAMES else name


def _value(name: str, value: Any, zone: ZoneInfo) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    words = VALUES.get(name, {}).get(str(value))
    return gettext(words) if words else _instant(name, str(value), zone)


def _instant(name: str, value: str, zone: ZoneInfo) -> str:
    """A day where one was chosen."""
    if not INSTANT.match(value):
        return value
    at = datetime.fromisoformat(value).astimezone(zone)
    if name in LAST_DAYS:
        at -= timedelta(microseconds=1)
    return f"{at:%Y-%m-%d}" if name in (*FIRST_DAYS, *LAST_DAYS) else f"{at:%Y-%m-%d %H:%M}"
