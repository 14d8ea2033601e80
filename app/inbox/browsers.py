"""What somebody reads a website with, in words."""

import re

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"(?:OPR|Opera)/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("LINE", r"\bLine/(\d+)"),
    ("Yahoo! JAPAN", r"\bYJApp-\w+ .*?/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/(\d+)"),
    ("Safari", r"Version/(\d+)[.\d]* (?:Mobile/\w+ )?Safari/"),
)
"""The first that fits: most say that they are others too."""

SYSTEMS = (
    ("iPad", r"\biPad\b"),
    ("iPhone", r"\biPhone\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)
MAX_UNKNOWN = 60


def browser_words(user_agent: str) -> str:
    """As in `Chrome 130 · Windows`; of what is not known its own beginning, '' of nothing."""
    browser = next((f"{name} {found[1]}" for name, mark in BROWSERS if (found := re.search(mark, user_agent))), "")
    system = next((name for name, mark in SYSTEMS if re.search(mark, user_agent)), "")
    return " · ".join(filter(None, (browser, system))) or user_agent.strip()[:MAX_UNKNOWN]
