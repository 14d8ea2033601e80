"""The account, the users that one can play, and the groups that they are in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel

from simulators.line.naming import steady_id
from simulators.line.problems import NOT_FOUND, LineProblem

COLOURS = ("#d9730d", "#2f7d5b", "#5b5bd6", "#b4437a", "#0b7285", "#8a6d00")


class AccountForm(BaseModel):
    user_id: str = steady_id("U", "account")
    basic_id: str = "@000madog"
    name: str = "公式LINE"


class PersonForm(BaseModel):
    """A user as the file of credentials names them."""

    id: str
    name: str
    status: str = ""
    language: str = "ja"
    is_friend: bool = True
    is_blocking: bool = False


class GroupForm(BaseModel):
    id: str
    name: str
    members: list[str] = []


@dataclass(slots=True)
class Person:
    id: str
    name: str
    status: str = ""
    language: str = "ja"
    colour: str = COLOURS[0]
    is_friend: bool = True
    """Has added the account at some time."""
    is_blocking: bool = False

    @property
    def hears(self) -> bool:
        return self.is_friend and not self.is_blocking


@dataclass(slots=True)
class Group:
    """A group (`C…`), or a talk of several without a name (`R…`)."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    has_account: bool = True

    @property
    def kind(self) -> str:
        return "room" if self.id.startswith("R") else "group"


class People:
    def __init__(self, persons: Iterable[PersonForm], groups: Iterable[GroupForm]) -> None:
        colours = [COLOURS[number % len(COLOURS)] for number in range(1000)]
        self.persons = {
            form.id: Person(**form.model_dump(), colour=colour) for form, colour in zip(persons, colours, strict=False)
        }
        self.groups = {form.id: Group(form.id, form.name, list(form.members)) for form in groups}

    def add(self, person: Person) -> Person:
        person.colour = COLOURS[len(self.persons) % len(COLOURS)]
        self.persons[person.id] = person
        return person

    def person(self, user_id: str) -> Person:
        """Raises LineProblem 404."""
        if user_id not in self.persons:
            raise LineProblem(404, NOT_FOUND)
        return self.persons[user_id]

    def group(self, group_id: str) -> Group:
        """Raises LineProblem 404."""
        if group_id not in self.groups:
            raise LineProblem(404, NOT_FOUND)
        return self.groups[group_id]

    def member(self, group_id: str, user_id: str) -> Person:
        """Raises LineProblem 404 where they are not in it, or the account is not."""
        group = self.group(group_id)
        if not group.has_account or user_id not in group.members:
            raise LineProblem(404, NOT_FOUND)
        return self.person(user_id)

    def knows(self, chat_id: str) -> bool:
        return chat_id in self.persons or chat_id in self.groups

    def listeners(self, chat_id: str) -> list[str]:
        """To whom a message of the account's in this talk is shown."""
        if chat_id in self.groups:
            group = self.groups[chat_id]
            return list(group.members) if group.has_account else []
        return [chat_id] if self.person(chat_id).hears else []


def usual_people() -> People:
    """Of a simulator that nobody told about others."""
    names = {"hanako": "はなこ", "ken": "Ken🎣", "yumi": "ゆみ＠子育て中"}
    persons = [PersonForm(id=steady_id("U", key), name=name) for key, name in names.items()]
    group = GroupForm(
        id=steady_id("C", "group"), name="町内会の買い物係", members=[person.id for person in persons[:2]]
    )
    return People(persons, [group])
