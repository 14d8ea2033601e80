from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.bulk import queries
from app.bulk.models import BulkRun, BulkState
from app.core.clock import rfc3339

SHOWN_REFUSALS = 200


async def run_document(session: AsyncSession, run: BulkRun, viewer: Viewer) -> dict[str, Any]:
    """How far it is, and what could not be done and why."""
    counts = dict.fromkeys(BulkState, 0) | {
        row.state: row.number for row in await queries.count_by_state(session, run.id)
    }
    refused = await queries.list_refused(session, run.id, audience_ids=viewer.audience_ids, limit=SHOWN_REFUSALS)
    return {
        "id": run.id,
        "undoes": run.undoes_id,
        "created_at": rfc3339(run.created_at),
        "finished_at": rfc3339(run.finished_at),
        "total": sum(counts.values()),
        **{str(state): count for state, count in counts.items()},
        "refusals": [
            {"number": row.ticket_id, "subject": row.subject, "code": row.code, "reason": row.reason} for row in refused
        ],
    }
