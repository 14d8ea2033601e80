"""Search"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"
"""Characters like any other to the tokeniser, which separates at spaces alone; as they are written inside of quotes."""

INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index_{generation} USING fts5(tokens, content='', columnsize=0, detail=none, "
        "tokenize=\"ascii tokenchars '{punctuation}'\")",
    ),
    "postgresql": (
        "CREATE TABLE search_index_{generation} (id bigint PRIMARY KEY, tokens bigint[] NOT NULL)",
        "CREATE INDEX ix_search_index_{generation}_tokens ON search_index_{generation} USING gin (tokens) "
        "WITH (gin_pending_list_limit = 1024)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "search_docs",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("message_id", INTEGER, nullable=True),
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("seen_event_id", INTEGER, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("senders", TEXT, nullable=False),
        sa.Column("recipients", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_docs")),
        sqlite_autoincrement=False,
    )
    generations = op.create_table(
        "search_generations",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("current", INTEGER, nullable=False),
        sa.Column("filling", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_generations")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "search_marks",
        sa.Column("ticket_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_search_marks")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "search_terms",
        sa.Column("token", TEXT, nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_search_terms")),
        sqlite_autoincrement=False,
    )
    op.bulk_insert(generations, [{"id": 1, "current": 0, "filling": None}])
    for generation in (0, 1):
        for statement in INDEX[op.get_bind().dialect.name]:
            # The driver's own execution: a colon among the characters is no parameter.
            made = statement.format(generation=generation, punctuation=PUNCTUATION.replace('"', '""'))
            op.get_bind().exec_driver_sql(made)


def downgrade() -> None:
    for generation in (0, 1):
        op.execute(f"DROP TABLE search_index_{generation}")
    for table in ("search_terms", "search_marks", "search_generations", "search_docs"):
        op.drop_table(table)
