"""How much of one mail is read: whatever a stranger sends takes a bounded time."""

from dataclasses import dataclass

MAXIMUM_PARTS = 1_000
MAXIMUM_HEADER_BYTES = 1_572_864
MAXIMUM_HEADER_LINES = 30_000
MAXIMUM_SEARCHED_BYTES = 1 << 30
MAXIMUM_ENVELOPES = 5


@dataclass(slots=True)
class Budget:
    """What may still be read, and what went over it."""

    parts: int = MAXIMUM_PARTS
    header_bytes: int = MAXIMUM_HEADER_BYTES
    header_lines: int = MAXIMUM_HEADER_LINES
    searched_bytes: int = MAXIMUM_SEARCHED_BYTES
    envelopes: int = MAXIMUM_ENVELOPES
    problem: str = ""

    def spend(self, *, parts: int = 0, searched_bytes: int = 0) -> bool:
        """Whether there was enough of it."""
        self.parts -= parts
        self.searched_bytes -= searched_bytes
        if min(self.parts, self.searched_bytes) >= 0:
            return True
        self.say("too_large")
        return False

    def spend_headers(self, byte_count: int, line_count: int) -> None:
        self.header_bytes -= byte_count
        self.header_lines -= line_count

    def say(self, problem: str) -> None:
        """The first problem of a mail is the one it is known by."""
        self.problem = self.problem or problem
