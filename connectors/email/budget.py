"""How much of one mail is read: whatever a stranger sends takes a bounded time."""

from dataclasses import dataclass

MAXIMUM_PARTS = 1_000
MAXIMUM_HEADER_BYTES = 1_572_864
MAXIMUM_HEADER_LINES = 30_000
MAXIMUM_SEARCHED_BYTES = 1 << 30
MAXIMUM_ELEMENTS = 500_000
MAXIMUM_UNPACKED_BYTES = 8_388_608
MAXIMUM_ENVELOPES = 5


@dataclass(slots=True)
class Budget:
    """What may still be read, and what went over it."""

    parts: int = MAXIMUM_PARTS
    header_bytes: int = MAXIMUM_HEADER_BYTES
    header_lines: int = MAXIMUM_HEADER_LINES
    searched_bytes: int = MAXIMUM_SEARCHED_BYTES
    elements: int = MAXIMUM_ELEMENTS
    unpacked_bytes: int = MAXIMUM_UNPACKED_BYTES
    envelopes: int = MAXIMUM_ENVELOPES
    problem: str = ""

    def spend(self, *, parts: int = 0, searched_bytes: int = 0) -> bool:
        """Whether there was enough of it."""
        self.parts -= parts
        self.searched_bytes -= searched_bytes
        return self._is_enough(min(self.parts, self.searched_bytes))

    def spend_headers(self, byte_count: int, line_count: int) -> None:
        self.header_bytes -= byte_count
        self.header_lines -= line_count

    def spend_elements(self, count: int) -> bool:
        self.elements -= count
        return self._is_enough(self.elements)

    def spend_unpacked(self, byte_count: int) -> bool:
        self.unpacked_bytes -= byte_count
        return self._is_enough(self.unpacked_bytes)

    def _is_enough(self, rest: int) -> bool:
        if rest < 0:
            self.say("too_large")
        return rest >= 0

    def say(self, problem: str) -> None:
        """The first problem of a mail is the one it is known by."""
        self.problem = self.problem or problem
