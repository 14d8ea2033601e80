"""text/enriched and text/richtext (RFC 1896, 1341) as plain text."""

import re

PARAMETERS = re.compile(r"<param>[^<]{0,1000}</param>", re.IGNORECASE)
LINE_ENDS = re.compile(r"\n+")
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,60}>")
NEW_LINE = re.compile(r"<(?:nl|np|paragraph|/paragraph)>", re.IGNORECASE)
LESS_THAN = "\0"


def words(text: str) -> str:
    """One line end is a blank, of several the first; `<<` and `<lt>` are the sign itself."""
    text = text.replace("<<", LESS_THAN).replace("<lt>", LESS_THAN)
    joined = LINE_ENDS.sub(lambda ends: " " if len(ends[0]) == 1 else ends[0][1:], PARAMETERS.sub("", text).strip("\n"))
    return TAG.sub("", NEW_LINE.sub("\n", joined)).replace(LESS_THAN, "<")
