"""Settings from the environment or `.env`; each is in README.md. A mistake stops the start with one line."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MADOGUCHI_"


class SettingsError(Exception):
    """A setting that is unknown or makes no sense; the text is one line that names it."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    database_url: str = ""
    data_dir: Path = Path("var")
    blob_url: str = ""
    secret_key: SecretStr | None = None
    base_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Tokyo"
    locale: Literal["ja", "en"] = "ja"
    line_api_url: str = "https://api.line.me"
    line_data_api_url: str = "https://api-data.line.me"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is not a time zone such as Asia/Tokyo") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("base_url", "line_api_url", "line_data_api_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("blob_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value and not value.startswith("file:///"):
            raise ValueError("must begin with file:///")
        return value

    @model_validator(mode="after")
    def _fill_in_paths(self) -> Self:
        self.data_dir = self.data_dir.expanduser().absolute()
        self.database_url = self.database_url or f"sqlite:///{self.data_dir / 'madoguchi.db'}"
        self.blob_url = self.blob_url or f"file://{self.data_dir / 'blobs'}"
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def blob_dir(self) -> Path:
        return Path(self.blob_url.removeprefix("file://"))


def load_settings() -> Settings:
    """The settings, or SettingsError with one line that names the first wrong one."""
    _refuse_unknown({**dotenv_values(".env"), **os.environ})
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{name} {first['msg'].removeprefix('Value error, ')}") from error


def _refuse_unknown(environment: Mapping[str, str | None]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_") and name not in known:
            raise SettingsError(f"{name} is not a setting of Madoguchi")
