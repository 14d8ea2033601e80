"""The first tables"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("reading", TEXT, nullable=False),
        sa.Column(
            "role", sa.Enum("agent", "cs", "lead", "admin", name="role", native_enum=False, length=32), nullable=False
        ),
        sa.Column("password_hash", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("absent_since", INSTANT, nullable=True),
        sa.Column("absent_until", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("email_key", name=op.f("uq_agents_email_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audiences",
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiences")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_audiences_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "categories",
        sa.Column("parent_id", INTEGER, nullable=True),
        sa.Column("level", INTEGER, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_categories_path"), ["path"], unique=False)

    op.create_table(
        "channels",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secrets", TEXT, nullable=False),
        sa.Column("tokens", TEXT, nullable=False),
        sa.Column("tokens_expire_at", INSTANT, nullable=True),
        sa.Column("consented_at", INSTANT, nullable=True),
        sa.Column("consent_error", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("hold_seconds", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("key", name=op.f("uq_channels_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "consumers",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("failures", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_consumers")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "customers",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("written_key", TEXT, nullable=False),
        sa.Column("reading", TEXT, nullable=False),
        sa.Column("honorific", TEXT, nullable=False),
        sa.Column("company", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("merged_into_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["customers.id"], name=op.f("fk_customers_merged_into_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customers_merged_into_id",
            ["merged_into_id"],
            unique=False,
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_customers_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_written_key"), ["written_key"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("body_hash", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("status", INTEGER, nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_idempotency_keys")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False)

    op.create_table(
        "rate_counts",
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("count", INTEGER, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_rate_counts")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("rate_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_counts_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "installation",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("epoch", TEXT, nullable=False),
        sa.Column("key_fingerprint", TEXT, nullable=False),
        sa.Column("restored_at", INSTANT, nullable=True),
        sa.Column("restored_as_of", INSTANT, nullable=True),
        sa.Column("sending_paused_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "labels",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_key", TEXT, nullable=False),
        sa.Column("colour", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("name_key", name=op.f("uq_labels_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "leases",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("boot_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "schedule_runs",
        sa.Column("job", TEXT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_schedule_runs")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("count", INTEGER, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("paused_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_failures")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failures_last_at"), ["last_at"], unique=False)

    op.create_table(
        "teams",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("is_category_required", sa.Boolean(), nullable=False),
        sa.Column("shares_by_turn", sa.Boolean(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "announcements",
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("is_important", sa.Boolean(), nullable=False),
        sa.Column("author_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("shown_from", INSTANT, nullable=False),
        sa.Column("shown_until", INSTANT, nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["agents.id"], name=op.f("fk_announcements_author_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_tokens",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_api_tokens_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "audience_channels",
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_audience_channels_audience_id_audiences")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_audience_channels_channel_id_channels")),
        sa.PrimaryKeyConstraint("audience_id", "channel_id", name=op.f("pk_audience_channels")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("audience_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audience_channels_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "audit_log",
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "sign_in_failed",
                "sign_out",
                "view",
                "search",
                "export",
                "send",
                "delete",
                "settings",
                name="auditkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agent_id", INTEGER, nullable=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("subject_id", INTEGER, nullable=True),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_audit_log_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index("ix_audit_log_agent_id_id", ["agent_id", "id"], unique=False)
        batch_op.create_index("ix_audit_log_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_log_kind_id", ["kind", "id"], unique=False)

    op.create_table(
        "backfills",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("folder", TEXT, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("running", "paused", "done", "cancelled", name="backfillstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("uidvalidity", INTEGER, nullable=True),
        sa.Column("uid", INTEGER, nullable=False),
        sa.Column("total", INTEGER, nullable=False),
        sa.Column("taken", INTEGER, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_backfills_agent_id_agents")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_backfills_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("backfills", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backfills_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "auto_replies",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_auto_replies_channel_id_channels")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_auto_replies")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "talk_answers",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column(
            "kind", sa.Enum("greeting", "away", name="talkanswerkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_for_groups", sa.Boolean(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_talk_answers_channel_id_channels")),
        sa.PrimaryKeyConstraint("channel_id", "kind", name=op.f("pk_talk_answers")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "auto_reply_turns",
        sa.Column("address_hash", TEXT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_auto_reply_turns")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("auto_reply_turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auto_reply_turns_answered_at"), ["answered_at"], unique=False)

    op.create_table(
        "bulk_runs",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undoes_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_bulk_runs_agent_id_agents")),
        sa.ForeignKeyConstraint(["undoes_id"], ["bulk_runs.id"], name=op.f("fk_bulk_runs_undoes_id_bulk_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_runs_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "channel_folders",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("folder", TEXT, nullable=False),
        sa.Column("uidvalidity", INTEGER, nullable=True),
        sa.Column("uid", INTEGER, nullable=False),
        sa.Column("on_server", INTEGER, nullable=False),
        sa.Column("last_success_at", INSTANT, nullable=True),
        sa.Column("last_error", TEXT, nullable=False),
        sa.Column("last_error_at", INSTANT, nullable=True),
        sa.Column("failures", INTEGER, nullable=False),
        sa.Column("compared_at", INSTANT, nullable=True),
        sa.Column("missing", INTEGER, nullable=False),
        sa.Column("begins_at", INSTANT, nullable=True),
        sa.Column("begin_uid", INTEGER, nullable=False),
        sa.Column("floor_uid", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_folders_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_folders")),
        sa.UniqueConstraint("channel_id", "folder", name=op.f("uq_channel_folders_channel_id_folder")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "dirty_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_days")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "day_columns",
        sa.Column(
            "tally",
            sa.Enum("facts", "spans", name="tally", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_columns")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("day_columns", schema=None) as batch_op:
        batch_op.create_index("ix_day_columns_tally", ["tally", "name", "day"], unique=True)

    op.create_table(
        "tally_states",
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("generation", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("zone", name=op.f("pk_tally_states")),
    )
    op.create_table(
        "count_deltas",
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("delta", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.id"], name=op.f("fk_count_deltas_audience_id_audiences")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_deltas")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counts",
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("done", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.id"], name=op.f("fk_counts_audience_id_audiences")),
        sa.PrimaryKeyConstraint("audience_id", name=op.f("pk_counts")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "fields",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("text", "number", "date", "choice", "check", name="fieldkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_fields_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fields")),
        sa.UniqueConstraint("key", name=op.f("uq_fields_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identities",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("address_key_hash", TEXT, nullable=False),
        sa.Column("tel_key", TEXT, nullable=False),
        sa.Column("customer_id", INTEGER, nullable=False),
        sa.Column("origin_customer_id", INTEGER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("shows_images", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_identities_customer_id_customers")),
        sa.ForeignKeyConstraint(
            ["origin_customer_id"], ["customers.id"], name=op.f("fk_identities_origin_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("address_key_hash", name=op.f("uq_identities_address_key_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_identities_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_identities_tel_key",
            ["tel_key"],
            unique=False,
            sqlite_where=sa.text("tel_key <> ''"),
            postgresql_where=sa.text("tel_key <> ''"),
        )

    op.create_table(
        "invitations",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column(
            "role", sa.Enum("agent", "cs", "lead", "admin", name="role", native_enum=False, length=32), nullable=False
        ),
        sa.Column("invited_by_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["invited_by_id"], ["agents.id"], name=op.f("fk_invitations_invited_by_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_email_key"), ["email_key"], unique=False)

    op.create_table(
        "letter_frames",
        sa.Column("channel_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("greeting", TEXT, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_letter_frames_channel_id_channels")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_letter_frames_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_frames")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letter_frames", schema=None) as batch_op:
        batch_op.create_index("ix_letter_frames_channel_id_team_id", ["channel_id", "team_id"], unique=False)

    op.create_table(
        "letter_templates",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("reading", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("category_id", INTEGER, nullable=True),
        sa.Column("owner_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("used_count", INTEGER, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("created_by_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_letter_templates_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["agents.id"], name=op.f("fk_letter_templates_created_by_id_agents")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_letter_templates_owner_id_agents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_letter_templates_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letter_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_templates_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_templates_team_id"), ["team_id"], unique=False)

    op.create_table(
        "notice_choices",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "assigned",
                "noted",
                "mentioned",
                "answered",
                "status_changed",
                "complaint",
                "send_failed",
                "send_uncertain",
                "send_cancelled",
                "bounced",
                "mail_flood",
                "task_assigned",
                "task_due",
                name="noticekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("in_desk", sa.Boolean(), nullable=False),
        sa.Column("on_desktop", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notice_choices_agent_id_agents")),
        sa.PrimaryKeyConstraint("agent_id", "kind", name=op.f("pk_notice_choices")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "policies",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["agents.id"], name=op.f("fk_policies_changed_by_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("key", name=op.f("uq_policies_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "raw_messages",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("folder", TEXT, nullable=False),
        sa.Column("uidvalidity", INTEGER, nullable=True),
        sa.Column("uid", INTEGER, nullable=True),
        sa.Column("source_hash", TEXT, nullable=False),
        sa.Column("blob", TEXT, nullable=True),
        sa.Column("packed", TEXT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column(
            "origin",
            sa.Enum("live", "import", "reparse", "restore", name="origin", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "refused",
                "stored",
                "digested",
                "unreadable",
                "set_aside",
                "erased",
                name="rawstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parser_version", INTEGER, nullable=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("failures", INTEGER, nullable=False),
        sa.Column("refusals", INTEGER, nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("claim_expires", sa.Double(), nullable=True),
        sa.Column("claim_boot_id", TEXT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name=op.f("fk_raw_messages_blob_blobs")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_raw_messages_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_messages")),
        sa.UniqueConstraint("source_hash", name=op.f("uq_raw_messages_source_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("raw_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_messages_blob"), ["blob"], unique=False)
        batch_op.create_index("ix_raw_messages_channel_id_state", ["channel_id", "state"], unique=False)
        batch_op.create_index(
            "ix_raw_messages_stored",
            ["origin", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'stored'"),
            postgresql_where=sa.text("state = 'stored'"),
        )

    op.create_table(
        "sessions",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("user_agent", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_sessions_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "statuses",
        sa.Column("key", TEXT, nullable=False),
        sa.Column(
            "phase", sa.Enum("new", "in_progress", "done", name="phase", native_enum=False, length=32), nullable=False
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("needs_reason", sa.Boolean(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_statuses_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statuses")),
        sa.UniqueConstraint("key", name=op.f("uq_statuses_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tabs",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("owner_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("created_by_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["agents.id"], name=op.f("fk_tabs_created_by_id_agents")),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_tabs_owner_id_agents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tabs_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tabs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tabs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tabs_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tabs_team_id"), ["team_id"], unique=False)

    op.create_table(
        "boards",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("owner_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("created_by_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["agents.id"], name=op.f("fk_boards_created_by_id_agents")),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_boards_owner_id_agents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_boards_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_boards_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_boards_team_id"), ["team_id"], unique=False)

    op.create_table(
        "board_tiles",
        sa.Column("board_id", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("report", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_tiles_board_id_boards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_tiles")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("board_tiles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_tiles_board_id"), ["board_id"], unique=False)

    op.create_table(
        "team_channels",
        sa.Column("team_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_team_channels_channel_id_channels")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_channels_team_id_teams")),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name=op.f("pk_team_channels")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("team_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_channels_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "team_members",
        sa.Column("team_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("last_turn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_team_members_agent_id_agents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id_teams")),
        sa.PrimaryKeyConstraint("team_id", "agent_id", name=op.f("pk_team_members")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "announcement_readings",
        sa.Column("announcement_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_announcement_readings_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_readings_announcement_id_announcements"),
        ),
        sa.PrimaryKeyConstraint("announcement_id", "agent_id", name=op.f("pk_announcement_readings")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "field_choices",
        sa.Column("field_id", INTEGER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_field_choices_field_id_fields")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_choices")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("field_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_choices_field_id"), ["field_id"], unique=False)

    op.create_table(
        "invitation_teams",
        sa.Column("invitation_id", INTEGER, nullable=False),
        sa.Column("team_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_invitation_teams_invitation_id_invitations")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_invitation_teams_team_id_teams")),
        sa.PrimaryKeyConstraint("invitation_id", "team_id", name=op.f("pk_invitation_teams")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "tab_places",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("tab_id", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_tab_places_agent_id_agents")),
        sa.ForeignKeyConstraint(["tab_id"], ["tabs.id"], name=op.f("fk_tab_places_tab_id_tabs")),
        sa.PrimaryKeyConstraint("agent_id", "tab_id", name=op.f("pk_tab_places")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "tickets",
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("home_channel_id", INTEGER, nullable=False),
        sa.Column("customer_id", INTEGER, nullable=False),
        sa.Column("origin_customer_id", INTEGER, nullable=False),
        sa.Column(
            "phase", sa.Enum("new", "in_progress", "done", name="phase", native_enum=False, length=32), nullable=False
        ),
        sa.Column("status_id", INTEGER, nullable=False),
        sa.Column("assignee_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("category_id", INTEGER, nullable=True),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("is_complaint", sa.Boolean(), nullable=False),
        sa.Column("hold_reason", TEXT, nullable=False),
        sa.Column("former_hold_reason", TEXT, nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column("last_activity_at", INSTANT, nullable=False),
        sa.Column("last_event_at", INSTANT, nullable=False),
        sa.Column("first_reply_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("merged_into_id", INTEGER, nullable=True),
        sa.Column("spam_at", INSTANT, nullable=True),
        sa.Column("trashed_at", INSTANT, nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column(
            "newest_nature",
            sa.Enum(
                "message",
                "bounce",
                "auto_reply",
                "list",
                "receipt",
                "report",
                name="nature",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("bounced_at", INSTANT, nullable=True),
        sa.Column("is_escalated", sa.Boolean(), nullable=False),
        sa.Column("preview", TEXT, nullable=False),
        sa.Column("has_attachment", sa.Boolean(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("live", "import", "reparse", "restore", name="origin", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["agents.id"], name=op.f("fk_tickets_assignee_id_agents")),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.id"], name=op.f("fk_tickets_audience_id_audiences")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_tickets_category_id_categories")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_tickets_customer_id_customers")),
        sa.ForeignKeyConstraint(["home_channel_id"], ["channels.id"], name=op.f("fk_tickets_home_channel_id_channels")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["tickets.id"], name=op.f("fk_tickets_merged_into_id_tickets")),
        sa.ForeignKeyConstraint(
            ["origin_customer_id"], ["customers.id"], name=op.f("fk_tickets_origin_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_tickets_status_id_statuses")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tickets_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tickets_age",
            ["audience_id", "phase", "created_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted"),
            postgresql_where=sa.text("is_counted"),
        )
        batch_op.create_index(
            "ix_tickets_spam",
            ["audience_id", "last_activity_at", "id"],
            unique=False,
            sqlite_where=sa.text("NOT is_counted AND spam_at IS NOT NULL AND trashed_at IS NULL"),
            postgresql_where=sa.text("NOT is_counted AND spam_at IS NOT NULL AND trashed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_tickets_trash",
            ["audience_id", "last_activity_at", "id"],
            unique=False,
            sqlite_where=sa.text("NOT is_counted AND trashed_at IS NOT NULL"),
            postgresql_where=sa.text("NOT is_counted AND trashed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_tickets_unclassified",
            ["id", "audience_id"],
            unique=False,
            sqlite_where=sa.text("is_counted AND category_id IS NULL"),
            postgresql_where=sa.text("is_counted AND category_id IS NULL"),
        )
        batch_op.create_index(
            "ix_tickets_bounced",
            ["audience_id", "bounced_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted AND phase <> 'done' AND bounced_at IS NOT NULL"),
            postgresql_where=sa.text("is_counted AND phase <> 'done' AND bounced_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_tickets_escalated",
            ["audience_id", "last_activity_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted AND is_escalated"),
            postgresql_where=sa.text("is_counted AND is_escalated"),
        )
        batch_op.create_index(
            "ix_tickets_fresh",
            ["audience_id", "assignee_id", "team_id"],
            unique=False,
            sqlite_where=sa.text("is_counted AND phase = 'new' AND snoozed_until IS NULL"),
            postgresql_where=sa.text("is_counted AND phase = 'new' AND snoozed_until IS NULL"),
        )
        batch_op.create_index("ix_tickets_customer_id_created_at", ["customer_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_tickets_desk",
            ["assignee_id", "phase", "last_activity_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted"),
            postgresql_where=sa.text("is_counted"),
        )
        batch_op.create_index(
            "ix_tickets_due",
            ["audience_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted AND phase <> 'done'"),
            postgresql_where=sa.text("is_counted AND phase <> 'done'"),
        )
        batch_op.create_index(
            "ix_tickets_list",
            ["audience_id", "phase", "last_activity_at", "id"],
            unique=False,
            sqlite_where=sa.text("is_counted"),
            postgresql_where=sa.text("is_counted"),
        )
        batch_op.create_index(
            "ix_tickets_snoozed",
            ["snoozed_until"],
            unique=False,
            sqlite_where=sa.text("is_counted AND phase <> 'done'"),
            postgresql_where=sa.text("is_counted AND phase <> 'done'"),
        )

    op.create_table(
        "bulk_items",
        sa.Column("run_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "done", "unchanged", "refused", name="bulkstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("seen_version", INTEGER, nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("after_event_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_items_run_id_bulk_runs")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_bulk_items_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("run_id", "ticket_id", name=op.f("pk_bulk_items")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("bulk_items", schema=None) as batch_op:
        batch_op.create_index("ix_bulk_items_run_id_state", ["run_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulk_items_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("base_version", INTEGER, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("before_status_id", INTEGER, nullable=True),
        sa.Column("has_assigned", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_drafts_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["before_status_id"], ["statuses.id"], name=op.f("fk_drafts_before_status_id_statuses")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("agent_id", "ticket_id", name=op.f("uq_drafts_agent_id_ticket_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "field_values",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("field_id", INTEGER, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("text_key", TEXT, nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("choice_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["field_choices.id"], name=op.f("fk_field_values_choice_id_field_choices")
        ),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_field_values_field_id_fields")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_field_values_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_values")),
        sa.UniqueConstraint("ticket_id", "field_id", name=op.f("uq_field_values_ticket_id_field_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("field_values", schema=None) as batch_op:
        batch_op.create_index("ix_field_values_field_id_at", ["field_id", "at"], unique=False)
        batch_op.create_index("ix_field_values_field_id_number", ["field_id", "number"], unique=False)
        batch_op.create_index("ix_field_values_field_id_text_key", ["field_id", "text_key"], unique=False)

    op.create_table(
        "handover_notes",
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column("author_id", INTEGER, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.Column("changed_by_id", INTEGER, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["agents.id"], name=op.f("fk_handover_notes_author_id_agents")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["agents.id"], name=op.f("fk_handover_notes_changed_by_id_agents")),
        sa.ForeignKeyConstraint(["done_by_id"], ["agents.id"], name=op.f("fk_handover_notes_done_by_id_agents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_handover_notes_team_id_teams")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_handover_notes_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_notes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handover_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_notes_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_notes_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "faq_entries",
        sa.Column("question", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("keywords", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("shown_count", INTEGER, nullable=False),
        sa.Column("helped_count", INTEGER, nullable=False),
        sa.Column("handed_over_count", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by_id", INTEGER, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["agents.id"], name=op.f("fk_faq_entries_changed_by_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tasks",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Enum("callback", name="taskkind", native_enum=False, length=32), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("tel", TEXT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("assignee_id", INTEGER, nullable=True),
        sa.Column("created_by_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["agents.id"], name=op.f("fk_tasks_assignee_id_agents")),
        sa.ForeignKeyConstraint(["created_by_id"], ["agents.id"], name=op.f("fk_tasks_created_by_id_agents")),
        sa.ForeignKeyConstraint(["done_by_id"], ["agents.id"], name=op.f("fk_tasks_done_by_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_tasks_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_tasks_open",
            ["assignee_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_tasks_untold",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND told_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND told_at IS NULL"),
        )

    op.create_table(
        "form_fields",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text", "long", "choice", "date", "file", "consent", name="formfieldkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("label_ja", TEXT, nullable=False),
        sa.Column("label_en", TEXT, nullable=False),
        sa.Column("help_ja", TEXT, nullable=False),
        sa.Column("help_en", TEXT, nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_form_fields_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_fields")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("form_fields", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_fields_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "form_choices",
        sa.Column("field_id", INTEGER, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("label_ja", TEXT, nullable=False),
        sa.Column("label_en", TEXT, nullable=False),
        sa.Column("category_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_form_choices_category_id_categories")
        ),
        sa.ForeignKeyConstraint(["field_id"], ["form_fields.id"], name=op.f("fk_form_choices_field_id_form_fields")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_choices")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("form_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_choices_field_id"), ["field_id"], unique=False)

    op.create_table(
        "live_signals",
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_live_signals_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_signals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("live_signals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_signals_at"), ["at"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "group", "room", name="conversationkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("identity_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column(
            "state",
            sa.Enum("", "friend", "blocked", "left", name="conversationstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("state_at", INSTANT, nullable=True),
        sa.Column("last_inbound_at", INSTANT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("picture", TEXT, nullable=True),
        sa.Column("profile_due_at", INSTANT, nullable=True),
        sa.Column("profile_failures", INTEGER, nullable=False),
        sa.Column("read_token", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_conversations_channel_id_channels")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_conversations_identity_id_identities")
        ),
        sa.ForeignKeyConstraint(["picture"], ["blobs.sha256"], name=op.f("fk_conversations_picture_blobs")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_conversations_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_conversations_key_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_identity_id"), ["identity_id"], unique=False)
        batch_op.create_index("ix_conversations_profile_due_at", ["profile_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_conversations_ticket_id"), ["ticket_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("origin_ticket_id", INTEGER, nullable=False),
        sa.Column("ticket_version", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("inbound", "outbound", "note", "call", name="messagekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("author_agent_id", INTEGER, nullable=True),
        sa.Column("author_identity_id", INTEGER, nullable=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("html", TEXT, nullable=False),
        sa.Column("quote_start", INTEGER, nullable=True),
        sa.Column("signature_start", INTEGER, nullable=True),
        sa.Column("mail_id", TEXT, nullable=False),
        sa.Column("mail_id_hash", TEXT, nullable=True),
        sa.Column("identity_hash", TEXT, nullable=True),
        sa.Column("charset", TEXT, nullable=False),
        sa.Column("forwards_id", INTEGER, nullable=True),
        sa.Column("shows_images", sa.Boolean(), nullable=False),
        sa.Column("conversation_id", INTEGER, nullable=True),
        sa.Column("extras", sa.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "problem",
            sa.Enum(
                "",
                "unreadable",
                "too_deep",
                "too_large",
                "refused",
                "repeated",
                name="problem",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum(
                "message",
                "bounce",
                "auto_reply",
                "list",
                "receipt",
                "report",
                name="nature",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("can_auto_reply", sa.Boolean(), nullable=False),
        sa.Column(
            "signed_with", sa.Enum("", "smime", "pgp", name="signedwith", native_enum=False, length=32), nullable=False
        ),
        sa.Column(
            "sender_check",
            sa.Enum("", "passed", "suspicious", "unclear", name="sendercheck", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("sender_check_detail", TEXT, nullable=False),
        sa.Column("invitation", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("hidden_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["author_agent_id"], ["agents.id"], name=op.f("fk_messages_author_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["author_identity_id"], ["identities.id"], name=op.f("fk_messages_author_identity_id_identities")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_messages_channel_id_channels")),
        sa.ForeignKeyConstraint(["forwards_id"], ["messages.id"], name=op.f("fk_messages_forwards_id_messages")),
        sa.ForeignKeyConstraint(
            ["origin_ticket_id"], ["tickets.id"], name=op.f("fk_messages_origin_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_messages_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("identity_hash", name=op.f("uq_messages_identity_hash")),
        sa.UniqueConstraint("ticket_id", "ticket_version", name=op.f("uq_messages_ticket_id_ticket_version")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_mail_id_hash", ["mail_id_hash"], unique=False)
        batch_op.create_index(
            "ix_messages_talk",
            ["conversation_id", "id"],
            unique=False,
            sqlite_where=sa.text("conversation_id IS NOT NULL"),
            postgresql_where=sa.text("conversation_id IS NOT NULL"),
        )

    op.create_table(
        "merges",
        sa.Column(
            "kind",
            sa.Enum("merge", "split", "move", "customer", name="mergekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("from_id", INTEGER, nullable=False),
        sa.Column("into_id", INTEGER, nullable=False),
        sa.Column("last_message_id", INTEGER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_from_id", ["from_id"], unique=False)
        batch_op.create_index("ix_merges_into_id", ["into_id"], unique=False)

    op.create_table(
        "merged_messages",
        sa.Column("merge_id", INTEGER, nullable=False),
        sa.Column("message_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merged_messages_merge_id_merges")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_merged_messages_message_id_messages")),
        sa.PrimaryKeyConstraint("merge_id", "message_id", name=op.f("pk_merged_messages")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("merged_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merged_messages_message_id"), ["message_id"], unique=False)

    op.create_table(
        "ticket_links",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("other_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id_tickets")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_ticket_links")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("ticket_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_links_other_id"), ["other_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column(
            "state", sa.Enum("viewing", "typing", name="presencestate", native_enum=False, length=32), nullable=False
        ),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_presence_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_presence_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "agent_id", name=op.f("pk_presence")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index("ix_presence_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "reads",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_reads_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_reads_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id", name=op.f("pk_reads")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reads_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "reply_locks",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("holder_id", INTEGER, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("boot_id", TEXT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("before_status_id", INTEGER, nullable=True),
        sa.Column("has_assigned", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["before_status_id"], ["statuses.id"], name=op.f("fk_reply_locks_before_status_id_statuses")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["agents.id"], name=op.f("fk_reply_locks_holder_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_reply_locks_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_reply_locks")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("reply_locks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_locks_holder_id"), ["holder_id"], unique=False)

    op.create_table(
        "thread_refs",
        sa.Column("ref_hash", TEXT, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_thread_refs_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ref_hash", name=op.f("pk_thread_refs")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("thread_refs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_refs_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_channels",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_ticket_channels_channel_id_channels")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_channels_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "channel_id", name=op.f("pk_ticket_channels")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("ticket_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_channels_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "ticket_events",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "received",
                "replied",
                "noted",
                "status_changed",
                "reopened",
                "assigned",
                "team_changed",
                "category_changed",
                "priority_changed",
                "complaint_changed",
                "channel_linked",
                "lock_taken_over",
                "sent",
                "send_failed",
                "send_uncertain",
                "send_settled",
                "send_cancelled",
                "resent",
                name="eventkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum("agent", "customer", "system", name="actorkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("actor_id", INTEGER, nullable=True),
        sa.Column("rule_id", INTEGER, nullable=True),
        sa.Column("cause_id", INTEGER, nullable=True),
        sa.Column("depth", INTEGER, nullable=False),
        sa.Column(
            "origin",
            sa.Enum("live", "import", "reparse", "restore", name="origin", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_events_ticket_id_id", ["ticket_id", "id"], unique=False)

    op.create_table(
        "ticket_labels",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("label_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_ticket_labels_label_id_labels")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_labels_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "label_id", name=op.f("pk_ticket_labels")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("ticket_labels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_labels_label_id"), ["label_id"], unique=False)

    op.create_table(
        "ticket_spans",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("to_at", INSTANT, nullable=True),
        sa.Column(
            "phase", sa.Enum("new", "in_progress", "done", name="phase", native_enum=False, length=32), nullable=False
        ),
        sa.Column("status_id", INTEGER, nullable=False),
        sa.Column("assignee_id", INTEGER, nullable=True),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("category_id", INTEGER, nullable=True),
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["agents.id"], name=op.f("fk_ticket_spans_assignee_id_agents")),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.id"], name=op.f("fk_ticket_spans_audience_id_audiences")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_ticket_spans_category_id_categories")
        ),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_ticket_spans_status_id_statuses")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ticket_spans_team_id_teams")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_spans_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_spans")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket_spans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_spans_from_at_to_at",
            ["from_at", "to_at", "phase", "ticket_id", "status_id", "assignee_id", "team_id", "category_id"],
            unique=False,
        )
        batch_op.create_index("ix_ticket_spans_ticket_id_from_at", ["ticket_id", "from_at"], unique=False)

    op.create_table(
        "watchers",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_watchers_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_watchers_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "agent_id", name=op.f("pk_watchers")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("watchers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watchers_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("message_id", INTEGER, nullable=True),
        sa.Column("uploader_id", INTEGER, nullable=True),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("content_id", TEXT, nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages")),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_attachments_sha256_blobs")),
        sa.ForeignKeyConstraint(["uploader_id"], ["agents.id"], name=op.f("fk_attachments_uploader_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index("ix_attachments_message_id", ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_attachments_waiting",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )

    op.create_table(
        "dead_events",
        sa.Column("consumer", TEXT, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_events.id"], name=op.f("fk_dead_events_event_id_ticket_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_events")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message_recipients",
        sa.Column("message_id", INTEGER, nullable=False),
        sa.Column(
            "role",
            sa.Enum("from", "reply_to", "to", "cc", "bcc", name="recipientrole", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("address_key", TEXT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "",
                "sent",
                "refused",
                "delayed",
                "delivered",
                "failed",
                name="recipientstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_recipients_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_recipients")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message_recipients", schema=None) as batch_op:
        batch_op.create_index("ix_message_recipients_message_id", ["message_id"], unique=False)

    op.create_table(
        "message_sources",
        sa.Column("message_id", INTEGER, nullable=False),
        sa.Column("raw_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_message_sources_channel_id_channels")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_sources_message_id_messages")),
        sa.ForeignKeyConstraint(["raw_id"], ["raw_messages.id"], name=op.f("fk_message_sources_raw_id_raw_messages")),
        sa.PrimaryKeyConstraint("message_id", "raw_id", name=op.f("pk_message_sources")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("message_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_sources_raw_id"), ["raw_id"], unique=False)

    op.create_table(
        "notice_digests",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("mail_id", TEXT, nullable=False),
        sa.Column("mail_id_hash", TEXT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "uncertain",
                "dropped",
                name="digeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("claim_token", TEXT, nullable=True),
        sa.Column("claim_expires", sa.Double(), nullable=True),
        sa.Column("claim_boot_id", TEXT, nullable=True),
        sa.Column("handed_over_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notice_digests_agent_id_agents")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_notice_digests_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_digests")),
        sa.UniqueConstraint("mail_id_hash", name=op.f("uq_notice_digests_mail_id_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice_digests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_digests_under_way",
            ["not_before", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )

    op.create_table(
        "notice_mailbox",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_notice_mailbox_channel_id_channels")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_notice_mailbox")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "notice_preferences",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column(
            "pace",
            sa.Enum("never", "hourly", "daily", name="pace", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("shows_text", sa.Boolean(), nullable=False),
        sa.Column("mailed_until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notice_preferences_agent_id_agents")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_notice_preferences")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "notices",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "assigned",
                "noted",
                "mentioned",
                "answered",
                "status_changed",
                "complaint",
                "send_failed",
                "send_uncertain",
                "send_cancelled",
                "bounced",
                "mail_flood",
                "task_assigned",
                "task_due",
                name="noticekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("is_in_desk", sa.Boolean(), nullable=False),
        sa.Column("is_on_desktop", sa.Boolean(), nullable=False),
        sa.Column("is_by_mail", sa.Boolean(), nullable=False),
        sa.Column("escalation_id", INTEGER, nullable=True),
        sa.Column("digest_id", INTEGER, nullable=True),
        sa.Column("mailed_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notices_agent_id_agents")),
        sa.ForeignKeyConstraint(["digest_id"], ["notice_digests.id"], name=op.f("fk_notices_digest_id_notice_digests")),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_events.id"], name=op.f("fk_notices_event_id_ticket_events")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notices_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("agent_id", "event_id", name=op.f("uq_notices_agent_id_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_agent_id_id", ["agent_id", "id"], unique=False)
        batch_op.create_index("ix_notices_digest_id", ["digest_id"], unique=False)
        batch_op.create_index(
            "ix_notices_to_mail",
            ["agent_id"],
            unique=False,
            sqlite_where=sa.text("is_by_mail AND digest_id IS NULL AND read_at IS NULL"),
            postgresql_where=sa.text("is_by_mail AND digest_id IS NULL AND read_at IS NULL"),
        )
        batch_op.create_index(
            "ix_notices_unread",
            ["agent_id", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL AND is_in_desk"),
            postgresql_where=sa.text("read_at IS NULL AND is_in_desk"),
        )

    op.create_table(
        "outbox_entries",
        sa.Column("message_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "uncertain",
                "cancelled",
                name="outboxstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("is_deferred", sa.Boolean(), nullable=False),
        sa.Column("base_version", INTEGER, nullable=False),
        sa.Column("base_status_id", INTEGER, nullable=False),
        sa.Column("before_status_id", INTEGER, nullable=False),
        sa.Column("next_status_id", INTEGER, nullable=True),
        sa.Column("provider_id", TEXT, nullable=True),
        sa.Column("way", sa.Enum("", "reply", "push", name="way", native_enum=False, length=32), nullable=False),
        sa.Column("was_unclear", sa.Boolean(), nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("first_try_at", INSTANT, nullable=True),
        sa.Column("claim_token", TEXT, nullable=True),
        sa.Column("claim_expires", sa.Double(), nullable=True),
        sa.Column("claim_boot_id", TEXT, nullable=True),
        sa.Column("handed_over_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["base_status_id"], ["statuses.id"], name=op.f("fk_outbox_entries_base_status_id_statuses")
        ),
        sa.ForeignKeyConstraint(
            ["before_status_id"], ["statuses.id"], name=op.f("fk_outbox_entries_before_status_id_statuses")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_outbox_entries_channel_id_channels")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_entries_message_id_messages")),
        sa.ForeignKeyConstraint(
            ["next_status_id"], ["statuses.id"], name=op.f("fk_outbox_entries_next_status_id_statuses")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_entries_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_entries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_entries_message_id")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_outbox_entries_provider_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox_entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_entries_queued",
            ["not_before", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(
            "ix_outbox_entries_sending",
            ["claim_expires"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index("ix_outbox_entries_state_id", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_entries_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "report_facts",
        sa.Column(
            "kind",
            sa.Enum(
                "arrival",
                "inbound",
                "first_reply",
                "reply",
                "resolution",
                "reopening",
                name="factkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("message_id", INTEGER, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("calendar_seconds", INTEGER, nullable=True),
        sa.Column("business_seconds", INTEGER, nullable=True),
        sa.Column("calendar_version", INTEGER, nullable=True),
        sa.Column("met_deadline", sa.Boolean(), nullable=True),
        sa.Column("actor_id", INTEGER, nullable=True),
        sa.Column("actor_team_id", INTEGER, nullable=True),
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["agents.id"], name=op.f("fk_report_facts_actor_id_agents")),
        sa.ForeignKeyConstraint(["actor_team_id"], ["teams.id"], name=op.f("fk_report_facts_actor_team_id_teams")),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.id"], name=op.f("fk_report_facts_audience_id_audiences")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_report_facts_message_id_messages")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_report_facts_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_facts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("report_facts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_report_facts_kind_at",
            [
                "kind",
                "at",
                "ticket_id",
                "actor_id",
                "actor_team_id",
                "calendar_seconds",
                "business_seconds",
                "met_deadline",
            ],
            unique=False,
        )
        batch_op.create_index("ix_report_facts_ticket_id", ["ticket_id", "kind"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("fiscal_month", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sqlite_autoincrement=False,
    )

    op.create_table(
        "calendars",
        sa.Column("channel_id", INTEGER, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", INTEGER, nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_calendars_channel_id_channels")),
        sa.ForeignKeyConstraint(["created_by_id"], ["agents.id"], name=op.f("fk_calendars_created_by_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("calendars", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendars_channel",
            ["channel_id", "valid_from"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_calendars_organisation",
            ["valid_from"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL AND channel_id IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL AND channel_id IS NULL"),
        )

    op.create_table(
        "calendar_recounts",
        sa.Column("channel_id", INTEGER, nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("first_seen", sa.Double(), nullable=True),
        sa.Column("fact_id", INTEGER, nullable=False),
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("are_facts_done", sa.Boolean(), nullable=False),
        sa.Column("total", INTEGER, nullable=False),
        sa.Column("done", INTEGER, nullable=False),
        sa.Column("changed", INTEGER, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_calendar_recounts_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_recounts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("calendar_recounts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calendar_recounts_running",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "deadline_policies",
        sa.Column("channel_id", INTEGER, nullable=True),
        sa.Column("category_id", INTEGER, nullable=True),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("first_reply_seconds", INTEGER, nullable=True),
        sa.Column("next_reply_seconds", INTEGER, nullable=True),
        sa.Column("resolution_seconds", INTEGER, nullable=True),
        sa.Column("is_in_business_time", sa.Boolean(), nullable=False),
        sa.Column("warn_share", INTEGER, nullable=True),
        sa.Column("warn_seconds", INTEGER, nullable=True),
        sa.Column("raise_seconds", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("holds_from", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_deadline_policies_category_id_categories")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_deadline_policies_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_policies")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "ticket_deadlines",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("first_reply", "next_reply", "resolution", name="deadlinekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("policy_id", INTEGER, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("allowed_seconds", INTEGER, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("left_seconds", INTEGER, nullable=True),
        sa.Column("warn_at", INSTANT, nullable=True),
        sa.Column("raise_at", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("warned_at", INSTANT, nullable=True),
        sa.Column("missed_at", INSTANT, nullable=True),
        sa.Column("raised_at", INSTANT, nullable=True),
        sa.Column("met_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["deadline_policies.id"], name=op.f("fk_ticket_deadlines_policy_id_deadline_policies")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_deadlines_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_deadlines")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket_deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_deadlines_next",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_ticket_deadlines_ticket_id", ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_ticket_deadlines_open",
            ["ticket_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "sent_copies",
        sa.Column("message_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("tries", INTEGER, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_sent_copies_channel_id_channels")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_sent_copies_message_id_messages")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sent_copies")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("sent_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_copies_next_at"), ["next_at"], unique=False)
    op.create_table(
        "join_codes",
        sa.Column("code_hash", TEXT, nullable=False),
        sa.Column("customer_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_join_codes_agent_id_agents")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_join_codes_channel_id_channels")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_join_codes_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_join_codes_code_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_codes_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_pictures_sha256_blobs")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pictures")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "quotas",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("allowance", INTEGER, nullable=True),
        sa.Column("used", INTEGER, nullable=False),
        sa.Column("warned_at", INTEGER, nullable=False),
        sa.Column("is_exhausted", sa.Boolean(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_quotas_channel_id_channels")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_quotas")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "answer_turns",
        sa.Column("conversation_id", INTEGER, nullable=False),
        sa.Column(
            "kind", sa.Enum("greeting", "away", name="talkanswerkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("day", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_answer_turns_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "kind", "day", name=op.f("pk_answer_turns")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "conversation_members",
        sa.Column("conversation_id", INTEGER, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("profile_due_at", INSTANT, nullable=True),
        sa.Column("profile_failures", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_members_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "address", name=op.f("pk_conversation_members")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("conversation_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_members_profile_due_at"), ["profile_due_at"], unique=False)

    op.create_table(
        "happenings",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("conversation_id", INTEGER, nullable=True),
        sa.Column("ticket_id", INTEGER, nullable=True),
        sa.Column("raw_id", INTEGER, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "followed",
                "unblocked",
                "unfollowed",
                "joined",
                "left",
                "members_joined",
                "members_left",
                "postback",
                "unsent",
                "video_played",
                "beacon",
                "account_linked",
                "membership",
                "module",
                "activated",
                "deactivated",
                "suspended",
                "resumed",
                "delivered",
                "unknown",
                name="happeningkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_happenings_channel_id_channels")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_happenings_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["raw_id"], ["raw_messages.id"], name=op.f("fk_happenings_raw_id_raw_messages")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_happenings_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happenings")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.create_index("ix_happenings_channel_id_at", ["channel_id", "at"], unique=False)
        batch_op.create_index("ix_happenings_conversation_id_at", ["conversation_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_happenings_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "signs",
        sa.Column("conversation_id", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_signs_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "kind", name=op.f("pk_signs")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "pending_files",
        sa.Column("message_id", INTEGER, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("is_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("tries", INTEGER, nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_pending_files_channel_id_channels")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_pending_files_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_files")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("pending_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_files_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_pending_files_next_at",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.create_table(
        "platform_messages",
        sa.Column("id_hash", TEXT, nullable=False),
        sa.Column("conversation_id", INTEGER, nullable=False),
        sa.Column("message_id", INTEGER, nullable=True),
        sa.Column("quote_token", TEXT, nullable=False),
        sa.Column("unsent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_platform_messages_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_platform_messages_message_id_messages")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_platform_messages")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("platform_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_platform_messages_message_id"), ["message_id"], unique=False)

    op.create_table(
        "reply_tokens",
        sa.Column("conversation_id", INTEGER, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("entry_id", INTEGER, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_reply_tokens_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["outbox_entries.id"], name=op.f("fk_reply_tokens_entry_id_outbox_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_tokens")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_reply_tokens_entry_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reply_tokens", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reply_tokens_conversation_id_issued_at", ["conversation_id", "issued_at"], unique=False
        )

    op.create_table(
        "escalation_reasons",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_reasons")),
        sa.UniqueConstraint("key", name=op.f("uq_escalation_reasons_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "escalation_steps",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("origin_ticket_id", INTEGER, nullable=False),
        sa.Column("parent_id", INTEGER, nullable=True),
        sa.Column("level", INTEGER, nullable=False),
        sa.Column("reason_id", INTEGER, nullable=False),
        sa.Column("from_agent_id", INTEGER, nullable=False),
        sa.Column("to_agent_id", INTEGER, nullable=True),
        sa.Column("to_team_id", INTEGER, nullable=True),
        sa.Column("guest_name", TEXT, nullable=False),
        sa.Column("guest_address", TEXT, nullable=False),
        sa.Column("guest_address_key", TEXT, nullable=False),
        sa.Column("guest_locale", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("question_message_id", INTEGER, nullable=True),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("answer_message_id", INTEGER, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "returned", "over", name="escalationstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "answered",
                "withdrawn",
                "closed",
                "ticket_done",
                "overtaken",
                name="outcome",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", INTEGER, nullable=True),
        sa.Column("returned_count", INTEGER, nullable=False),
        sa.Column("mail_message_id", INTEGER, nullable=True),
        sa.Column("token_hash", TEXT, nullable=True),
        sa.Column("token_expires_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_message_id"], ["messages.id"], name=op.f("fk_escalation_steps_answer_message_id_messages")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["agents.id"], name=op.f("fk_escalation_steps_ended_by_id_agents")),
        sa.ForeignKeyConstraint(
            ["from_agent_id"], ["agents.id"], name=op.f("fk_escalation_steps_from_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["mail_message_id"], ["messages.id"], name=op.f("fk_escalation_steps_mail_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["origin_ticket_id"], ["tickets.id"], name=op.f("fk_escalation_steps_origin_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["escalation_steps.id"], name=op.f("fk_escalation_steps_parent_id_escalation_steps")
        ),
        sa.ForeignKeyConstraint(
            ["question_message_id"], ["messages.id"], name=op.f("fk_escalation_steps_question_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["escalation_reasons.id"], name=op.f("fk_escalation_steps_reason_id_escalation_reasons")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_escalation_steps_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["to_agent_id"], ["agents.id"], name=op.f("fk_escalation_steps_to_agent_id_agents")),
        sa.ForeignKeyConstraint(["to_team_id"], ["teams.id"], name=op.f("fk_escalation_steps_to_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_steps")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_escalation_steps_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("escalation_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_steps_agent",
            ["to_agent_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.create_index("ix_escalation_steps_asked_at_id", ["asked_at", "id"], unique=False)
        batch_op.create_index(
            "ix_escalation_steps_asker",
            ["from_agent_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.create_index(
            "ix_escalation_steps_mail",
            ["mail_message_id"],
            unique=False,
            sqlite_where=sa.text("mail_message_id IS NOT NULL"),
            postgresql_where=sa.text("mail_message_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_escalation_steps_origin_ticket_id"), ["origin_ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_escalation_steps_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_escalation_steps_team",
            ["to_team_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.create_index(batch_op.f("ix_escalation_steps_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_escalation_steps_untold",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'open' AND told_at IS NULL"),
        )

    op.create_table(
        "escalation_files",
        sa.Column("escalation_id", INTEGER, nullable=False),
        sa.Column("attachment_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_escalation_files_attachment_id_attachments")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation_steps.id"], name=op.f("fk_escalation_files_escalation_id_escalation_steps")
        ),
        sa.PrimaryKeyConstraint("escalation_id", "attachment_id", name=op.f("pk_escalation_files")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("escalation_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_files_attachment_id"), ["attachment_id"], unique=False)

    op.create_table(
        "escalation_turns",
        sa.Column("escalation_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("returned", "asked_again", "ended", name="turnkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("agent_id", INTEGER, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_escalation_turns_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation_steps.id"], name=op.f("fk_escalation_turns_escalation_id_escalation_steps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_turns")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("escalation_turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_turns_escalation_id"), ["escalation_id"], unique=False)

    fill_in()
    op.create_table(
        "own_mails",
        sa.Column("mail_id_hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("mail_id_hash", name=op.f("pk_own_mails")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "briefing_plans",
        sa.Column(
            "kind",
            sa.Enum("daily", "weekly", "monthly", name="briefingkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("channel_ids", sa.JSON(), nullable=False),
        sa.Column("team_id", INTEGER, nullable=True),
        sa.Column("minute_of_day", INTEGER, nullable=False),
        sa.Column("comment_hours", INTEGER, nullable=False),
        sa.Column("freezes_alone", sa.Boolean(), nullable=False),
        sa.Column("commenter_ids", sa.JSON(), nullable=False),
        sa.Column("recipient_ids", sa.JSON(), nullable=False),
        sa.Column("addresses", sa.JSON(), nullable=False),
        sa.Column("drafted_through", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_briefing_plans_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_plans")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "history_exports",
        sa.Column("agent_id", INTEGER, nullable=False),
        sa.Column(
            "form", sa.Enum("csv", "cp932", "xlsx", name="fileform", native_enum=False, length=32), nullable=False
        ),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                "over",
                name="exportstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("total", INTEGER, nullable=True),
        sa.Column("done_count", INTEGER, nullable=False),
        sa.Column("lost_count", INTEGER, nullable=False),
        sa.Column("lost_characters", TEXT, nullable=False),
        sa.Column("cut_count", INTEGER, nullable=False),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("size", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("claim_token", TEXT, nullable=True),
        sa.Column("claim_expires", sa.Double(), nullable=True),
        sa.Column("claim_boot_id", TEXT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_history_exports_agent_id_agents")),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_history_exports_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_exports")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_exports_agent_id_id", "history_exports", ["agent_id", "id"], unique=False)
    op.create_index(op.f("ix_history_exports_sha256"), "history_exports", ["sha256"], unique=False)
    op.create_index(
        "ix_history_exports_under_way",
        "history_exports",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "briefings",
        sa.Column("plan_id", INTEGER, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("daily", "weekly", "monthly", name="briefingkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "state", sa.Enum("draft", "frozen", name="briefingstate", native_enum=False, length=32), nullable=False
        ),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("comment", TEXT, nullable=False),
        sa.Column("comment_key", TEXT, nullable=False),
        sa.Column("comment_version", INTEGER, nullable=False),
        sa.Column("commented_at", INSTANT, nullable=True),
        sa.Column("commented_by_id", INTEGER, nullable=True),
        sa.Column("comment_due_at", INSTANT, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.Column("frozen_by_id", INTEGER, nullable=True),
        sa.Column("writer", TEXT, nullable=False),
        sa.Column("pdf_sha256", TEXT, nullable=True),
        sa.Column("mailed_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["commented_by_id"], ["agents.id"], name=op.f("fk_briefings_commented_by_id_agents")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["agents.id"], name=op.f("fk_briefings_frozen_by_id_agents")),
        sa.ForeignKeyConstraint(["pdf_sha256"], ["blobs.sha256"], name=op.f("fk_briefings_pdf_sha256_blobs")),
        sa.ForeignKeyConstraint(["plan_id"], ["briefing_plans.id"], name=op.f("fk_briefings_plan_id_briefing_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings")),
        sa.UniqueConstraint("plan_id", "kind", "first_on", name=op.f("uq_briefings_plan_id_kind_first_on")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_briefings_draft",
        "briefings",
        ["comment_due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index("ix_briefings_kind_last_on", "briefings", ["kind", "last_on", "id"], unique=False)
    op.create_index("ix_briefings_last_on_id", "briefings", ["last_on", "id"], unique=False)
    op.create_index(op.f("ix_briefings_pdf_sha256"), "briefings", ["pdf_sha256"], unique=False)
    op.create_index(
        "ix_briefings_unmailed",
        "briefings",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'frozen' AND mailed_at IS NULL"),
        postgresql_where=sa.text("state = 'frozen' AND mailed_at IS NULL"),
    )
    op.create_table(
        "briefing_audiences",
        sa.Column("briefing_id", INTEGER, nullable=False),
        sa.Column("audience_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_briefing_audiences_audience_id_audiences")
        ),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_briefing_audiences_briefing_id_briefings")
        ),
        sa.PrimaryKeyConstraint("briefing_id", "audience_id", name=op.f("pk_briefing_audiences")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "briefing_mails",
        sa.Column("briefing_id", INTEGER, nullable=False),
        sa.Column(
            "purpose", sa.Enum("draft", "report", name="mailpurpose", native_enum=False, length=32), nullable=False
        ),
        sa.Column("agent_id", INTEGER, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("mail_id", TEXT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "uncertain",
                "dropped",
                name="mailstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("claim_token", TEXT, nullable=True),
        sa.Column("claim_expires", sa.Double(), nullable=True),
        sa.Column("claim_boot_id", TEXT, nullable=True),
        sa.Column("handed_over_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_briefing_mails_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_briefing_mails_briefing_id_briefings")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_briefing_mails_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_mails")),
        sa.UniqueConstraint(
            "briefing_id", "purpose", "address", name=op.f("uq_briefing_mails_briefing_id_purpose_address")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_briefing_mails_under_way",
        "briefing_mails",
        ["not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    close_audit_log()


def fill_in() -> None:
    """What every desk begins with: the three phases as statuses 1, 2 and 3, one to hold with, reasons, and the phone log."""
    statuses = sa.table(
        "statuses", *map(sa.column, ("key", "phase", "name", "position")), sa.column("needs_reason", sa.Boolean)
    )
    built_in = [
        {"key": key, "phase": key, "name": "", "position": position, "needs_reason": False}
        for position, key in enumerate(("new", "in_progress", "done"))
    ]
    on_hold = {"key": "on_hold", "phase": "in_progress", "name": "保留", "position": 3, "needs_reason": True}
    op.bulk_insert(statuses, [*built_in, on_hold])
    reasons = sa.table("escalation_reasons", *map(sa.column, ("key", "name", "position")))
    keys = ("technical", "specification", "refund", "complaint", "legal", "other")
    op.bulk_insert(reasons, [{"key": key, "name": "", "position": position} for position, key in enumerate(keys)])
    channels = sa.table(
        "channels",
        *map(sa.column, ("kind", "name", "key", "address", "secrets", "tokens", "consent_error")),
        sa.column("settings", sa.JSON),
        sa.column("is_demo", sa.Boolean),
        sa.column("hold_seconds", sa.Integer),
        sa.column("created_at", INSTANT),
    )
    phone = {"kind": "phone", "name": "電話メモ", "key": "phone", "address": "", "settings": {}}
    closed = dict.fromkeys(("secrets", "tokens", "consent_error"), "")
    op.bulk_insert(
        channels, [{**phone, **closed, "is_demo": False, "hold_seconds": 10, "created_at": datetime.now(UTC)}]
    )


def close_audit_log() -> None:
    """Lines can be added and read; nobody, not even this program, changes or deletes one."""
    op.create_table(
        "visitor_news",
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_news")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visitor_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visitor_news_at"), ["at"], unique=False)

    op.create_table(
        "chat_prompts",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Enum("message", "guide", name="promptkind", native_enum=False, length=32), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("page", TEXT, nullable=False),
        sa.Column("seconds", INTEGER, nullable=False),
        sa.Column("visited_before", sa.Boolean(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("shown", INTEGER, nullable=False),
        sa.Column("clicked", INTEGER, nullable=False),
        sa.Column("talks", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_chat_prompts_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_prompts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("chat_prompts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_prompts_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "visitors",
        sa.Column("channel_id", INTEGER, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("key_hash", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("mail", TEXT, nullable=False),
        sa.Column("is_identified", sa.Boolean(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("page_url", TEXT, nullable=False),
        sa.Column("page_title", TEXT, nullable=False),
        sa.Column("referrer", TEXT, nullable=False),
        sa.Column("browser", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("visits", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("spoke_at", INSTANT, nullable=True),
        sa.Column("online_until", INSTANT, nullable=True),
        sa.Column("typing_until", INSTANT, nullable=True),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("mail_due_at", INSTANT, nullable=True),
        sa.Column("mailed_at", INSTANT, nullable=True),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("blocked_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_visitors_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_visitors_key_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visitors_mail_due_at",
            ["mail_due_at"],
            unique=False,
            sqlite_where=sa.text("mail_due_at IS NOT NULL"),
            postgresql_where=sa.text("mail_due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_visitors_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "visitor_tokens",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("visitor_id", INTEGER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_visitor_tokens_visitor_id_visitors")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visitor_tokens")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("visitor_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visitor_tokens_visitor_id"), ["visitor_id"], unique=False)

    op.create_table(
        "term_marks",
        sa.Column("ticket_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("event_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_term_marks")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("term_marks", schema=None) as batch_op:
        batch_op.create_index("ix_term_marks_event_id_ticket_id", ["event_id", "ticket_id"], unique=False)

    op.create_table(
        "terms",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("key", name=op.f("uq_terms_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trend_state",
        sa.Column("id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("tokenizer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_state")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "markers",
        sa.Column("name", TEXT, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("release", "campaign", "incident", "other", name="markerkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_by_id", INTEGER, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["agents.id"], name=op.f("fk_markers_created_by_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("markers", schema=None) as batch_op:
        batch_op.create_index("ix_markers_first_day", ["first_day"], unique=False)

    op.create_table(
        "ticket_terms",
        sa.Column("ticket_id", INTEGER, nullable=False),
        sa.Column("term_id", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_ticket_terms_term_id_terms")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_terms_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "term_id", name=op.f("pk_ticket_terms")),
        sqlite_autoincrement=False,
    )
    with op.batch_alter_table("ticket_terms", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_terms_term_id_ticket_id", ["term_id", "ticket_id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_log_refuses_{act.lower()} BEFORE {act} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()"
    )


def downgrade() -> None:
    op.drop_index("ix_briefing_mails_under_way", table_name="briefing_mails")
    op.drop_table("briefing_mails")
    op.drop_table("briefing_audiences")
    op.drop_index("ix_briefings_draft", table_name="briefings")
    op.drop_index("ix_briefings_kind_last_on", table_name="briefings")
    op.drop_index("ix_briefings_last_on_id", table_name="briefings")
    op.drop_index(op.f("ix_briefings_pdf_sha256"), table_name="briefings")
    op.drop_index("ix_briefings_unmailed", table_name="briefings")
    op.drop_table("briefings")
    op.drop_index("ix_history_exports_agent_id_id", table_name="history_exports")
    op.drop_index(op.f("ix_history_exports_sha256"), table_name="history_exports")
    op.drop_index("ix_history_exports_under_way", table_name="history_exports")
    op.drop_table("history_exports")
    op.drop_table("briefing_plans")
    op.drop_table("own_mails")
    op.drop_table("ticket_deadlines")
    op.drop_table("deadline_policies")
    op.drop_table("calendar_recounts")
    op.drop_table("calendars")
    op.drop_table("organisation")
    with op.batch_alter_table("escalation_turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_turns_escalation_id"))

    op.drop_table("escalation_turns")
    with op.batch_alter_table("escalation_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_escalation_files_attachment_id"))

    op.drop_table("escalation_files")
    with op.batch_alter_table("escalation_steps", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_escalation_steps_agent",
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.drop_index("ix_escalation_steps_asked_at_id")
        batch_op.drop_index(
            "ix_escalation_steps_asker",
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.drop_index(
            "ix_escalation_steps_mail",
            sqlite_where=sa.text("mail_message_id IS NOT NULL"),
            postgresql_where=sa.text("mail_message_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_escalation_steps_origin_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_escalation_steps_parent_id"))
        batch_op.drop_index(
            "ix_escalation_steps_team",
            sqlite_where=sa.text("state <> 'over'"),
            postgresql_where=sa.text("state <> 'over'"),
        )
        batch_op.drop_index(batch_op.f("ix_escalation_steps_ticket_id"))
        batch_op.drop_index(
            "ix_escalation_steps_untold",
            sqlite_where=sa.text("state = 'open' AND told_at IS NULL"),
            postgresql_where=sa.text("state = 'open' AND told_at IS NULL"),
        )

    op.drop_table("escalation_steps")
    op.drop_table("escalation_reasons")
    with op.batch_alter_table("ticket_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_terms_term_id_ticket_id")

    op.drop_table("ticket_terms")
    with op.batch_alter_table("markers", schema=None) as batch_op:
        batch_op.drop_index("ix_markers_first_day")

    op.drop_table("markers")
    op.drop_table("trend_state")
    op.drop_table("terms")
    with op.batch_alter_table("term_marks", schema=None) as batch_op:
        batch_op.drop_index("ix_term_marks_event_id_ticket_id")

    op.drop_table("term_marks")
    with op.batch_alter_table("visitor_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitor_tokens_visitor_id"))

    op.drop_table("visitor_tokens")
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitors_seen_at"))
        batch_op.drop_index(
            "ix_visitors_mail_due_at",
            sqlite_where=sa.text("mail_due_at IS NOT NULL"),
            postgresql_where=sa.text("mail_due_at IS NOT NULL"),
        )

    op.drop_table("visitors")
    with op.batch_alter_table("chat_prompts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_prompts_channel_id"))

    op.drop_table("chat_prompts")
    with op.batch_alter_table("visitor_news", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitor_news_at"))

    op.drop_table("visitor_news")
    with op.batch_alter_table("reply_tokens", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_tokens_conversation_id_issued_at")
    op.drop_table("reply_tokens")
    with op.batch_alter_table("platform_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_platform_messages_message_id"))
    op.drop_table("platform_messages")
    with op.batch_alter_table("pending_files", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pending_files_next_at",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pending_files_message_id"))
    op.drop_table("pending_files")
    op.drop_table("signs")
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_happenings_ticket_id"))
        batch_op.drop_index("ix_happenings_conversation_id_at")
        batch_op.drop_index("ix_happenings_channel_id_at")
    op.drop_table("happenings")
    with op.batch_alter_table("conversation_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_members_profile_due_at"))
    op.drop_table("conversation_members")
    op.drop_table("answer_turns")
    op.drop_table("quotas")
    op.drop_table("pictures")
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_codes_customer_id"))
    op.drop_table("join_codes")
    with op.batch_alter_table("sent_copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_copies_next_at"))

    op.drop_table("sent_copies")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit_log() CASCADE")
    with op.batch_alter_table("report_facts", schema=None) as batch_op:
        batch_op.drop_index("ix_report_facts_ticket_id")
        batch_op.drop_index("ix_report_facts_kind_at")

    op.drop_table("report_facts")
    with op.batch_alter_table("outbox_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_entries_ticket_id"))
        batch_op.drop_index("ix_outbox_entries_state_id")
        batch_op.drop_index(
            "ix_outbox_entries_sending",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index(
            "ix_outbox_entries_queued",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.drop_table("outbox_entries")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_unread")
        batch_op.drop_index("ix_notices_to_mail")
        batch_op.drop_index("ix_notices_digest_id")
        batch_op.drop_index("ix_notices_agent_id_id")

    op.drop_table("notices")
    op.drop_table("notice_preferences")
    op.drop_table("notice_mailbox")
    with op.batch_alter_table("notice_digests", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_digests_under_way")

    op.drop_table("notice_digests")
    with op.batch_alter_table("message_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_sources_raw_id"))

    op.drop_table("message_sources")
    with op.batch_alter_table("message_recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_message_recipients_message_id")

    op.drop_table("message_recipients")
    op.drop_table("dead_events")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attachments_waiting",
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_attachments_sha256"))
        batch_op.drop_index("ix_attachments_message_id")

    op.drop_table("attachments")
    with op.batch_alter_table("watchers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watchers_agent_id"))

    op.drop_table("watchers")
    with op.batch_alter_table("ticket_spans", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_spans_ticket_id_from_at")
        batch_op.drop_index("ix_ticket_spans_from_at_to_at")

    op.drop_table("ticket_spans")
    with op.batch_alter_table("ticket_labels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_labels_label_id"))

    op.drop_table("ticket_labels")
    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_events_ticket_id_id")

    op.drop_table("ticket_events")
    with op.batch_alter_table("ticket_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_channels_channel_id"))

    op.drop_table("ticket_channels")
    with op.batch_alter_table("thread_refs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_refs_ticket_id"))

    op.drop_table("thread_refs")
    with op.batch_alter_table("reply_locks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_locks_holder_id"))

    op.drop_table("reply_locks")
    with op.batch_alter_table("reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reads_ticket_id"))

    op.drop_table("reads")
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_index("ix_presence_expires_at")

    op.drop_table("presence")
    with op.batch_alter_table("ticket_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_links_other_id"))

    op.drop_table("ticket_links")
    with op.batch_alter_table("merged_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merged_messages_message_id"))

    op.drop_table("merged_messages")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index("ix_merges_from_id")
        batch_op.drop_index("ix_merges_into_id")

    op.drop_table("merges")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_mail_id_hash")

    op.drop_table("messages")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_ticket_id"))
        batch_op.drop_index("ix_conversations_profile_due_at")
        batch_op.drop_index(batch_op.f("ix_conversations_identity_id"))
    op.drop_table("conversations")
    with op.batch_alter_table("live_signals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_live_signals_at"))

    op.drop_table("live_signals")
    with op.batch_alter_table("form_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_choices_field_id"))

    op.drop_table("form_choices")
    with op.batch_alter_table("form_fields", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_fields_channel_id"))

    op.drop_table("form_fields")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tasks_untold",
            sqlite_where=sa.text("done_at IS NULL AND told_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND told_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_tasks_open",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tasks_ticket_id"))

    op.drop_table("tasks")
    op.drop_table("faq_entries")
    with op.batch_alter_table("handover_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_notes_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_handover_notes_team_id"))

    op.drop_table("handover_notes")
    with op.batch_alter_table("field_values", schema=None) as batch_op:
        batch_op.drop_index("ix_field_values_field_id_text_key")
        batch_op.drop_index("ix_field_values_field_id_number")
        batch_op.drop_index("ix_field_values_field_id_at")

    op.drop_table("field_values")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_ticket_id"))

    op.drop_table("drafts")
    with op.batch_alter_table("bulk_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_items_ticket_id"))
        batch_op.drop_index("ix_bulk_items_run_id_state")

    op.drop_table("bulk_items")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tickets_snoozed",
            sqlite_where=sa.text("is_counted AND phase <> 'done'"),
            postgresql_where=sa.text("is_counted AND phase <> 'done'"),
        )
        batch_op.drop_index(
            "ix_tickets_list", sqlite_where=sa.text("is_counted"), postgresql_where=sa.text("is_counted")
        )
        batch_op.drop_index(
            "ix_tickets_due",
            sqlite_where=sa.text("is_counted AND phase <> 'done'"),
            postgresql_where=sa.text("is_counted AND phase <> 'done'"),
        )
        batch_op.drop_index(
            "ix_tickets_desk", sqlite_where=sa.text("is_counted"), postgresql_where=sa.text("is_counted")
        )
        batch_op.drop_index("ix_tickets_customer_id_created_at")
        batch_op.drop_index(
            "ix_tickets_fresh",
            sqlite_where=sa.text("is_counted AND phase = 'new' AND snoozed_until IS NULL"),
            postgresql_where=sa.text("is_counted AND phase = 'new' AND snoozed_until IS NULL"),
        )
        batch_op.drop_index(
            "ix_tickets_escalated",
            sqlite_where=sa.text("is_counted AND is_escalated"),
            postgresql_where=sa.text("is_counted AND is_escalated"),
        )
        batch_op.drop_index(
            "ix_tickets_bounced",
            sqlite_where=sa.text("is_counted AND phase <> 'done' AND bounced_at IS NOT NULL"),
            postgresql_where=sa.text("is_counted AND phase <> 'done' AND bounced_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_tickets_unclassified",
            sqlite_where=sa.text("is_counted AND category_id IS NULL"),
            postgresql_where=sa.text("is_counted AND category_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_tickets_trash",
            sqlite_where=sa.text("NOT is_counted AND trashed_at IS NOT NULL"),
            postgresql_where=sa.text("NOT is_counted AND trashed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_tickets_spam",
            sqlite_where=sa.text("NOT is_counted AND spam_at IS NOT NULL AND trashed_at IS NULL"),
            postgresql_where=sa.text("NOT is_counted AND spam_at IS NOT NULL AND trashed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_tickets_age", sqlite_where=sa.text("is_counted"), postgresql_where=sa.text("is_counted")
        )

    op.drop_table("tickets")
    op.drop_table("tab_places")
    op.drop_table("invitation_teams")
    with op.batch_alter_table("field_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_choices_field_id"))

    op.drop_table("field_choices")
    op.drop_table("announcement_readings")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_agent_id"))

    op.drop_table("team_members")
    with op.batch_alter_table("team_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_channels_channel_id"))

    op.drop_table("team_channels")
    with op.batch_alter_table("board_tiles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_tiles_board_id"))

    op.drop_table("board_tiles")
    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_boards_team_id"))
        batch_op.drop_index(batch_op.f("ix_boards_owner_id"))

    op.drop_table("boards")
    with op.batch_alter_table("tabs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tabs_team_id"))
        batch_op.drop_index(batch_op.f("ix_tabs_owner_id"))

    op.drop_table("tabs")
    op.drop_table("statuses")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_agent_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("raw_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_raw_messages_stored",
            sqlite_where=sa.text("state = 'stored'"),
            postgresql_where=sa.text("state = 'stored'"),
        )
        batch_op.drop_index("ix_raw_messages_channel_id_state")
        batch_op.drop_index(batch_op.f("ix_raw_messages_blob"))

    op.drop_table("raw_messages")
    op.drop_table("policies")
    op.drop_table("notice_choices")
    with op.batch_alter_table("letter_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_templates_team_id"))
        batch_op.drop_index(batch_op.f("ix_letter_templates_owner_id"))

    op.drop_table("letter_templates")
    with op.batch_alter_table("letter_frames", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_frames_channel_id_team_id")

    op.drop_table("letter_frames")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_email_key"))

    op.drop_table("invitations")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_identities_tel_key",
            sqlite_where=sa.text("tel_key <> ''"),
            postgresql_where=sa.text("tel_key <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_identities_customer_id"))
        batch_op.drop_index(batch_op.f("ix_identities_address"))

    op.drop_table("identities")
    op.drop_table("fields")
    op.drop_table("counts")
    op.drop_table("count_deltas")
    op.drop_table("tally_states")
    with op.batch_alter_table("day_columns", schema=None) as batch_op:
        batch_op.drop_index("ix_day_columns_tally")

    op.drop_table("day_columns")
    op.drop_table("dirty_days")
    op.drop_table("channel_folders")
    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_runs_agent_id"))

    op.drop_table("bulk_runs")
    with op.batch_alter_table("auto_reply_turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auto_reply_turns_answered_at"))

    op.drop_table("auto_reply_turns")
    op.drop_table("talk_answers")
    op.drop_table("auto_replies")
    with op.batch_alter_table("backfills", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_backfills_channel_id"))

    op.drop_table("backfills")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_log_kind_id")
        batch_op.drop_index("ix_audit_log_at")
        batch_op.drop_index("ix_audit_log_agent_id_id")

    op.drop_table("audit_log")
    with op.batch_alter_table("audience_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audience_channels_channel_id"))

    op.drop_table("audience_channels")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_agent_id"))

    op.drop_table("api_tokens")
    op.drop_table("announcements")
    op.drop_table("teams")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_last_at"))

    op.drop_table("sign_in_failures")
    op.drop_table("schedule_runs")
    op.drop_table("leases")
    op.drop_table("labels")
    op.drop_table("installation")
    with op.batch_alter_table("rate_counts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_counts_ends_at"))

    op.drop_table("rate_counts")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_written_key"))
        batch_op.drop_index(batch_op.f("ix_customers_name_key"))
        batch_op.drop_index(
            "ix_customers_merged_into_id",
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )

    op.drop_table("customers")
    op.drop_table("consumers")
    op.drop_table("channels")
    with op.batch_alter_table("categories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_categories_path"))

    op.drop_table("categories")
    op.drop_table("blobs")
    op.drop_table("audiences")
    op.drop_table("agents")
