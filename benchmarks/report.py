"""Figures as they come: printed at once, stored at the end."""

import json
import os
import platform
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

FOLDER = Path("var") / "benchmarks"
ADDITIONS = 1_000_000


@dataclass
class Report:
    figures: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str) -> None:
        self.figures[f"{name} [{unit}]"] = round(value, 3)
        print(f"{name:<58} {value:>10.2f} {unit}", flush=True)

    def add_latencies(self, name: str, seconds: list[float]) -> None:
        cuts = quantiles(seconds, n=20)
        self.add(f"{name}, p50", cuts[9] * 1000, "ms")
        self.add(f"{name}, p95", cuts[18] * 1000, "ms")

    def store(self) -> Path:
        FOLDER.mkdir(parents=True, exist_ok=True)
        at = datetime.fromtimestamp(int(Path("/proc/self").stat().st_mtime), UTC)
        path = FOLDER / f"{at:%Y-%m-%dT%H%M%S}.json"
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}
        path.write_text(json.dumps({"machine": machine, "figures": self.figures}, indent=1, ensure_ascii=False))
        return path


def speed() -> float:
    """Seconds for ten million additions, from a tenth of them: how fast this machine runs Python just now."""
    began, total = time.process_time(), 0
    for number in range(ADDITIONS):
        total += number
    return (time.process_time() - began) * 10
