"""Secrets at rest, and signatures on what leaves without a session."""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.core.settings import Settings, SettingsError

KEY_FILE = "secret.key"
TOKEN_BYTES = 32


class SecretBox:
    """Encrypts with the first of its keys and opens with any: a new key is put in front of the old one."""

    def __init__(self, secret: str) -> None:
        keys = [key.strip() for key in secret.split(",") if key.strip()]
        self._fernet = MultiFernet([Fernet(_derive(key, "encrypt")) for key in keys])
        self._signing_key = _derive(keys[0], "sign")
        self.fingerprint = hashlib.sha256(_derive(keys[0], "fingerprint")).hexdigest()[:32]

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises SettingsError when the text was sealed with a key that is not here."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SettingsError("MADOGUCHI_SECRET_KEY is not the key that the database was made with") from error

    def sign(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._signing_key, f"{purpose}\0{text}".encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(purpose, text).encode(), signature.encode())


def new_token() -> str:
    """256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """What is stored of a token: enough to know it again, useless to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


def load_secret_box(settings: Settings) -> SecretBox:
    """From the setting, else from the key file in the data folder, made with mode 0600 at the first start."""
    if settings.secret_key is not None and settings.secret_key.get_secret_value().strip(", "):
        return SecretBox(settings.secret_key.get_secret_value())
    return SecretBox(_read_or_make(settings.data_dir / KEY_FILE))


def _read_or_make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(new_token())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text().strip()


def _derive(key: str, purpose: str) -> bytes:
    return urlsafe_b64encode(hashlib.sha256(f"madoguchi {purpose}\0{key}".encode()).digest())
