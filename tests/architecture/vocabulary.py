"""Which files a package of the app may have (DESIGN, Folders). A new noun is a decision: add it here."""

from pathlib import Path

WORDS = {"__init__", "models", "errors", "forms", "queries", "service", "jobs", "deps", "routes", "api"}
PLUMBING = {"cli", "core", "web"}
VAGUE = {"common", "flow", "flows", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
NOUNS: dict[str, set[str]] = {
    "accounts": {"absence", "audiences", "audit", "invitations", "passwords", "people", "sign_in", "teams", "trail"},
    "administration": {
        "catalogue",
        "choices",
        "directory",
        "finding",
        "mailboxes",
        "pages",
        "people",
        "system",
        "tree",
        "trying",
        "wording",
    },
    "backup": {"archive", "contents", "restoring", "settling"},
    "bulletin": {"views"},
    "bulk": {"acts", "carrying", "documents"},
    "channels": {"providers", "registry", "senders", "trying"},
    "inbox": {
        "answering",
        "answers",
        "archiving",
        "categories",
        "choices",
        "custom_fields",
        "days",
        "desk",
        "details",
        "documents",
        "frame",
        "home",
        "live_source",
        "mailboxes",
        "own_tabs",
        "printing",
        "rows",
        "searching",
        "selecting",
        "sending",
        "serving",
        "suggesting",
        "timeline",
        "troubles",
        "values",
        "views",
        "wishes",
        "words",
    },
    "demo": {
        "acting",
        "board",
        "cast",
        "clerk",
        "decisions",
        "departures",
        "diary",
        "entries",
        "filing",
        "letters",
        "mails",
        "marking",
        "matters",
        "office",
        "people",
        "pictures",
        "playing",
        "plot",
        "received",
        "scripts",
        "stationery",
        "stories",
        "taking_down",
        "thread",
        "wording",
    },
    "ingest": {
        "accept",
        "comparing",
        "digest",
        "keeping",
        "known",
        "parts",
        "preparing",
        "receiving",
        "refusals",
        "storing",
    },
    "jobs": {"recurring"},
    "letters": {"addressing", "documents", "fields", "frames", "merging", "picking", "scenes"},
    "live": {"batches", "hub", "positions", "presence", "rights", "signals", "source", "streams"},
    "monitoring": {"checks", "figures"},
    "notices": {"choosing", "digests", "mailing", "mentioning", "reading", "views", "watching", "ways"},
    "outbox": {"addresses", "delivery", "documents", "loading", "settling", "worker"},
    "search": {
        "documents",
        "index",
        "indexing",
        "language",
        "matching",
        "rebuilding",
        "snippets",
        "tokens",
    },
    "replies": {
        "preparing",
        "composing",
        "defaults",
        "documents",
        "drafts",
        "filling",
        "locks",
        "posting",
        "starting",
        "withdrawal",
    },
    "tickets": {
        "settings",
        "assignment",
        "attachments",
        "changing",
        "closing",
        "consumers",
        "disposal",
        "fields",
        "intake",
        "labels",
        "log",
        "mentions",
        "outgoing",
        "requirements",
        "turns",
        "undoing",
    },
}


def strange_names(files: list[Path]) -> list[str]:
    return [f"{path}: {_objection(path)}" for path in files if _objection(path)]


def _objection(path: Path) -> str:
    if VAGUE & set(path.stem.split("_")):
        return "a name that says what is in it, please"
    package = path.parts[1] if path.parts[0] == "app" and len(path.parts) == 3 else ""
    if not package or package in PLUMBING or _is_in_vocabulary(path.stem, package):
        return ""
    return f"not a file that {package} is to have; see tests/architecture/vocabulary.py"


def _is_in_vocabulary(stem: str, package: str) -> bool:
    """`message_queries` is the `queries` of one noun."""
    return stem.rpartition("_")[2] in WORDS or stem in WORDS or stem in NOUNS.get(package, set())
