"""Rich text of Outlook: unpacked (MS-OXRTFCP) and read as plain text, with the HTML in it left out (MS-OXRTFEX)."""

import re
import struct

from connectors.email import charsets
from connectors.email.budget import MAXIMUM_UNPACKED_BYTES

DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor"
    b" MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
COMPRESSED, PLAIN = 0x75465A4C, 0x414C454D
WINDOW = 4_096
MAXIMUM_BYTES = 4_194_304
MAGIC = re.compile(rb"LZFu|MELA")
HEADER = struct.Struct("<IIII")

TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object htmltag mhtmltag header footer themedata listtable listoverridetable"
    b" generator xmlnstbl latentstyles datastore".split()
)
BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t", b"emdash": "—", b"endash": "–",
          b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip


def unpack(packed: bytes) -> bytes:
    """The RTF, as far as it can be read; b'' if it is none."""
    if len(packed) < HEADER.size:
        return b""
    _, size, kind, _ = HEADER.unpack_from(packed)
    if kind == PLAIN:
        return packed[HEADER.size :][: min(size, MAXIMUM_BYTES)]
    return _decompressed(packed[HEADER.size :], min(size, MAXIMUM_BYTES)) if kind == COMPRESSED else b""


def announced(data: bytes) -> int:
    """How many bytes the packed RTF somewhere within these would be: known before any of it is unpacked."""
    total = 0
    for match in MAGIC.finditer(data):
        size = int.from_bytes(data[max(0, match.start() - 4) : match.start()], "little")
        total += min(size, MAXIMUM_BYTES) + HEADER.size
        if total > MAXIMUM_UNPACKED_BYTES:
            break
    return total


def _decompressed(data: bytes, size: int) -> bytes:
    """Letters and references into what was written before, eight to a byte of flags."""
    written = bytearray(DICTIONARY)
    position, wanted = 0, size + len(DICTIONARY)
    while position < len(data) and len(written) < wanted:
        flags = data[position]
        position += 1
        for bit in range(8):
            if not flags >> bit & 1:
                written += data[position : position + 1]
                position += 1
            elif not _copy(written, data[position : position + 2]):
                return bytes(written[len(DICTIONARY) : wanted])
            else:
                position += 2
    return bytes(written[len(DICTIONARY) : wanted])


def _copy(written: bytearray, reference: bytes) -> bool:
    """Append what the reference means; false at the one that means the end."""
    if len(reference) < 2:
        return False
    code = int.from_bytes(reference, "big")
    distance = (len(written) - (code >> 4)) % WINDOW
    if distance == 0:
        return False
    length = (code & 0xF) + 2
    missing = min(length, max(0, distance - len(written)))
    written += bytes(missing)
    source = written[-distance:][: length - missing]
    written += (source * length)[: length - missing]
    return True


def text(data: bytes, charset: str) -> str:
    """Its words, with line feeds where paragraphs end."""
    reading = _Reading(charset)
    for match in TOKEN.finditer(data[:MAXIMUM_BYTES]):
        reading.take(match)
    reading.flush()
    return "".join(reading.words).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Reading:
    def __init__(self, charset: str) -> None:
        self.charset = charset
        self.words: list[str] = []
        self.letters = bytearray()
        self.groups: list[bool] = []
        self.is_hidden = False
        self.skipped = 0

    def take(self, match: re.Match[bytes]) -> None:
        code, word, number, symbol, brace, plain = match.groups()
        if brace:
            self._take_brace(brace)
        elif word:
            self._take_word(word.lower(), int(number or 1))
        elif symbol == b"*":
            self.is_hidden = True
        elif not self.is_hidden:
            self._take_letters(bytes.fromhex(code.decode()) if code else plain or (symbol or b"").strip(b"\r\n~-_|:"))

    def flush(self) -> None:
        if self.letters:
            self.words.append(charsets.decode(bytes(self.letters), self.charset))
            self.letters.clear()

    def _take_brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.groups.append(self.is_hidden)
        elif self.groups:
            self.is_hidden = self.groups.pop()

    def _take_word(self, word: bytes, number: int) -> None:
        if word in HIDDEN:
            self.is_hidden = True
        elif word == b"htmlrtf":
            self.is_hidden = number != 0
        elif word == b"ansicpg":
            self.charset = f"cp{number}"
        elif not self.is_hidden:
            self._say(word, number)

    def _say(self, word: bytes, number: int) -> None:
        if word == b"u":
            self._add(chr(number % 65_536))
            self.skipped = 1
        elif word in BREAKS:
            self._add(BREAKS[word])

    def _take_letters(self, letters: bytes) -> None:
        """What follows a Unicode character is its replacement for old readers."""
        kept = letters[self.skipped :]
        self.skipped = max(0, self.skipped - len(letters))
        self.letters += kept

    def _add(self, words: str) -> None:
        self.flush()
        self.words.append(words)
