import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.inserting import give_ids
from app.customers import queries
from app.customers.models import Customer, Identity


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone as a message names them: an address on a kind of channel, and perhaps a name."""

    kind: str
    address: str
    name: str = ""
    scope: str = ""

    @property
    def key_hash(self) -> str:
        return queries.hash_address(self.kind, self.scope, address_key(self.address))


async def recognise(session: AsyncSession, contact: Contact) -> Identity:
    """The identity known by this address on this kind of channel, with its customer; made on first contact."""
    return (await recognise_all(session, [contact]))[contact.key_hash]


async def recognise_all(session: AsyncSession, contacts: Iterable[Contact]) -> dict[str, Identity]:
    """By the hash of their key. A customer who was only an address gets the name that comes with it."""
    by_hash: dict[str, Contact] = {}
    for contact in contacts:
        by_hash.setdefault(contact.key_hash, contact)
    known = await queries.list_by_hash(session, list(by_hash))
    for identity in known:
        _learn_name(identity, by_hash[identity.address_key_hash].name)
    found = {identity.address_key_hash: identity for identity in known}
    unknown = [contact for key_hash, contact in by_hash.items() if key_hash not in found]
    return found | await _meet(session, unknown)


def address_key(address: str) -> str:
    """What addresses are compared by: width and case do not matter."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def name_key(name: str) -> str:
    """What names are sorted and matched by: width, case and spaces do not matter, katakana is hiragana."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(_to_hiragana(character) for character in folded if not character.isspace())


def _to_hiragana(character: str) -> str:
    return chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character


def _learn_name(known: Identity, name: str) -> None:
    """A customer who was only an address gets the name of their next message."""
    if name and known.customer.name == known.address:
        known.customer.name, known.customer.name_key = name, name_key(name)


async def _meet(session: AsyncSession, contacts: Sequence[Contact]) -> dict[str, Identity]:
    """Another unit of work may meet the same person at the same moment: then theirs is the one."""
    if not contacts:
        return {}
    customers = [Customer(name=_name(contact), name_key=name_key(_name(contact))) for contact in contacts]
    await give_ids(session, customers)
    session.add_all(customers)
    await session.flush()
    rows = [_row(contact, customer) for contact, customer in zip(contacts, customers, strict=True)]
    await queries.add_identities(session, rows)
    identities = await queries.list_by_hash(session, [contact.key_hash for contact in contacts])
    used = {identity.customer_id for identity in identities}
    for customer in customers:
        if customer.id not in used:
            await session.delete(customer)
    return {identity.address_key_hash: identity for identity in identities}


def _name(contact: Contact) -> str:
    return contact.name or contact.address


def _row(contact: Contact, customer: Customer) -> dict[str, object]:
    return {
        "kind": contact.kind,
        "scope": contact.scope,
        "address": contact.address,
        "address_key_hash": contact.key_hash,
        "customer_id": customer.id,
        "origin_customer_id": customer.id,
        "state": "",
        "created_at": now(),
    }
