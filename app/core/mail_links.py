"""Where the links of a mail really lead, said at each, whatever their words say.

Works on sanitised HTML alone, whose attributes are all quoted alike.
"""

import re
from html import escape, unescape
from urllib.parse import urlsplit

LINK = re.compile(r'<a((?:\s+[a-z-]+="[^"]*")*)\s*>(?:([^<]*)(?=</a>))?')
HREF = re.compile(r'\shref="([^"]*)"')
HOST = re.compile(r"\s*(?:https?://)?(?:[^\s/@]*@)?((?:[^\s./:?#@]+\.)+[^\s./:?#@]{2,})(?=[\s/:?#]|\Z)", re.IGNORECASE)
MAX_WORDS = 500


def tell_targets(html: str) -> str:
    """Each link's address is its title; words that name another host than it leads to have that in `data-leads-to`."""
    return LINK.sub(_tell, html)


def _tell(link: re.Match[str]) -> str:
    href = HREF.search(link[1])
    if href is None:
        return link[0]
    warning = _warning(unescape(href[1]), unescape(link[2] or "")[:MAX_WORDS])
    return f'<a{link[1]} title="{href[1]}"{warning}>{link[2] or ""}'


def _warning(address: str, words: str) -> str:
    named, host = HOST.match(words), _host(address)
    if named is None or not host or _is_same(named[1].lower(), host):
        return ""
    return f' data-leads-to="{escape(host)}"'


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _is_same(named: str, host: str) -> bool:
    return named.removeprefix("www.") == host.removeprefix("www.")
