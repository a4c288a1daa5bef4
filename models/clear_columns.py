"""Every column that is not sealed: what a thief of the database learns from it, and why it must be clear.

The reader is asked to be hostile: he knows the woman, the date of his own order, when she rang. A column that no
sweep, count, join or sign-in needs does not belong here but under a compartment key. A test fails on a column that
is missing here, and on one that is gone.
"""

from __future__ import annotations

from models import clear_case_columns
from models.clear_reasons import COMPARTMENT, DIGEST, ID, LINK, MADE, PUBLIC_KEY, STAFF, VERSION

# Table -> groups of its columns with one sentence of what is learnt and one of why.
_GROUPS: dict[str, dict[str, str]] = {
    **clear_case_columns.GROUPS,
    "accounts": {
        "id": ID,
        "username display_name": "Who works here. Signing in and every list of staff need the name before any key.",
        "state": "Who is active. Sign-in decides by it before any key is open.",
        "language text_size keys_off": "How she likes her screen. The page is drawn by it, locked sessions included.",
        "password_salt password_cost": "What her password is stretched with. Nothing opens before it is stretched.",
        "totp_last_step": "When she last used a one-time code, to 30 seconds. A code is refused the second time.",
        "offered_box offered_signing": PUBLIC_KEY,
        "created_at": MADE,
        "version": VERSION,
    },
    "account_roles": {
        "id": ID,
        "account_id role team_id": "Who has which role where. The policy decides by it at each request.",
        "from_on until_on": "From when until when. The policy decides by it at each request.",
        "asked_by asked_at approved_by approved_at": STAFF,
    },
    "assessments": {
        "id": ID,
        "case_id account_id": LINK,
        "compartment_id": COMPARTMENT,
        "instrument": "Which questions were asked. Instruments change, and levels are counted by instrument.",
        "level_low level_high raised_to": "How grave a case is. Follow-ups fall due by level, without any key.",
        "at on": "When it was assessed. The next assessment falls due by it, and counts go by day.",
        "version": VERSION,
    },
    "audit_entries": {
        "sequence previous hash": "The chain. Anybody must be able to verify it without a key.",
        "at account_id session_id": "Who was at work when. The trail names who saw what, and the auditor has no key.",
        "action subject_kind subject_id ids": "Which row was looked at, by id. The auditor reads it, and has no key.",
        "fields": "Which kinds of fields were shown or changed, never their content. The auditor reads it.",
        "record_table record_id record_digest": "That the sealed bytes were these. A row put back is found by it.",
    },
    "audit_head": {
        "id": ID,
        "sequence hash": "How long the trail is. Each entry follows from the head.",
    },
    "blind_indexes": {
        "target target_id": "Which row has an index. The look-up finds the row by it.",
        "purpose key_version": "What kind of value is indexed. Purposes are kept apart, and keys rotate.",
        "digest": "That two rows hold the same value, not which. A full number is found by it without any plaintext.",
    },
    "calls": {
        "id": ID,
        "number": "The number that people quote for a call. The desk's lists and papers go by it.",
        "team_id operator_id": STAFF,
        "channel category result status": "What kind of call it was and what came of it. Calls are counted by them.",
        "started_at started_on ended_at hour_band": "When somebody rang, and for how long. Calls are counted by hour.",
        "is_test in_error": "That a call does not count. Counts leave it out without a key.",
        "case_id": "Which case came of which call. Counts must not take them for two, and the desk hands on by it.",
        "contact_compartment_id account_compartment_id": COMPARTMENT,
        "created_at": MADE,
        "version": VERSION,
    },
    "cases": {
        "id": ID,
        "number": "The number that people quote for a case. Lists, papers and addresses go by it.",
        "state": "How far a case has come. Lists are narrowed by it, limits and counts go by it.",
        "town": "Where a case was accepted, not where she is. The county is counted by town.",
        "team_id assignee_id": STAFF,
        "source": "Who brought it. Cases are counted by source.",
        "received_at received_on accepted_at accepted_on closed_at closed_on": (
            "When a case began and ended. Limits of law run from these days, and counts go by month."
        ),
        "survivor_id": "That two files were one case. A count groups by it.",
        "is_test in_error": "That a case does not count. Counts leave it out without a key.",
        "contact_compartment_id identity_compartment_id account_compartment_id legal_compartment_id": COMPARTMENT,
        "contact_version account_version interview_version version": VERSION,
    },
    "case_events": {
        "id": ID,
        "case_id": LINK,
        "kind from_state to_state outcome rating": "How a case moved and ended. A closed month is counted from moves.",
        "at on": "When it moved. A closed month is counted from moves, and limits run from them.",
        "account_id to_team_id to_assignee_id": STAFF,
    },
    "compartments": {
        "id": ID,
        "kind owner_kind owner_id": "That a row has sealed parts, and of which kind. Keys are wrapped by kind.",
        "key_version rekey_needed": "That a key was replaced, or must be. The next write makes a new one.",
        "created_at": MADE,
    },
    "conflicts": {
        "id": ID,
        "account_id case_id": "That one of the staff must not see a case. Lists leave the case out before any key.",
        "declared_by declared_at": STAFF,
        "basis": "Whether it was declared or matched by itself. Only a declared one may be taken back.",
    },
    "consents": {
        "id": ID,
        "case_id": LINK,
        "scope recipient ground": "To what she agreed, for which kind of body. Whoever hands on is held to it at once.",
        "given_on ends_on withdrawn_at": "From when until when. A lapsed consent must stop a handing-on by itself.",
        "given_by": "Whether she or a guardian agreed. A guardian's consent for a child is held to other rules.",
        "compartment_id": COMPARTMENT,
        "recorded_by recorded_at withdrawn_by": STAFF,
    },
    "counters": {
        "kind year value": "How many cases and calls a year has. The next number is taken from it.",
    },
    "drafts": {
        "id": ID,
        "account_id form subject_id": "That somebody is writing about something. Her draft is found again by it.",
        "compartment_id": COMPARTMENT,
        "started_at saved_at": "When she began and last wrote. Old drafts are offered first and swept.",
    },
    "follow_ups": {
        "id": ID,
        "subject_kind subject_id": LINK,
        "team_id assignee_id created_by": STAFF,
        "kind plan": "What kind of contact is planned. Limits of law and counts go by kind.",
        "planned_on due_on due_at grace_days urgent": (
            "By when a contact is due, not where. The scheduler raises it at night, without any key."
        ),
        "state done_at done_on result": "Whether and when it was done. Lateness is counted from it.",
        "compartment_id": COMPARTMENT,
        "created_at": MADE,
        "version": VERSION,
    },
    "follow_up_tries": {
        "id": ID,
        "follow_up_id": LINK,
        "tried_at tried_on result": "When a contact was tried and whether it came about. Tries are counted.",
        "account_id": STAFF,
    },
    "grants": {
        "id": ID,
        "case_id account_id": LINK,
        "kind": "On which ground somebody outside the team may look. Reviews are due by ground.",
        "granted_by": STAFF,
        "starts_at ends_at ended_at reviewed_at": "From when until when. A grant ends by itself, without any key.",
        "reviewed_by": STAFF,
        "version": VERSION,
    },
    "holidays": {
        "on is_workday name": "The public calendar. Working days are counted by it.",
    },
    "incidents": {
        "id": ID,
        "case_id": LINK,
        "compartment_id": COMPARTMENT,
        "occurred_on precision is_new": (
            "On which day there was violence. Reports of law go by that day. Whoever knows the day may guess the case."
        ),
        "relationship living_together": "What they are to each other. The law's duties and the counts depend on it.",
        "created_at": MADE,
        "created_by": STAFF,
        "version": VERSION,
    },
    "incident_violence": {
        "incident_id": LINK,
        "violence_type": "Which kinds of violence. The returns count them.",
    },
    "index_keys": {
        "id": ID,
        "key_version created_at": "That there is an index key, and when it was replaced. Copies name their version.",
    },
    "invitations": {
        "id": ID,
        "account_id": LINK,
        "token_digest": DIGEST,
        "made_by ends_at used_at": "Who was invited, and until when. A link works once and not for ever.",
    },
    "job_runs": {
        "id": ID,
        "job started_at ended_at outcome count failure": "When the server did its rounds. The administrator looks.",
    },
    "key_copies": {
        "id": ID,
        "key_id is_index_key account_id": "Who holds which key, not the key. Her copy is found by it at sign-in.",
        "created_at": MADE,
    },
    "kit_wraps": {
        "kit_version pair": "Which two shares open which wrap. The kit is found by it.",
        "recovery_public": PUBLIC_KEY,
    },
    "known_devices": {
        "id": ID,
        "account_id": LINK,
        "secret_digest": DIGEST,
        "last_used_at": "When a browser was last used. Forgotten browsers are swept.",
    },
    "leads": {
        "id": ID,
        "source": "Which body told us. Leads are counted by source.",
        "team_id": STAFF,
        "received_on contact_due_at": "When it came, and by when to act. The scheduler raises it without any key.",
        "state result": "What came of it. Leads are counted by result.",
        "case_id": LINK,
        "compartment_id": COMPARTMENT,
        "created_at": MADE,
        "version": VERSION,
    },
    "leases": {
        "name holder ends_at": "Which process runs the scheduler. Only one may.",
    },
    "matters": {
        "id": ID,
        "call_id case_id": LINK,
        "issue setting is_article_31_6": "What was asked for. The returns count by issue.",
        "received_on answered_on accepted_on concluded_on": "When it was answered. Limits of law run from these days.",
        "external_system external_due_on": "Which other body waits for an answer, and until when. The scheduler warns.",
    },
    "notices": {
        "id": ID,
        "kind subject_id round": "What was raised about which row. Nothing is raised twice.",
        "account_id team_id": STAFF,
        "raised_at read_at": "When it was raised and read. Unread ones are counted on each page.",
    },
    "parties": {
        "id": ID,
        "person_id case_id": LINK,
        "compartment_id": COMPARTMENT,
        "role age_band special_protection": "About how old, and whether the law protects her more. Counted.",
        "left_at": "That somebody was taken out of a case as a mistake. Lists leave her out before any key.",
        "created_at": MADE,
        "version": VERSION,
    },
    "persons": {
        "id": ID,
        "sex": "Woman or man. The returns count it.",
        "survivor_id": "That two rows are one person. A count groups by it.",
    },
    "recovery_items": {
        "name": "That the root and the server secret are kept for the kit. The kit finds them by it.",
    },
    "revisions": {
        "id": ID,
        "target target_id version": "That a row was changed. What it said before is found by it.",
        "compartment_id": COMPARTMENT,
        "account_id": STAFF,
        "at": MADE,
    },
    "roster": {
        "id": ID,
        "sequence kind statement signature at": (
            "Who holds which public key and which place, since when. Everybody must be able to verify it."
        ),
    },
    "sessions": {
        "id": ID,
        "account_id": LINK,
        "secret_digest": DIGEST,
        "boot": "Which start of the server it belongs to. A session of an earlier one is locked.",
        "device": "What browser she says she uses. She recognises her own sessions by it.",
        "created_at last_seen_at ends_at locked_at ended_at password_checked_at": (
            "When she was signed in. Sessions end by it. Rows go after a day and never enter a backup."
        ),
    },
    "settings": {
        "name value changed_at changed_by": "How the office is set up. Pages are drawn by it before any key is open.",
    },
    "sign_in_delays": {
        "subject": "A keyed digest of account or source. Failures are counted by it across a restart.",
        "failures not_before_at last_failed_at": "How often somebody failed. The next try waits by it.",
    },
    "snapshots": {
        "id": ID,
        "indicator period edition": "What was published. An edition is public within the office.",
        "made_at through_on threshold form has_totals rows columns reason reason_words": (
            "How it was published. An edition reads back as it was."
        ),
    },
    "snapshot_cells": {
        "snapshot_id row column value is_suppressed": "What was published, small cells left out. That is its purpose.",
    },
    "teams": {
        "id": ID,
        "name kind": "Which teams there are. Lists and the policy go by team.",
        "rotation_needed": "That somebody left. The lead's next request makes new keys.",
        "created_at": MADE,
    },
    "team_keys": {
        "id": ID,
        "team_id compartment key_version": "Which team has keys of which version. The roster says it too.",
        "public": PUBLIC_KEY,
        "created_at retired_at": MADE,
    },
    "wraps": {
        "id": ID,
        "compartment_id key_id key_version": COMPARTMENT,
        "recipient_kind recipient_id": "Which team or person may open a compartment. Her wrap is found by it.",
        "voucher": "That a holder of the key meant this recipient. Only she can make it, and each rotation checks it.",
        "signer_record_id signature": "Who handed a key on. It is checked before the key is opened.",
        "created_at": MADE,
    },
}

# "table.column" -> why it is clear.
CLEAR_COLUMNS: dict[str, str] = {
    f"{table}.{column}": reason
    for table, groups in _GROUPS.items()
    for columns, reason in groups.items()
    for column in columns.split()
}
