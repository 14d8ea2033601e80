"""What a process measures of itself, for `/metrics`: no contents, no names, no addresses."""

import asyncio
import time

from prometheus_client import Counter, Histogram

QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LOOK_SECONDS = 0.5

REQUESTS = Counter("madoguchi_http_requests", "Requests answered", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "madoguchi_http_request_seconds", "Until an answer began", ["method", "route"], buckets=QUICK
)
WRITER_WAIT_SECONDS = Histogram(
    "madoguchi_database_writer_wait_seconds", "How long units of work waited until they could write", buckets=QUICK
)
LOOP_LAG_SECONDS = Histogram(
    "madoguchi_event_loop_lag_seconds", "How late the event loop was for what was due", buckets=QUICK
)


async def watch_loop() -> None:
    """Run until cancelled."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        LOOP_LAG_SECONDS.observe(max(time.monotonic() - began - LOOK_SECONDS, 0.0))
