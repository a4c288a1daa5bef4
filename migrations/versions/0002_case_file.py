"""The case file: duties, plans, evidence, approvals, merges, papers, emergency access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "instruments",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("entered_at", Id, nullable=False),
        sa.Column("entered_by", Id, nullable=True),
        sa.Column("retired_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_instruments_code_edition")),
    )
    op.create_table(
        "check_ins",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("at", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wants_talk", sa.Boolean(), nullable=False),
        sa.Column("talked_at", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_check_ins_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index("ix_check_ins_account_id_at", ["account_id", "at"], unique=False)

    op.create_table(
        "duty_persons",
        sa.Column("team_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("appointed_by", Id, nullable=False),
        sa.Column("appointed_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_duty_persons_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_duty_persons_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_persons")),
        sa.UniqueConstraint("team_id", "account_id", name=op.f("uq_duty_persons_team_id_account_id")),
    )
    with op.batch_alter_table("duty_persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_persons_account_id"), ["account_id"], unique=False)

    op.create_table(
        "handover_notes",
        sa.Column("team_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("taken_over_at", Id, nullable=True),
        sa.Column("taken_over_by", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_handover_notes_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_handover_notes_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_handover_notes_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_notes")),
    )
    with op.batch_alter_table("handover_notes", schema=None) as batch_op:
        batch_op.create_index("ix_handover_notes_team_id_at", ["team_id", "at"], unique=False)

    op.create_table(
        "staff_relations",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("declared_at", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_relations_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_relations")),
    )
    with op.batch_alter_table("staff_relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_relations_account_id"), ["account_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stored_under", sa.String(), nullable=False),
        sa.Column("file_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("findings_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("chunks", Id, nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("received_at", Id, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("touched_at", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("voided_at", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('receiving', 'kept', 'voided')", name=op.f("ck_attachments_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attachments_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_attachments_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("stored_under", name=op.f("uq_attachments_stored_under")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index("ix_attachments_case_id_id", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_attachments_state_touched_at", ["state", "touched_at"], unique=False)

    op.create_table(
        "case_notes",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_case_notes_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_notes_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_case_notes_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.create_index("ix_case_notes_case_id_at", ["case_id", "at"], unique=False)

    op.create_table(
        "emergency_openings",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", Id, nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", Id, nullable=True),
        sa.Column("reviewed_by", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_emergency_openings_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_emergency_openings_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_emergency_openings_compartment_id_compartments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_openings")),
    )
    with op.batch_alter_table("emergency_openings", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_openings_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_emergency_openings_reviewed_at", ["reviewed_at"], unique=False)

    op.create_table(
        "merges",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("survivor_case_id", Id, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Id, nullable=True),
        sa.Column("undone_by", Id, nullable=True),
        sa.Column("undone_at", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'refused', 'merged', 'undone')", name=op.f("ck_merges_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_merges_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_merges_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_case_id"], ["cases.id"], name=op.f("fk_merges_survivor_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_merges_survivor_case_id", ["survivor_case_id"], unique=False)

    op.create_table(
        "papers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_digest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("signer_record_id", Id, nullable=True),
        sa.Column("made_at", Id, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_papers_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_papers_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_papers_made_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("number", name=op.f("uq_papers_number")),
        sa.UniqueConstraint("words_digest", name=op.f("uq_papers_words_digest")),
    )
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.create_index("ix_papers_case_id_made_at", ["case_id", "made_at"], unique=False)

    op.create_table(
        "plan_items",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'in_progress', 'met', 'not_met', 'dropped')",
            name=op.f("ck_plan_items_state_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plan_items_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_plan_items_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_items")),
    )
    with op.batch_alter_table("plan_items", schema=None) as batch_op:
        batch_op.create_index("ix_plan_items_case_id_state", ["case_id", "state"], unique=False)
        batch_op.create_index("ix_plan_items_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "safety_plans",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("plan_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("created_at", Id, nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_safety_plans_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_safety_plans_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_plans")),
        sa.UniqueConstraint("case_id", name=op.f("uq_safety_plans_case_id")),
    )
    with op.batch_alter_table("safety_plans", schema=None) as batch_op:
        batch_op.create_index("ix_safety_plans_review_on", ["review_on"], unique=False)

    op.create_table(
        "services_given",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("recorded_at", Id, nullable=False),
        sa.Column("voided_at", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_services_given_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_services_given_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_services_given_compartment_id_compartments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services_given")),
    )
    with op.batch_alter_table("services_given", schema=None) as batch_op:
        batch_op.create_index("ix_services_given_case_id_given_on", ["case_id", "given_on"], unique=False)
        batch_op.create_index("ix_services_given_given_on_service", ["given_on", "service"], unique=False)

    op.create_table(
        "village_trusts",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("must_not_know_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_village_trusts_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_village_trusts_compartment_id_compartments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_trusts")),
        sa.UniqueConstraint("case_id", name=op.f("uq_village_trusts_case_id")),
    )
    op.create_table(
        "access_requests",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("decided_at", Id, nullable=True),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("grant_id", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'given', 'refused', 'withdrawn')", name=op.f("ck_access_requests_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_access_requests_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_access_requests_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_access_requests_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_access_requests_grant_id_grants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_requests")),
    )
    with op.batch_alter_table("access_requests", schema=None) as batch_op:
        batch_op.create_index("ix_access_requests_account_id_state", ["account_id", "state"], unique=False)
        batch_op.create_index("ix_access_requests_case_id_state", ["case_id", "state"], unique=False)

    op.create_table(
        "approval_files",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asks_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opinion_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("grant_id", Id, nullable=True),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("approver_id", Id, nullable=False),
        sa.Column("decided_at", Id, nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'returned', 'withdrawn')",
            name=op.f("ck_approval_files_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["accounts.id"], name=op.f("fk_approval_files_approver_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["accounts.id"], name=op.f("fk_approval_files_asked_by_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approval_files_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_approval_files_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_approval_files_grant_id_grants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_files")),
    )
    with op.batch_alter_table("approval_files", schema=None) as batch_op:
        batch_op.create_index("ix_approval_files_approver_id_state", ["approver_id", "state"], unique=False)
        batch_op.create_index("ix_approval_files_case_id", ["case_id"], unique=False)

    op.create_table(
        "custody_events",
        sa.Column("attachment_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_custody_events_attachment_id_attachments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_events")),
    )
    with op.batch_alter_table("custody_events", schema=None) as batch_op:
        batch_op.create_index("ix_custody_events_attachment_id_at", ["attachment_id", "at"], unique=False)

    op.create_table(
        "duties",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("assessment_id", Id, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_at", Id, nullable=False),
        sa.Column("done_at", Id, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", Id, nullable=True),
        sa.Column("dropped_at", Id, nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_duties_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_duties_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_duties_compartment_id_compartments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index("ix_duties_case_id_kind", ["case_id", "kind"], unique=False)
        batch_op.create_index("ix_duties_done_on_due_on", ["done_on", "due_on"], unique=False)

    op.create_table(
        "paper_files",
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Id, nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_paper_files_paper_id_papers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_files")),
    )
    with op.batch_alter_table("paper_files", schema=None) as batch_op:
        batch_op.create_index("ix_paper_files_digest", ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_files_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "rights_requests",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("compartment_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("paper_id", Id, nullable=True),
        sa.Column("asked_at", Id, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rights_requests_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rights_requests_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["compartment_id"],
            ["compartments.id"],
            name=op.f("fk_rights_requests_compartment_id_compartments"),
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_rights_requests_paper_id_papers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    with op.batch_alter_table("rights_requests", schema=None) as batch_op:
        batch_op.create_index("ix_rights_requests_case_id_asked_at", ["case_id", "asked_at"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legal_compartment_id", Id, nullable=True))
        batch_op.add_column(sa.Column("interview_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("interview_version", Id, server_default="1", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_cases_legal_compartment_id_compartments"),
            "compartments",
            ["legal_compartment_id"],
            ["id"],
        )

    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("basis", sa.String(), server_default="declared", nullable=False))

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_by", sa.String(), server_default="herself", nullable=False))
        batch_op.add_column(sa.Column("compartment_id", Id, nullable=True))
        batch_op.add_column(sa.Column("note_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", Id, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_consents_compartment_id_compartments"), "compartments", ["compartment_id"], ["id"]
        )

    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("reviewed_by", Id, nullable=True))
        batch_op.add_column(sa.Column("version", Id, server_default="1", nullable=False))

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("parties", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home_town_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("home_rest_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("relation_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("body_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("guardian_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("born_year_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("left_at", Id, nullable=True))
    with op.batch_alter_table("teams") as batch_op:
        batch_op.drop_constraint(op.f("ck_teams_kind_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_teams_kind_known"), "kind IN ('desk', 'casework', 'shelter', 'duty')"
        )


def downgrade() -> None:
    op.execute("UPDATE teams SET kind = 'casework' WHERE kind = 'duty'")
    with op.batch_alter_table("teams") as batch_op:
        batch_op.drop_constraint(op.f("ck_teams_kind_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_teams_kind_known"), "kind IN ('desk', 'casework', 'shelter')"
        )
    with op.batch_alter_table("parties", schema=None) as batch_op:
        batch_op.drop_column("left_at")
        batch_op.drop_column("born_year_sealed")
        batch_op.drop_column("guardian_sealed")
        batch_op.drop_column("body_sealed")
        batch_op.drop_column("relation_sealed")
        batch_op.drop_column("home_rest_sealed")
        batch_op.drop_column("home_town_sealed")

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_column("details_sealed")

    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("review_sealed")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consents_compartment_id_compartments"), type_="foreignkey")
        batch_op.drop_column("withdrawn_by")
        batch_op.drop_column("note_sealed")
        batch_op.drop_column("compartment_id")
        batch_op.drop_column("given_by")

    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.drop_column("basis")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cases_legal_compartment_id_compartments"), type_="foreignkey")
        batch_op.drop_column("interview_version")
        batch_op.drop_column("interview_sealed")
        batch_op.drop_column("legal_compartment_id")

    with op.batch_alter_table("rights_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_rights_requests_case_id_asked_at")

    op.drop_table("rights_requests")
    with op.batch_alter_table("paper_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_files_paper_id"))
        batch_op.drop_index("ix_paper_files_digest")

    op.drop_table("paper_files")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("ix_duties_done_on_due_on")
        batch_op.drop_index("ix_duties_case_id_kind")

    op.drop_table("duties")
    with op.batch_alter_table("custody_events", schema=None) as batch_op:
        batch_op.drop_index("ix_custody_events_attachment_id_at")

    op.drop_table("custody_events")
    with op.batch_alter_table("approval_files", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_files_case_id")
        batch_op.drop_index("ix_approval_files_approver_id_state")

    op.drop_table("approval_files")
    with op.batch_alter_table("access_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_access_requests_case_id_state")
        batch_op.drop_index("ix_access_requests_account_id_state")

    op.drop_table("access_requests")
    op.drop_table("village_trusts")
    with op.batch_alter_table("services_given", schema=None) as batch_op:
        batch_op.drop_index("ix_services_given_given_on_service")
        batch_op.drop_index("ix_services_given_case_id_given_on")

    op.drop_table("services_given")
    with op.batch_alter_table("safety_plans", schema=None) as batch_op:
        batch_op.drop_index("ix_safety_plans_review_on")

    op.drop_table("safety_plans")
    with op.batch_alter_table("plan_items", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_items_state_due_on")
        batch_op.drop_index("ix_plan_items_case_id_state")

    op.drop_table("plan_items")
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.drop_index("ix_papers_case_id_made_at")

    op.drop_table("papers")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index("ix_merges_survivor_case_id")
        batch_op.drop_index("ix_merges_case_id")

    op.drop_table("merges")
    with op.batch_alter_table("emergency_openings", schema=None) as batch_op:
        batch_op.drop_index("ix_emergency_openings_reviewed_at")
        batch_op.drop_index("ix_emergency_openings_case_id")

    op.drop_table("emergency_openings")
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_case_notes_case_id_at")

    op.drop_table("case_notes")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index("ix_attachments_state_touched_at")
        batch_op.drop_index("ix_attachments_case_id_id")

    op.drop_table("attachments")
    with op.batch_alter_table("staff_relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_relations_account_id"))

    op.drop_table("staff_relations")
    with op.batch_alter_table("handover_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_handover_notes_team_id_at")

    op.drop_table("handover_notes")
    with op.batch_alter_table("duty_persons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_persons_account_id"))

    op.drop_table("duty_persons")
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_check_ins_account_id_at")

    op.drop_table("check_ins")
    op.drop_table("instruments")
