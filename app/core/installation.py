"""The one row that says which installation this database is."""

from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class Installation(Base):
    """`epoch` changes with a restore, so that positions of before mean nothing (MODEL 22, 23)."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    key_fingerprint: Mapped[str]
