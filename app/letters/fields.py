"""The merge fields: their names, and what each says in a letter. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.i18n import mark

TO_PERSONS = "様"
TO_COMPANIES = "御中"
HONORIFICS = (TO_PERSONS, "さま", "さん", "殿", "先生", TO_COMPANIES)

Values = Mapping[str, str]
"""By the key of a field; what is not known is empty."""


@dataclass(frozen=True, slots=True)
class Field:
    """`key` and `alias` both name it between the braces; `meaning` is a catalog id."""

    key: str
    alias: str
    meaning: str


COMPANY, DEPARTMENT, HONORIFIC = "customer.company", "customer.department", "customer.honorific"
NUMBER = "ticket.number"
OWN_SIGNATURE = "agent.signature"
FIELDS = (
    Field("customer.addressee", "宛名", mark("Company, department, name and honorific, whatever of them is known")),
    Field(COMPANY, "会社名", mark("The customer's company")),
    Field(DEPARTMENT, "部署", mark("The customer's department")),
    Field("customer.name", "お客様名", mark("The customer's name, without an honorific")),
    Field(HONORIFIC, "敬称", mark("様 for a person, 御中 for a company without a person's name")),
    Field(NUMBER, "案件番号", mark("The ticket's number")),
    Field("ticket.subject", "件名", mark("The ticket's subject")),
    Field("agent.name", "担当者名", mark("Who writes")),
    Field("team.name", "チーム名", mark("The ticket's team, else the writer's")),
    Field("mailbox.name", "窓口名", mark("The mailbox that the mail leaves by")),
    Field("mailbox.address", "窓口アドレス", mark("The address of that mailbox")),
    Field(OWN_SIGNATURE, "担当者署名", mark("The writer's own signature, from their settings")),
)
BY_HAND = ("記入", "fill")
"""`{{記入:お届け予定日}}` is nobody's but the writer's to fill."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is to, as far as that is known."""

    name: str = ""
    company: str = ""
    department: str = ""
    honorific: str = TO_PERSONS

    @property
    def person(self) -> str:
        """Without the honorific that some write behind their own name, and without their company in brackets."""
        name = self.name.strip()
        for brackets in ("（{}）", "({})", "【{}】", "／{}", "/{}"):
            name = name.removesuffix(brackets.format(self.company)).strip() if self.company.strip() else name
        for honorific in HONORIFICS:
            if len(name) > len(honorific):
                name = name.removesuffix(honorific).strip()
        return "" if name == self.company.strip() else name

    @property
    def title(self) -> str:
        """御中 belongs to a company or one of its departments, where no person is named."""
        if self.person:
            return self.honorific.strip() or TO_PERSONS
        return TO_COMPANIES if self.company.strip() or self.department.strip() else ""

    @property
    def block(self) -> str:
        """As it stands on top of a letter: the house in one line, the person in the next."""
        house = " ".join(part for part in (self.company.strip(), self.department.strip()) if part)
        lines = [house, self.person] if self.person else [house]
        known = [line for line in lines if line]
        return "\n".join([*known[:-1], f"{known[-1]} {self.title}"]) if known else ""


def values_of(addressee: Addressee, others: Values) -> dict[str, str]:
    """Of all fields; `others` are those that are not about the customer."""
    known = {
        "customer.addressee": addressee.block,
        COMPANY: addressee.company.strip(),
        DEPARTMENT: addressee.department.strip(),
        "customer.name": addressee.person,
        HONORIFIC: addressee.title,
        **others,
    }
    return {field.key: known.get(field.key, "") for field in FIELDS}


EXAMPLE = values_of(
    Addressee("山本 翔太", "株式会社北村商事", "総務部"),
    {
        NUMBER: "1024",
        "ticket.subject": "請求書の再発行について",
        "agent.name": "佐藤 恵",
        OWN_SIGNATURE: "佐藤 恵",
        "team.name": "サポート1課",
        "mailbox.name": "サポート窓口",
        "mailbox.address": "support@example.jp",
    },
)
"""A customer who does not exist, for previews."""


def key_of(name: str) -> str | None:
    """The key of the field that is called so, in either language and any width; None when there is none."""
    return _KEYS.get(_plain(name))


def is_by_hand(name: str) -> bool:
    kind, colon, what = _plain(name).partition(":")
    return bool(colon and what.strip()) and kind.strip() in BY_HAND


def alias_of(key: str) -> str:
    return next(field.alias for field in FIELDS if field.key == key)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


_KEYS = {_plain(name): field.key for field in FIELDS for name in (field.key, field.alias)}
