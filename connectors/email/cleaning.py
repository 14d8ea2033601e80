"""What every string that leaves the parser goes through: no NUL, no lone surrogate, no stray control."""

import re

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
LINE_CONTROLS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
LINE_ENDS = re.compile("\r{1,3}\n|\r")


def clean_text(text: str) -> str:
    """Text of several lines, ended by line feeds; controls but tab go."""
    if "\r" in text:
        text = LINE_ENDS.sub("\n", text)
    return CONTROLS.sub("", text)


def clean_line(text: str) -> str:
    """One line: controls and line ends become a space, spaces at the ends go."""
    return LINE_CONTROLS.sub(" ", text).strip()
