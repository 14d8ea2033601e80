import unicodedata

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.customers import queries
from app.customers.models import Customer, Identity


async def recognise(session: AsyncSession, *, kind: str, address: str, name: str = "", scope: str = "") -> Identity:
    """The identity known by this address on this kind of channel, with its customer; made on first contact."""
    key_hash = queries.hash_address(kind, scope, address_key(address))
    known = await queries.find_identity(session, key_hash)
    if known is not None:
        _learn_name(known, name)
        return known
    return await _meet(session, kind=kind, scope=scope, address=address, name=name, key_hash=key_hash)


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


async def _meet(
    session: AsyncSession, *, kind: str, scope: str, address: str, name: str, key_hash: str
) -> Identity:
    customer = Customer(name=name or address, name_key=name_key(name or address))
    session.add(customer)
    await session.flush()
    made = await queries.add_identity(
        session,
        kind=kind,
        scope=scope,
        address=address,
        address_key_hash=key_hash,
        customer_id=customer.id,
        origin_customer_id=customer.id,
        state="",
        created_at=now(),
    )
    if made is None:
        await queries.delete_customer(session, customer.id)
        session.expunge(customer)
    found = await queries.find_identity(session, key_hash)
    assert found is not None
    return found
