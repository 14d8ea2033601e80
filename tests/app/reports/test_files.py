from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.core.database import Database
from tests.app.reports.test_volumes import fill
from tests.support.builders import build_category, build_ticket
from tests.support.fixtures_web import Clients

REPORT = "/api/v1/reports/volume?from=2026-11-02&to=2026-11-04&lang=ja"


async def test_csv_begins_with_a_mark_and_says_none_in_words(
    database: Database, clients: Clients, admin: Agent
) -> None:
    await fill(database)

    answer = await (await clients.of(admin)).get(f"{REPORT}&by=category&format=csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert lines[1].startswith('"請求","')
    assert lines[1].endswith('"2","3","0"')
    assert lines[2] == '"（なし）","","1","1","0"'
    assert 'filename="volume_2026-11-02_2026-11-04.csv"' in answer.headers["content-disposition"]


async def test_what_cp932_lacks_is_told(database: Database, clients: Clients, admin: Agent) -> None:
    async with database.transaction() as session:
        category = await build_category(session, name="=1+1 😀")
        ticket = await build_ticket(session)
        await session.flush()
        ticket.category_id = category.id

    client = await clients.of(admin)
    answer = await client.get(f"{REPORT}&by=category&format=csv&encoding=cp932")

    assert answer.headers["x-replaced-characters"].startswith("1; ")
    assert '"\'=1+1 〓"' in answer.content.decode("cp932")


async def test_a_sheet_has_numbers_and_dates(database: Database, clients: Clients, admin: Agent) -> None:
    await fill(database)

    answer = await (await clients.of(admin)).get(f"{REPORT}&interval=day&format=xlsx")

    sheet = ZipFile(BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="B2"><v>2</v></c>' in sheet
    assert "<f>" not in sheet
    async with database.reading() as session:
        lines = (await session.scalars(select(AuditLine).where(AuditLine.kind == AuditKind.EXPORT))).all()
    assert [line.details for line in lines] == [{"report": "volume", "format": "xlsx"}]
