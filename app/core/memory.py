"""The collector of garbage, where nothing may hold the event loop for long."""

import gc
from collections.abc import Mapping

from sqlalchemy.orm import configure_mappers

MANY_OBJECTS = 20_000
"""As many as one full collection looks at in about ten milliseconds."""


def settle() -> None:
    """What was made until now lives to the end: the collector looks at it no more, and the end takes no second.

    What comes to stay later, such as compiled statements, is set aside too whenever it has become much.
    The second collection finds nothing left: by that, full ones come early, while they are short.
    """
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.collect()
    if _set_aside not in gc.callbacks:
        gc.callbacks.append(_set_aside)


def _set_aside(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2 and len(gc.get_objects(generation=2)) > MANY_OBJECTS:
        gc.freeze()
