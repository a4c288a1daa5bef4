"""Every stored column is either sealed by a known key, or clear for a reason that is written down."""

from __future__ import annotations

import pytest

import models  # noqa: F401 - registers every table
from models.base import Base
from models.clear_columns import CLEAR_COLUMNS
from models.enums import CompartmentKind
from models.sealed_fields import BY_OTHER_MEANS, FIELDS

SUFFIX = "_sealed"


def stored() -> set[str]:
    """Every column as "table.column"."""
    return {
        f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
    }


def sealed() -> set[str]:
    """Those whose name says that they are sealed."""
    return {name for name in stored() if name.endswith(SUFFIX)}


def test_every_clear_column_has_its_reason() -> None:
    assert sorted(stored() - sealed() - set(CLEAR_COLUMNS)) == []


def test_no_reason_outlives_its_column() -> None:
    assert sorted(set(CLEAR_COLUMNS) - stored()) == []


def test_no_sealed_column_is_listed_as_clear() -> None:
    assert [name for name in CLEAR_COLUMNS if name.endswith(SUFFIX)] == []


@pytest.mark.parametrize("name", sorted(set(CLEAR_COLUMNS.values())))
def test_a_reason_says_what_is_learnt_and_why(name: str) -> None:
    sentences = [part for part in name.rstrip(".").split(". ") if part]
    assert len(sentences) >= 2 and name.endswith(".") and len(name) < 200


def test_every_sealed_column_names_its_key() -> None:
    under_compartments = {f"{name}{SUFFIX}" for name in FIELDS}
    assert sorted(sealed() - under_compartments - set(BY_OTHER_MEANS)) == []
    assert sorted((under_compartments | set(BY_OTHER_MEANS)) - sealed()) == []
    assert not under_compartments & set(BY_OTHER_MEANS)


def test_every_sealed_column_holds_bytes() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith(SUFFIX):
                assert column.type.python_type is bytes, f"{table.name}.{column.name}"


def test_no_tag_is_given_twice() -> None:
    tags = [field.tag for field in FIELDS.values()]
    assert len(tags) == len(set(tags)) and all(0 < tag < 2**16 for tag in tags)


# Published once, never changed: a tag is part of every ciphertext's associated data.
TAGS = {
    "calls.phone": 101,
    "calls.said": 110,
    "cases.phone": 201,
    "cases.account_text": 206,
    "parties.name": 301,
    "parties.identity_number": 302,
    "parties.note": 307,
    "incidents.narrative": 401,
    "follow_ups.purpose": 501,
    "revisions.row": 701,
}


def test_tags_stay_as_they_are() -> None:
    assert {name: FIELDS[name].tag for name in TAGS} == TAGS


def test_a_sealed_row_can_reach_its_compartment() -> None:
    """A table with a field under a compartment key has a column that leads there, or a row that has one."""
    through_another = {
        "matters": "case_id",
        "case_events": "case_id",
        "follow_up_tries": "follow_up_id",
        "grants": "case_id",
    }
    for name in FIELDS:
        table = Base.metadata.tables[name.partition(".")[0]]
        leads = [column for column in table.columns if column.name.endswith("compartment_id")]
        assert leads or through_another[table.name] in table.columns, name


NEVER_CLEAR = (
    "phone",
    "name",
    "address",
    "identity_number",
    "birth",
    "narrative",
    "note",
    "content",
    "hours",
    "town",
)
KNOWN = {
    "accounts.username": "a member of staff's own name to sign in",
    "accounts.display_name": "a member of staff",
    "teams.name": "a team",
    "leases.name": "a lease",
    "settings.name": "a setting",
    "holidays.name": "a holiday",
    "recovery_items.name": "a kind of item",
    "cases.town": "where a case was accepted, not where she is",
}


def test_no_clear_column_sounds_like_what_is_never_clear() -> None:
    sounding = {name for name in CLEAR_COLUMNS if any(word in name.partition(".")[2] for word in NEVER_CLEAR)}
    assert sounding == set(KNOWN)


def test_every_kind_of_compartment_has_a_team_that_opens_it() -> None:
    from casework.services.key_grants import GRANTS

    opened = {kind for roles in GRANTS.values() for kinds in roles.values() for kind in kinds}
    assert opened == set(CompartmentKind)
