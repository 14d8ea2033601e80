"""What the inbox's routes ask for."""

from typing import Annotated

from fastapi import Depends

from app.accounts.deps import ViewerDep
from app.core.clock import now
from app.inbox.choices import Choices, read_choices
from app.inbox.desk import Sight, read_sight
from app.inbox.signing import Addresses, SignedAddresses
from app.web.deps import SecretBoxDep, SessionDep


async def _sight(session: SessionDep, viewer: ViewerDep) -> Sight:
    return await read_sight(session, viewer)


async def _choices(session: SessionDep) -> Choices:
    return await read_choices(session)


async def _addresses(box: SecretBoxDep) -> Addresses:
    return SignedAddresses(box, now())


SightDep = Annotated[Sight, Depends(_sight)]
ChoicesDep = Annotated[Choices, Depends(_choices)]
AddressesDep = Annotated[Addresses, Depends(_addresses)]
