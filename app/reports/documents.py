"""A table as the API writes it."""

from datetime import date, datetime
from typing import Any

from app.core.clock import rfc3339
from app.reports.values import Table

API = "/api/v1"


def table_document(table: Table) -> dict[str, Any]:
    return {
        "columns": [{"name": each.name, "type": each.type, "unit": each.unit} for each in table.columns],
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
        "totals": {name: _plain(value) for name, value in table.totals.items()},
        "links": [f"{API}{link}" if link else "" for link in table.links],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value
