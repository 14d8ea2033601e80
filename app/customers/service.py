import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.inserting import give_ids
from app.customers import queries
from app.customers.models import Customer, Identity
from app.customers.numbers import tel_key

PHONE = "phone"
"""The kind of channel whose addresses are numbers."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone as a message names them: an address on a kind of channel, and perhaps a name."""

    kind: str
    address: str
    name: str = ""
    scope: str = ""
    same_as: "Contact | None" = None
    """Somebody whom we believe says that they are this one too."""

    @property
    def key_hash(self) -> str:
        return queries.hash_address(self.kind, self.scope, self.tel_key or address_key(self.address))

    @property
    def tel_key(self) -> str:
        """A telephone is the same one in every spelling."""
        return tel_key(self.address) if self.kind == PHONE else ""


async def recognise(session: AsyncSession, contact: Contact) -> Identity:
    """The identity known by this address on this kind of channel, with its customer; made on first contact."""
    return (await recognise_all(session, [contact]))[contact.key_hash]


async def recognise_all(session: AsyncSession, contacts: Iterable[Contact]) -> dict[str, Identity]:
    """By the hash of their key. A customer who was only an address gets the name that comes with it."""
    by_hash: dict[str, Contact] = {}
    for contact in contacts:
        by_hash.setdefault(contact.key_hash, contact)
    known = await _hold(session, list(by_hash))
    for identity in known:
        _learn_name(identity, by_hash[identity.address_key_hash].name)
    found = {identity.address_key_hash: identity for identity in known}
    unknown = [contact for key_hash, contact in by_hash.items() if key_hash not in found]
    return found | await _meet(session, unknown)


async def _hold(session: AsyncSession, key_hashes: Sequence[str]) -> Sequence[Identity]:
    """Who was joined with another while this waited is read again."""
    known = await queries.hold_by_hash(session, key_hashes)
    was_joined = any(identity.customer.merged_into_id for identity in known)
    return await queries.hold_by_hash(session, key_hashes, anew=True) if was_joined else known


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
        rename(known.customer, name)


def new_customer(name: str) -> Customer:
    """Not in the session yet, and without any address."""
    return Customer(name=name, name_key=name_key(name), written_key=name_key(name))


def rename(customer: Customer, name: str) -> None:
    customer.name = name
    set_keys(customer)


def set_keys(customer: Customer) -> None:
    """After a change of the name or its reading."""
    customer.name_key = name_key(customer.reading or customer.name)
    customer.written_key = name_key(customer.name)


async def learn_number(session: AsyncSession, customer: Customer, tel: str) -> None:
    """From now on a call from there is known as theirs, unless it is somebody's already."""
    contact = Contact(kind=PHONE, address=tel)
    if contact.tel_key:
        await queries.add_identities(session, [_row(contact, customer)])


async def _meet(session: AsyncSession, contacts: Sequence[Contact]) -> dict[str, Identity]:
    """Another unit of work may meet the same person at the same moment: then theirs is the one."""
    if not contacts:
        return {}
    known = [contact for contact in contacts if contact.same_as is not None]
    if known:
        return await _meet_known(session, known) | await _meet(session, [each for each in contacts if not each.same_as])
    customers = [new_customer(_name(contact)) for contact in contacts]
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


async def _meet_known(session: AsyncSession, contacts: Sequence[Contact]) -> dict[str, Identity]:
    """Theirs is the customer of whom they are known to be."""
    others = await recognise_all(session, [contact.same_as for contact in contacts if contact.same_as])
    customers = [others[contact.same_as.key_hash].customer for contact in contacts if contact.same_as]
    await queries.add_identities(session, [_row(*pair) for pair in zip(contacts, customers, strict=True)])
    found = await queries.list_by_hash(session, [contact.key_hash for contact in contacts])
    return {identity.address_key_hash: identity for identity in found}


async def add_address(session: AsyncSession, customer: Customer, contact: Contact) -> None:
    """They say that it is theirs; whoever is known by it already stays who they are."""
    await queries.add_identities(session, [_row(contact, customer)])


def _name(contact: Contact) -> str:
    return contact.name or contact.address


def _row(contact: Contact, customer: Customer) -> dict[str, object]:
    return {
        "kind": contact.kind,
        "scope": contact.scope,
        "address": contact.address,
        "address_key_hash": contact.key_hash,
        "tel_key": contact.tel_key,
        "customer_id": customer.id,
        "origin_customer_id": customer.id,
        "state": "",
        "created_at": now(),
    }
