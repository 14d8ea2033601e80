"""What is there when the tests begin stays to their end, and the collector need not walk through it again and again."""

import gc


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
