from prometheus_client import CollectorRegistry, Gauge, generate_latest

PREFIX = "madoguchi_"


class Figures:
    """The gauges of one look at the database, as Prometheus reads them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def set(self, name: str, meaning: str, value: float, **labels: str) -> None:
        if name not in self._gauges:
            self._gauges[name] = Gauge(PREFIX + name, meaning, list(labels), registry=self._registry)
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def text(self) -> bytes:
        return generate_latest(self._registry)
