"""A phone note, as an agent writes it."""

from app.accounts.audiences import viewer_of
from app.core import clock
from app.core.desk import Desk
from app.demo.cast import Cast
from app.demo.stories import CallTaken, Story
from app.tickets import intake
from app.tickets.forms import Person, TicketForm


async def take_down(desk: Desk, cast: Cast, story: Story, act: CallTaken) -> int:
    """The ticket's id."""
    person = story.person
    form = TicketForm(
        channel_id=cast.channels[story.box].id,
        customer=Person(name=person.name or person.surname, address=person.phone),
        subject=act.subject,
        text=act.text,
    )
    with clock.at(act.at):
        async with desk.database.transaction() as session:
            viewer = await viewer_of(session, cast.agents[act.by])
            ticket = await intake.take_down(session, form, viewer=viewer)
            return ticket.id
