"""winmail.dat: what Outlook packs a mail into when it believes that the other side is Outlook (MS-OXTNEF)."""

from dataclasses import dataclass, field
from functools import partial

from connectors.email import charsets, mapi, rtf
from connectors.email.cleaning import clean_text
from connectors.email.mapi import Property, Reader

SIGNATURE = 0x223E9F78
MESSAGE_BODY, ATTACHED_DATA, ATTACHED_TITLE, ATTACHED_NAME = 0x800C, 0x800F, 0x8010, 0x9001
NEXT_ATTACHMENT, MESSAGE_PROPERTIES, ATTACHMENT_PROPERTIES, CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007
OF_ATTACHMENT = 2
INTERFACE_BYTES = 16
MAXIMUM_ATTRIBUTES = 10_000
MAXIMUM_DEPTH = 5
UTF_8 = 65001


@dataclass(slots=True)
class File:
    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: bytes = b""
    inner: "Tnef | None" = None
    """A message of Outlook's own that was attached."""


@dataclass(slots=True)
class Tnef:
    text: str = ""
    html: str = ""
    subject: str = ""
    files: list[File] = field(default_factory=list)


def is_tnef(data: bytes) -> bool:
    return data[:4] == SIGNATURE.to_bytes(4, "little")


def read(data: bytes, *, depth: int = 0) -> Tnef:
    """Never raises; what is cut off is read as far as it goes."""
    stream = _Stream(depth)
    reader = Reader(data)
    try:
        reader.take(6)
        for _ in range(MAXIMUM_ATTRIBUTES):
            level, identifier, _ = reader.number(1), reader.number(2), reader.number(2)
            value = reader.take(reader.number())
            stream.take(level, identifier, value)
            reader.take(2)
    except EOFError:
        pass
    return stream.found


class _Stream:
    def __init__(self, depth: int) -> None:
        self.found = Tnef()
        self.depth = depth
        self.charset = ""

    def take(self, level: int, identifier: int, value: bytes) -> None:
        if level == OF_ATTACHMENT:
            self._take_of_attachment(identifier, value)
        elif identifier == CODE_PAGE:
            self.charset = _charset(int.from_bytes(value[:4], "little"))
        elif identifier == MESSAGE_BODY:
            self.found.text = clean_text(self._decode(value).rstrip("\0"))
        elif identifier == MESSAGE_PROPERTIES:
            self._take_message(mapi.read(value))

    def _decode(self, value: bytes) -> str:
        return charsets.decode(value.rstrip(b"\0"), self.charset)

    def _take_message(self, properties: dict[int, Property]) -> None:
        body, html = properties.get(mapi.BODY), properties.get(mapi.HTML)
        subject, packed = properties.get(mapi.SUBJECT), properties.get(mapi.COMPRESSED_RTF)
        code_page = properties.get(mapi.INTERNET_CODE_PAGE)
        if subject:
            self.found.subject = subject.text(self._decode)
        if body:
            self.found.text = clean_text(body.text(self._decode))
        if html:
            charset = _charset(int.from_bytes(code_page.data, "little")) if code_page else self.charset
            self.found.html = clean_text(html.text(partial(charsets.decode, declared=charset)))
        elif packed and not self.found.text:
            self.found.text = clean_text(rtf.text(rtf.unpack(packed.data), self.charset))

    def _take_of_attachment(self, identifier: int, value: bytes) -> None:
        if identifier == NEXT_ATTACHMENT or not self.found.files:
            self.found.files.append(File())
        file = self.found.files[-1]
        if identifier == ATTACHED_DATA:
            file.data = value
        elif identifier in {ATTACHED_TITLE, ATTACHED_NAME}:
            file.name = file.name or self._decode(value)
        elif identifier == ATTACHMENT_PROPERTIES:
            self._take_properties(file, mapi.read(value))

    def _take_properties(self, file: File, properties: dict[int, Property]) -> None:
        def text(*identifiers: int) -> str:
            found = (properties[each].text(self._decode) for each in identifiers if each in properties)
            return next((words for words in found if words), "")

        file.name = text(mapi.LONG_FILENAME) or file.name or text(mapi.SHORT_FILENAME, mapi.DISPLAY_NAME)
        file.content_type = text(mapi.MIME_TYPE).strip().lower()
        file.content_id = text(mapi.CONTENT_ID).strip("<> ")
        content = properties.get(mapi.DATA)
        if content is None:
            return
        file.data = content.data[INTERFACE_BYTES:] if content.type == mapi.OBJECT else content.data
        if is_tnef(file.data) and self.depth < MAXIMUM_DEPTH:
            file.inner = read(file.data, depth=self.depth + 1)


def _charset(code_page: int) -> str:
    return "utf-8" if code_page == UTF_8 else f"cp{code_page}"
