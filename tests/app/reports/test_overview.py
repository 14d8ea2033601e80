from app.reports.overview import risen
from app.reports.values import Column, ColumnType, Table

COLUMNS = (
    Column("category", ColumnType.TEXT, "Category"),
    Column("category_id", ColumnType.ID, "Category"),
    Column("score", ColumnType.NUMBER, "Score"),
)


def test_the_morning_names_what_rises_and_not_what_chance_may_do() -> None:
    rows = [("請求", 1, 3.1), ("返品", 2, 2.0), ("配送", 3, 1.9), ("会員", 4, 0.0), (None, None, 5.0)]
    table = Table(COLUMNS, rows, links=["/1", "/2", "/3", "/4", "/5"])

    found = risen(table)

    assert [row[0] for row in found.rows] == ["請求", "返品"]
    assert found.links == ["/1", "/2"]
