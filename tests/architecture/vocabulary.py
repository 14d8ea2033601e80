"""Which files a package of the app may have (DESIGN, Folders). A new noun is a decision: add it here."""

from pathlib import Path

WORDS = {"__init__", "models", "errors", "forms", "queries", "service", "jobs", "deps", "routes", "api"}
PLUMBING = {"cli", "core", "web"}
VAGUE = {"common", "flow", "flows", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
NOUNS: dict[str, set[str]] = {
    package: set(nouns.split())
    for package, nouns in {
        "accounts": "absence audiences audit invitations passwords people sign_in teams trail",
        "administration": """
            catalogue channels chats choices directory finding line_accounts mailboxes pages people system tree
            trying wording
        """,
        "asking": "views",
        "autoreplies": "answering talk_answering talks wording",
        "backup": "archive contents restoring settling",
        "boards": "personal standing tiles",
        "briefings": "contents drafting freezing mailing periods planning posting printing sheets",
        "bulk": "acts carrying documents",
        "bulletin": "views",
        "calls": "callers noting",
        "channels": """
            business_time calendars charsets chats consent consents described endpoints holidays hooks hours
            kinds line_trying lines platforms providers registry senders trying
        """,
        "chat": """
            blocking bot continuing doors ending hub identity languages mails prompts rates saying streams
            transcripts unheard views visiting waiting
        """,
        "conversations": "files joining keys metering naming pictures profiles quotas signs visitors",
        "customers": "numbers",
        "demo": """
            account acting board cast chatting clerk decisions departures diary entries filing inquiring letters
            mails marking matters office passing_on people pictures playing plot promises questions received reporting
            scripts stationery stories taking_down talks thread visiting wording
        """,
        "escalations": "documents guest guests holding ledger mails reasons telling views",
        "faq": "matching suggesting",
        "imports": "filling mbox",
        "inbox": """
            answering answers archiving browsers categories chats choices counting custom_fields days desk
            details documents entries filtering frame home joining live_source mailboxes own_tabs passing printing rows
            searching selecting sending serving signing suggesting suggestions talking talks timeline troubles
            uniting values views visitors wishes words
        """,
        "ingest": """
            accept beginning belonging checking comparing digest happenings hiding hints hooks introducing
            keeping known meeting originals parts places preparing receiving refusals rereading rewriting
            storing submissions talks verdicts
        """,
        "history": "choices exporting listing",
        "jobs": "recurring",
        "letters": "addressing documents fields frames merging picking scenes",
        "live": "batches hub positions presence rights signals source streams",
        "marking": "unclassified",
        "merging": "belongings carrying moving",
        "monitoring": "checks figures",
        "notices": "asked choosing digests late mailing reading views watching ways",
        "outbox": """
            addresses answers copies delivery documents fates lending loading mailing outcomes parting settling
            speaking ways worker
        """,
        "replies": """
            characters composing defaults documents drafts filling forwarding locks pictures posting preparing
            starting talks withdrawal
        """,
        "reports": """
            arrivals asking backlogs cell_links charts comparing documents drawings escalating formats grids intervals
            links measures options overview page_asking page_deps page_texts periods sections speeds splitting tables
            tallying trending values views volumes wording work
        """,
        "search": "documents index indexing language matching rebuilding snippets tokens",
        "sending": "marks",
        "sla": "keeping policies reckoning recounting telling views",
        "tallies": "frames packing properties reading",
        "tasks": "views",
        "tickets": """
            assignment attachments bounces changing closing consumers disposal fields intake labels linking log
            mentions outgoing remote_images requirements settings turns undoing uniting
        """,
        "trends": "guessing markers reading rising stop_words sudachi suggesting words",
        "webforms": "answers drafting fields holding reading sending showing suspicion",
    }.items()
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
