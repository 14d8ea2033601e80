"""From what a visitor's browser sent, as the desk keeps it, to what was said. Pure; never raises.

One JSON object: `visitor` (their address), `kind` (`message`, `contact`, `ended`, `helped`, `asked`), `id` (the
browser's own of a message), `text`, `files` [{id, name, type}], `form` [{label, value}], `name`, `mail`, `known_as` (a
mail address that somebody vouched for), `page` {url, title}, `question` (of the FAQ entry that helped, or did not) and
`message` (the id of the words that it answers).
"""

from connectors.contracts import Address, InboundMessage, Passage
from connectors.talks import Happening, RemoteFile, Said, Talk
from connectors.values import Json, list_of, loads, object_of, text_of, without_nothing, word_of

HAPPENINGS = {"contact": "contact_left", "ended": "chat_ended", "helped": "faq_helped", "asked": "person_asked"}


def parse(raw: bytes) -> InboundMessage:
    event = object_of(loads(raw.decode("utf-8", "replace")))
    visitor, mail = word_of(event.get("visitor")), word_of(event.get("mail"))
    text, name = text_of(event.get("text")), word_of(event.get("name"))
    return InboundMessage(
        sender=Address(name, visitor) if visitor else None,
        reply_to=(Address(name, mail),) if mail else (),
        passages=(Passage(text=text),) if text else (),
        said=_said(event, visitor),
    )


def _said(event: Json, visitor: str) -> Said:
    talk = Talk("person", visitor) if visitor else None
    known_as, kind = word_of(event.get("known_as")), HAPPENINGS.get(word_of(event.get("kind")))
    if kind is not None:
        return Said(talk, Happening(kind, _detail(event)), read_token=word_of(event.get("message")), known_as=known_as)
    message_id = word_of(event.get("id"))
    return Said(
        talk,
        provider_id=f"{visitor} {message_id}" if message_id else "",
        read_token=message_id,
        files=tuple(_file(object_of(each)) for each in list_of(event.get("files"))),
        extras=without_nothing(client_id=message_id, form=_form(event), page=_page(event)),
        known_as=known_as,
    )


def _detail(event: Json) -> Json:
    return without_nothing(question=text_of(event.get("question")), name=word_of(event.get("name")))


def _file(file: Json) -> RemoteFile:
    return RemoteFile(word_of(file.get("id")), word_of(file.get("name")), word_of(file.get("type")))


def _form(event: Json) -> list[Json]:
    fields = [object_of(each) for each in list_of(event.get("form"))]
    return [{"label": text_of(each.get("label")), "value": text_of(each.get("value"))} for each in fields]


def _page(event: Json) -> Json:
    page = object_of(event.get("page"))
    return without_nothing(url=text_of(page.get("url")), title=text_of(page.get("title")))
