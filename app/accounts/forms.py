"""What people type about themselves and about others, checked."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr

from app.accounts.models import Role
from app.core.i18n import mark

MAX_NAME_LENGTH = 100
MAX_EMAIL_LENGTH = 254
MAX_SIGNATURE_LENGTH = 5000
MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 1000
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)*")
LINE_BREAKS = "\n\t"


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError(mark("Control characters are not allowed here."))
    return value


def _lines(value: str) -> str:
    if any(unicodedata.category(each) == "Cc" and each not in LINE_BREAKS for each in value):
        raise ValueError(mark("Control characters are not allowed here."))
    return value


def _unix_lines(value: object) -> object:
    """A browser sends CR LF."""
    return value.replace("\r\n", "\n").rstrip() if isinstance(value, str) else value


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise ValueError(mark("This is not an e-mail address."))
    return value


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME_LENGTH),
    AfterValidator(_one_line),
    BeforeValidator(_trimmed),
]
Reading = Annotated[str, Field(max_length=MAX_NAME_LENGTH), AfterValidator(_one_line), BeforeValidator(_trimmed)]
Email = Annotated[
    str,
    Field(min_length=3, max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_email),
    AfterValidator(_one_line),
    BeforeValidator(_trimmed),
]
Id = Annotated[int, Field(gt=0, lt=2**63)]
Signature = Annotated[str, Field(max_length=MAX_SIGNATURE_LENGTH), AfterValidator(_lines), BeforeValidator(_unix_lines)]


class AgentForm(BaseModel):
    email: Email
    name: Name
    role: Role = Role.AGENT


class PersonForm(BaseModel):
    """What an admin changes about somebody."""

    name: Name
    role: Role
    team_ids: list[Id] = []


class InvitationForm(PersonForm):
    email: Email
    role: Role = Role.AGENT


class AcceptanceForm(BaseModel):
    """What somebody who was invited says about themselves."""

    name: Name
    password: Annotated[SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH)]


class TeamForm(BaseModel):
    name: Name


class TeamSettingsForm(TeamForm):
    member_ids: list[Id] = []
    channel_ids: list[Id] = []
    is_category_required: bool = False
    shares_by_turn: bool = False


class ProfileForm(BaseModel):
    name: Name
    reading: Reading = ""
    signature: Signature = ""
    locale: Literal["ja", "en"] = "ja"


class PasswordForm(BaseModel):
    current_password: Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH)]
    new_password: Annotated[SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH)]


class SignInForm(BaseModel):
    """Nothing about it is checked but its size: what is wrong with it is never said."""

    email: Annotated[str, Field(max_length=MAX_EMAIL_LENGTH), BeforeValidator(_trimmed)] = ""
    password: Annotated[SecretStr, Field(max_length=MAX_PASSWORD_LENGTH)] = SecretStr("")
    next: Annotated[str, Field(max_length=2000)] = "/"
