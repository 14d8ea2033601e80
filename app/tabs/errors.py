from app.core.errors import Invalid
from app.core.i18n import mark


class TeamNeeded(Invalid):
    def __init__(self) -> None:
        super().__init__("team_id", mark("Choose the team that has this tab."))


class TooManyTabs(Invalid):
    def __init__(self, limit: int) -> None:
        super().__init__("name", mark("At most {limit} tabs. Remove one that nobody needs."), limit=limit)
