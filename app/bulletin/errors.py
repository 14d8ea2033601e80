from app.core.errors import Invalid
from app.core.i18n import mark


class EndsBeforeItBegins(Invalid):
    def __init__(self) -> None:
        super().__init__("shown_until", mark("The last day lies before the first."))
