"""The ground floor: accounts, keys, cases, calls, follow-ups, the trail and snapshots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_size", sa.String(), nullable=False),
        sa.Column("keys_off", sa.Boolean(), nullable=False),
        sa.Column("password_salt", sa.LargeBinary(), nullable=True),
        sa.Column("password_cost", sa.String(), nullable=True),
        sa.Column("bundle_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", Id, nullable=True),
        sa.Column("offered_box", sa.LargeBinary(), nullable=True),
        sa.Column("offered_signing", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('invited', 'active', 'disabled')", name=op.f("ck_accounts_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("sequence", Id, autoincrement=False, nullable=False),
        sa.Column("at", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("session_id", Id, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", Id, nullable=True),
        sa.Column("ids", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("record_table", sa.String(), nullable=True),
        sa.Column("record_id", Id, nullable=True),
        sa.Column("record_digest", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        "ix_audit_entries_account_id_sequence", "audit_entries", ["account_id", "sequence"], unique=False
    )
    op.create_index("ix_audit_entries_action_sequence", "audit_entries", ["action", "sequence"], unique=False)
    op.create_index(
        "ix_audit_entries_record_id_sequence",
        "audit_entries",
        ["record_id", "sequence"],
        unique=False,
        sqlite_where=sa.text("record_id IS NOT NULL"),
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_entries_subject_id_sequence", "audit_entries", ["subject_id", "sequence"], unique=False
    )
    op.create_table(
        "audit_head",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("sequence", Id, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "blind_indexes",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("key_version", Id, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("target", "target_id", "purpose", name=op.f("pk_blind_indexes")),
    )
    op.create_index("ix_blind_indexes_purpose_digest", "blind_indexes", ["purpose", "digest"], unique=False)
    op.create_table(
        "compartments",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("key_version", Id, nullable=False),
        sa.Column("rekey_needed", sa.Boolean(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "kind IN ('contact', 'identity', 'account', 'legal', 'shelter')",
            name=op.f("ck_compartments_kind_known"),
        ),
        sa.CheckConstraint(
            "owner_kind IN ('case', 'call', 'lead', 'stay', 'facility', 'register_entry', 'draft', 'attachment', 'message')",
            name=op.f("ck_compartments_owner_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compartments")),
    )
    op.create_index("ix_compartments_owner_id_kind", "compartments", ["owner_id", "kind"], unique=False)
    op.create_table(
        "counters",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", Id, nullable=False),
        sa.Column("value", Id, nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_counters")),
    )
    op.create_table(
        "holidays",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_holidays")),
    )
    op.create_table(
        "index_keys",
        sa.Column("key_version", Id, nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_keys")),
        sa.UniqueConstraint("key_version", name=op.f("uq_index_keys_key_version")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("started_at", Id, nullable=False),
        sa.Column("ended_at", Id, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("count", Id, nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    op.create_index("ix_job_runs_job_started_at", "job_runs", ["job", "started_at"], unique=False)
    op.create_table(
        "kit_wraps",
        sa.Column("kit_version", Id, nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("recovery_public", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kit_version", "pair", name=op.f("pk_kit_wraps")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("ends_at", Id, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "persons",
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("survivor_id", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "recovery_items",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("item_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_recovery_items")),
    )
    op.create_table(
        "roster",
        sa.Column("sequence", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("sequence", name=op.f("uq_roster_sequence")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("changed_at", Id, nullable=False),
        sa.Column("changed_by", Id, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "sign_in_delays",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("failures", Id, nullable=False),
        sa.Column("not_before_at", Id, nullable=False),
        sa.Column("last_failed_at", Id, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_delays")),
    )
    op.create_table(
        "snapshots",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("edition", Id, nullable=False),
        sa.Column("made_at", Id, nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("threshold", Id, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("has_totals", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_words", sa.String(), nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "(reason = 'correction') = (reason_words IS NOT NULL)",
            name=op.f("ck_snapshots_correction_says_why"),
        ),
        sa.CheckConstraint(
            "form IN ('whole', 'joined', 'without_totals', 'withheld')", name=op.f("ck_snapshots_form_known")
        ),
        sa.CheckConstraint(
            "reason IN ('first', 'months_over', 'correction')", name=op.f("ck_snapshots_reason_known")
        ),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_snapshots_edition_counts_from_one")),
        sa.CheckConstraint("threshold >= 3", name=op.f("ck_snapshots_threshold_protects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint(
            "indicator", "period", "edition", name=op.f("uq_snapshots_indicator_period_edition")
        ),
    )
    op.create_table(
        "teams",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rotation_needed", sa.Boolean(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint("kind IN ('desk', 'casework', 'shelter')", name=op.f("ck_teams_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "account_roles",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("asked_by", Id, nullable=True),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("approved_by", Id, nullable=True),
        sa.Column("approved_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "role IN ('hotline_operator', 'caseworker', 'team_lead', 'approving_leader', 'shelter_staff', 'supervisor', 'department_reporter', 'security_officer', 'auditor', 'system_administrator')",
            name=op.f("ck_account_roles_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_roles_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_account_roles_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_roles")),
    )
    op.create_index("ix_account_roles_account_id", "account_roles", ["account_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("received_at", Id, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("accepted_at", Id, nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("closed_at", Id, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("survivor_id", Id, nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("in_error", sa.Boolean(), nullable=False),
        sa.Column("contact_compartment_id", Id, nullable=False),
        sa.Column("identity_compartment_id", Id, nullable=False),
        sa.Column("account_compartment_id", Id, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("alias_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_word_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("never_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wish_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_version", Id, nullable=False),
        sa.Column("account_version", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'declined', 'accepted', 'assessed', 'in_service', 'follow_up', 'closing_review', 'closed', 'transferred', 'merged')",
            name=op.f("ck_cases_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_compartment_id"],
            ["compartments.id"],
            name=op.f("fk_cases_account_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["accounts.id"], name=op.f("fk_cases_assignee_id_accounts")),
        sa.ForeignKeyConstraint(
            ["contact_compartment_id"],
            ["compartments.id"],
            name=op.f("fk_cases_contact_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(
            ["identity_compartment_id"],
            ["compartments.id"],
            name=op.f("fk_cases_identity_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_cases_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index("ix_cases_accepted_on", "cases", ["accepted_on"], unique=False)
    op.create_index("ix_cases_assignee_id_id", "cases", ["assignee_id", "id"], unique=False)
    op.create_index(
        "ix_cases_team_id_assignee_id_id", "cases", ["team_id", "assignee_id", "id"], unique=False
    )
    op.create_index("ix_cases_team_id_id", "cases", ["team_id", "id"], unique=False)
    op.create_index("ix_cases_team_id_state_id", "cases", ["team_id", "state", "id"], unique=False)
    op.create_index("ix_cases_team_id_town_id", "cases", ["team_id", "town", "id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", Id, nullable=False),
        sa.Column("saved_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_drafts_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint(
            "account_id", "form", "subject_id", name=op.f("uq_drafts_account_id_form_subject_id")
        ),
    )
    op.create_table(
        "follow_ups",
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", Id, nullable=True),
        sa.Column("grace_days", Id, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("compartment_id", Id, nullable=True),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", Id, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'due', 'done', 'cancelled', 'replanned')",
            name=op.f("ck_follow_ups_state_known"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('case', 'warning', 'hardship', 'order', 'stay')",
            name=op.f("ck_follow_ups_subject_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["accounts.id"], name=op.f("fk_follow_ups_assignee_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_follow_ups_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_follow_ups_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(
        "ix_follow_ups_assignee_id_state_due_on",
        "follow_ups",
        ["assignee_id", "state", "due_on"],
        unique=False,
    )
    op.create_index("ix_follow_ups_state_due_on", "follow_ups", ["state", "due_on"], unique=False)
    op.create_index(
        "ix_follow_ups_subject_id_subject_kind", "follow_ups", ["subject_id", "subject_kind"], unique=False
    )
    op.create_index(
        "ix_follow_ups_team_id_state_due_on", "follow_ups", ["team_id", "state", "due_on"], unique=False
    )
    op.create_table(
        "invitations",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("ends_at", Id, nullable=False),
        sa.Column("used_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
    )
    op.create_index(op.f("ix_invitations_account_id"), "invitations", ["account_id"], unique=False)
    op.create_table(
        "key_copies",
        sa.Column("key_id", Id, nullable=False),
        sa.Column("is_index_key", sa.Boolean(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_key_copies_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_copies")),
        sa.UniqueConstraint("key_id", "account_id", name=op.f("uq_key_copies_key_id_account_id")),
    )
    op.create_index("ix_key_copies_account_id", "key_copies", ["account_id"], unique=False)
    op.create_table(
        "known_devices",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("last_used_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_devices_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_devices")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_known_devices_secret_digest")),
    )
    op.create_index(op.f("ix_known_devices_account_id"), "known_devices", ["account_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("round", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("raised_at", Id, nullable=False),
        sa.Column("read_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_notices_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("kind", "subject_id", "round", name=op.f("uq_notices_kind_subject_id_round")),
    )
    op.create_index("ix_notices_account_id_read_at", "notices", ["account_id", "read_at"], unique=False)
    op.create_index("ix_notices_team_id_read_at", "notices", ["team_id", "read_at"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("row_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_revisions_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(
        "ix_revisions_target_target_id", "revisions", ["target", "target_id", "version"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("keychain_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("last_seen_at", Id, nullable=False),
        sa.Column("ends_at", Id, nullable=False),
        sa.Column("locked_at", Id, nullable=True),
        sa.Column("ended_at", Id, nullable=True),
        sa.Column("password_checked_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"], unique=False)
    op.create_table(
        "snapshot_cells",
        sa.Column("snapshot_id", Id, nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("value", Id, nullable=True),
        sa.Column("is_suppressed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "is_suppressed = (value IS NULL)", name=op.f("ck_snapshot_cells_suppressed_has_no_value")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_snapshot_cells_value_is_a_count")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_snapshot_cells_snapshot_id_snapshots")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "row", "column", name=op.f("pk_snapshot_cells")),
    )
    op.create_index("ix_snapshot_cells_snapshot_id", "snapshot_cells", ["snapshot_id"], unique=False)
    op.create_table(
        "team_keys",
        sa.Column("team_id", Id, nullable=False),
        sa.Column("compartment", sa.String(), nullable=False),
        sa.Column("key_version", Id, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("retired_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "compartment IN ('contact', 'identity', 'account', 'legal', 'shelter')",
            name=op.f("ck_team_keys_compartment_known"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_keys_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_keys")),
        sa.UniqueConstraint(
            "team_id", "compartment", "key_version", name=op.f("uq_team_keys_team_id_compartment_key_version")
        ),
    )
    op.create_table(
        "wraps",
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("key_id", Id, nullable=False),
        sa.Column("key_version", Id, nullable=False),
        sa.Column("recipient_kind", sa.String(), nullable=False),
        sa.Column("recipient_id", Id, nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("voucher", sa.LargeBinary(), nullable=False),
        sa.Column("signer_record_id", Id, nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "recipient_kind IN ('team_key', 'account', 'grant')", name=op.f("ck_wraps_recipient_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_wraps_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wraps")),
        sa.UniqueConstraint(
            "key_id",
            "recipient_kind",
            "recipient_id",
            name=op.f("uq_wraps_key_id_recipient_kind_recipient_id"),
        ),
    )
    op.create_index("ix_wraps_compartment_id", "wraps", ["compartment_id"], unique=False)
    op.create_index("ix_wraps_recipient_id", "wraps", ["recipient_id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("level_low", sa.String(), nullable=False),
        sa.Column("level_high", sa.String(), nullable=False),
        sa.Column("raised_to", sa.String(), nullable=True),
        sa.Column("at", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assessments_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessments_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_assessments_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index("ix_assessments_case_id_at", "assessments", ["case_id", "at"], unique=False)
    op.create_table(
        "calls",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("operator_id", Id, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("started_at", Id, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_at", Id, nullable=True),
        sa.Column("hour_band", Id, nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("in_error", sa.Boolean(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("contact_compartment_id", Id, nullable=False),
        sa.Column("account_compartment_id", Id, nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("caller_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("town_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("alias_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_word_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("never_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safety_answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("emergency_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wish_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "status IN ('answered', 'missed', 'abandoned')", name=op.f("ck_calls_status_known")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_calls_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["account_compartment_id"],
            ["compartments.id"],
            name=op.f("fk_calls_account_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_calls_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["contact_compartment_id"],
            ["compartments.id"],
            name=op.f("fk_calls_contact_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["accounts.id"], name=op.f("fk_calls_operator_id_accounts")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_calls_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("number", name=op.f("uq_calls_number")),
    )
    op.create_index(op.f("ix_calls_case_id"), "calls", ["case_id"], unique=False)
    op.create_index("ix_calls_started_on_category", "calls", ["started_on", "category"], unique=False)
    op.create_index("ix_calls_team_id_started_at", "calls", ["team_id", "started_at", "id"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=True),
        sa.Column("at", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("to_team_id", Id, nullable=True),
        sa.Column("to_assignee_id", Id, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index("ix_case_events_case_id_at", "case_events", ["case_id", "at"], unique=False)
    op.create_index("ix_case_events_on_kind", "case_events", ["on", "kind"], unique=False)
    op.create_table(
        "conflicts",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("declared_by", Id, nullable=True),
        sa.Column("declared_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_conflicts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conflicts_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("account_id", "case_id", name=op.f("uq_conflicts_account_id_case_id")),
    )
    op.create_index(op.f("ix_conflicts_case_id"), "conflicts", ["case_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", Id, nullable=True),
        sa.Column("recorded_by", Id, nullable=False),
        sa.Column("recorded_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_case_id"), "consents", ["case_id"], unique=False)
    op.create_table(
        "follow_up_tries",
        sa.Column("follow_up_id", Id, nullable=False),
        sa.Column("tried_at", Id, nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_tries_follow_up_id_follow_ups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_tries")),
    )
    op.create_index(
        op.f("ix_follow_up_tries_follow_up_id"), "follow_up_tries", ["follow_up_id"], unique=False
    )
    op.create_table(
        "grants",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("granted_by", Id, nullable=False),
        sa.Column("starts_at", Id, nullable=False),
        sa.Column("ends_at", Id, nullable=False),
        sa.Column("ended_at", Id, nullable=True),
        sa.Column("reviewed_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grants_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_account_id_ends_at", "grants", ["account_id", "ends_at"], unique=False)
    op.create_index(op.f("ix_grants_case_id"), "grants", ["case_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("relationship", sa.String(), nullable=False),
        sa.Column("living_together", sa.String(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("narrative_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "living_together IN ('yes', 'no', 'unknown')", name=op.f("ck_incidents_living_together_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_incidents_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_case_id_occurred_on", "incidents", ["case_id", "occurred_on"], unique=False)
    op.create_table(
        "leads",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("contact_due_at", Id, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("compartment_id", Id, nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_leads_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_leads_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_leads_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    op.create_index(op.f("ix_leads_received_on"), "leads", ["received_on"], unique=False)
    op.create_table(
        "parties",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("special_protection", sa.String(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_town_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_rest_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "role IN ('client', 'other_party', 'child', 'relative', 'reporter', 'body_staff')",
            name=op.f("ck_parties_role_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_parties_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_parties_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_parties_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index("ix_parties_case_id_role", "parties", ["case_id", "role"], unique=False)
    op.create_index(op.f("ix_parties_person_id"), "parties", ["person_id"], unique=False)
    op.create_table(
        "incident_violence",
        sa.Column("incident_id", Id, nullable=False),
        sa.Column("violence_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_violence_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("incident_id", "violence_type", name=op.f("pk_incident_violence")),
    )
    op.create_table(
        "matters",
        sa.Column("call_id", Id, nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("setting", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("is_article_31_6", sa.Boolean(), nullable=False),
        sa.Column("external_system", sa.String(), nullable=True),
        sa.Column("external_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("external_due_on", sa.Date(), nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint("call_id IS NOT NULL OR case_id IS NOT NULL", name=op.f("ck_matters_has_owner")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_matters_call_id_calls")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_matters_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    op.create_index(op.f("ix_matters_call_id"), "matters", ["call_id"], unique=False)
    op.create_index(op.f("ix_matters_case_id"), "matters", ["case_id"], unique=False)
    op.create_index("ix_matters_issue_received_on", "matters", ["issue", "received_on"], unique=False)

    op.bulk_insert(
        sa.table(
            "audit_head",
            sa.column("id", sa.BigInteger),
            sa.column("sequence", sa.BigInteger),
            sa.column("hash", sa.LargeBinary),
        ),
        [{"id": 1, "sequence": 0, "hash": bytes(32)}],
    )


def downgrade() -> None:
    op.drop_index("ix_matters_issue_received_on", table_name="matters")
    op.drop_index(op.f("ix_matters_case_id"), table_name="matters")
    op.drop_index(op.f("ix_matters_call_id"), table_name="matters")
    op.drop_table("matters")
    op.drop_table("incident_violence")
    op.drop_index(op.f("ix_parties_person_id"), table_name="parties")
    op.drop_index("ix_parties_case_id_role", table_name="parties")
    op.drop_table("parties")
    op.drop_index(op.f("ix_leads_received_on"), table_name="leads")
    op.drop_table("leads")
    op.drop_index("ix_incidents_case_id_occurred_on", table_name="incidents")
    op.drop_table("incidents")
    op.drop_index(op.f("ix_grants_case_id"), table_name="grants")
    op.drop_index("ix_grants_account_id_ends_at", table_name="grants")
    op.drop_table("grants")
    op.drop_index(op.f("ix_follow_up_tries_follow_up_id"), table_name="follow_up_tries")
    op.drop_table("follow_up_tries")
    op.drop_index(op.f("ix_consents_case_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_conflicts_case_id"), table_name="conflicts")
    op.drop_table("conflicts")
    op.drop_index("ix_case_events_on_kind", table_name="case_events")
    op.drop_index("ix_case_events_case_id_at", table_name="case_events")
    op.drop_table("case_events")
    op.drop_index("ix_calls_team_id_started_at", table_name="calls")
    op.drop_index("ix_calls_started_on_category", table_name="calls")
    op.drop_index(op.f("ix_calls_case_id"), table_name="calls")
    op.drop_table("calls")
    op.drop_index("ix_assessments_case_id_at", table_name="assessments")
    op.drop_table("assessments")
    op.drop_index("ix_wraps_recipient_id", table_name="wraps")
    op.drop_index("ix_wraps_compartment_id", table_name="wraps")
    op.drop_table("wraps")
    op.drop_table("team_keys")
    op.drop_index("ix_snapshot_cells_snapshot_id", table_name="snapshot_cells")
    op.drop_table("snapshot_cells")
    op.drop_index(op.f("ix_sessions_ends_at"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_revisions_target_target_id", table_name="revisions")
    op.drop_table("revisions")
    op.drop_index("ix_notices_team_id_read_at", table_name="notices")
    op.drop_index("ix_notices_account_id_read_at", table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_known_devices_account_id"), table_name="known_devices")
    op.drop_table("known_devices")
    op.drop_index("ix_key_copies_account_id", table_name="key_copies")
    op.drop_table("key_copies")
    op.drop_index(op.f("ix_invitations_account_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index("ix_follow_ups_team_id_state_due_on", table_name="follow_ups")
    op.drop_index("ix_follow_ups_subject_id_subject_kind", table_name="follow_ups")
    op.drop_index("ix_follow_ups_state_due_on", table_name="follow_ups")
    op.drop_index("ix_follow_ups_assignee_id_state_due_on", table_name="follow_ups")
    op.drop_table("follow_ups")
    op.drop_table("drafts")
    op.drop_index("ix_cases_team_id_town_id", table_name="cases")
    op.drop_index("ix_cases_team_id_state_id", table_name="cases")
    op.drop_index("ix_cases_team_id_id", table_name="cases")
    op.drop_index("ix_cases_team_id_assignee_id_id", table_name="cases")
    op.drop_index("ix_cases_assignee_id_id", table_name="cases")
    op.drop_index("ix_cases_accepted_on", table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_account_roles_account_id", table_name="account_roles")
    op.drop_table("account_roles")
    op.drop_table("teams")
    op.drop_table("snapshots")
    op.drop_table("sign_in_delays")
    op.drop_table("settings")
    op.drop_table("roster")
    op.drop_table("recovery_items")
    op.drop_table("persons")
    op.drop_table("leases")
    op.drop_table("kit_wraps")
    op.drop_index("ix_job_runs_job_started_at", table_name="job_runs")
    op.drop_table("job_runs")
    op.drop_table("index_keys")
    op.drop_table("holidays")
    op.drop_table("counters")
    op.drop_index("ix_compartments_owner_id_kind", table_name="compartments")
    op.drop_table("compartments")
    op.drop_index("ix_blind_indexes_purpose_digest", table_name="blind_indexes")
    op.drop_table("blind_indexes")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entries_subject_id_sequence", table_name="audit_entries")
    op.drop_index(
        "ix_audit_entries_record_id_sequence",
        table_name="audit_entries",
        sqlite_where=sa.text("record_id IS NOT NULL"),
        postgresql_where=sa.text("record_id IS NOT NULL"),
    )
    op.drop_index("ix_audit_entries_action_sequence", table_name="audit_entries")
    op.drop_index("ix_audit_entries_account_id_sequence", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_table("accounts")
