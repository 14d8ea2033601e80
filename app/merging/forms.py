from typing import Annotated

from pydantic import Field

from app.tickets.forms import Form, Id

MAX_MESSAGES = 200

MessageIds = Annotated[list[Id], Field(min_length=1, max_length=MAX_MESSAGES)]


class MergeForm(Form):
    """The number of the ticket that remains."""

    into: Id


class SplitForm(Form):
    message_ids: MessageIds


class MoveForm(MergeForm):
    message_ids: MessageIds


class LinkForm(Form):
    to: Id


class CustomerMergeForm(Form):
    """The id of the customer who remains."""

    into: Id
