"""The pack of Kaiping, and the sentence for each fault of a pack."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import jurisdictions
from casework.jurisdictions import JurisdictionFault
from casework.jurisdictions.reading import jurisdiction_from

PACK = (jurisdictions.FOLDER / "kaiping.toml").read_text(encoding="utf-8")
KAIPING = jurisdictions.load("kaiping")


def test_kaiping_has_its_sixteen_divisions() -> None:
    assert len(KAIPING.divisions) == 16
    assert KAIPING.division("108").zh == "塘口镇"
    assert KAIPING.division("108").label("en") == "Tangkou Town"
    assert [division.code for division in KAIPING.all_divisions()][-2:] == ["outside", "unknown"]
    assert KAIPING.division_choices("zh")[0] == ("001", "三埠街道")
    assert (KAIPING.code, KAIPING.area_code, KAIPING.emergency_text_number) == ("440783", "0750", "12110750")


def test_guangdong_s_limits_are_the_jurisdiction_s() -> None:
    assert {rule: limit.hours for rule, limit in KAIPING.time_limits.items()} == {
        "warning_decided": 24,
        "order_checked_by_police": 24,
    }


def test_every_level_has_a_plan() -> None:
    assert {"high_lethal", "medium", "low", "after_closing", "order", "after_leaving"} <= set(KAIPING.plans)


def test_the_line_is_open_in_its_hours_only() -> None:
    assert KAIPING.is_line_open(1, time(8, 30))
    assert not KAIPING.is_line_open(1, time(12, 0))
    assert not KAIPING.is_line_open(6, time(9, 0))


def test_what_is_not_in_the_pack_is_an_error() -> None:
    with pytest.raises(LookupError):
        KAIPING.division("999")
    with pytest.raises(LookupError):
        KAIPING.body("embassy")
    with pytest.raises(JurisdictionFault, match=r"no jurisdiction pack atlantis\.toml"):
        jurisdictions.read(Path("atlantis.toml"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema = 1", "schema = 2", "The pack's schema is 2; this program reads 1."),
        ('code = "440783"', 'code = "4407"', "'code' has to be 6 digits, not '4407'."),
        ('"Asia/Shanghai"', '"Asia/Kaiping"', "'Asia/Kaiping' is not a time zone."),
        ('languages = ["zh", "en"]', 'languages = ["fr"]', "'languages' has to name zh, en or both."),
        (
            '"12110750"',
            '"12110757"',
            "'emergency_text_number' has to be 12110 and the area code without its 0: 12110750.",
        ),
        ('code = "002"', 'code = "001"', "The code 001 stands twice in [[divisions]]."),
        ('code = "103"', 'code = "03"', "The division code '03' has to be 3 digits."),
        ('zh = "沙塘镇"', 'zh = ""', "'zh' is missing in [[divisions]]."),
        (
            'kind = "zone"',
            'kind = "city"',
            "The division 400 is a 'city'; it has to be a town, subdistrict or zone.",
        ),
        (
            'opens = "08:30"',
            'opens = "half past"',
            "'opens' in [[line_hours]] has to be a time like 08:30, not 'half past'.",
        ),
        ('closes = "12:00"', 'closes = "08:00"', "The line can't close at 08:00 having opened at 08:30."),
        (
            'article = "guangdong_dv_26"',
            'article = "hearsay_1"',
            "The article 'hearsay_1' is not among the articles that the program cites.",
        ),
        (
            'rule = "warning_decided"',
            'rule = "order_decided"',
            "The rule 'order_decided' can't be set by a jurisdiction.",
        ),
        ("[plans.medium]", "[plans.middling]", "The plan medium is missing."),
        (
            '{ kind = "first_contact", days = 3 }',
            '{ kind = "first_contact" }',
            "A step of the plan medium needs exactly one of hours, days, months, days_before.",
        ),
        (
            '{ kind = "routine", days = 60 }',
            '{ kind = "routine", days = 30 }',
            "Two steps of the plan medium fall on the same day.",
        ),
        (
            '{ kind = "routine", days = 60 }',
            '{ kind = "tea", days = 60 }',
            "The plan medium names 'tea', which is no kind of follow-up.",
        ),
        (
            "threshold = 5",
            "threshold = 2",
            "'threshold' in [disclosure] has to be a whole number of at least 3.",
        ),
        (
            "closed = 10",
            "closed = 0",
            "'closed' in [retention.years] has to be a whole number of at least 1.",
        ),
    ],
)
def test_each_fault_has_its_sentence(old: str, new: str, sentence: str) -> None:
    assert old in PACK
    with pytest.raises(JurisdictionFault) as fault:
        jurisdiction_from("kaiping", PACK.replace(old, new, 1))
    assert fault.value.sentences == [sentence]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(JurisdictionFault) as fault:
        jurisdiction_from("empty", "")
    assert len(fault.value.sentences) > 10
    assert "The section [office] is missing." in fault.value.sentences


def test_a_pack_that_is_not_toml_is_one_fault() -> None:
    with pytest.raises(JurisdictionFault, match="is not TOML"):
        jurisdiction_from("broken", "code = ")


@given(
    line=st.integers(0, len(PACK.splitlines()) - 1),
    text=st.sampled_from(["", "x = 1", "x = []", "plans = 3"]),
)
def test_a_damaged_pack_is_read_or_refused_and_nothing_else(line: int, text: str) -> None:
    damaged = PACK.splitlines()
    damaged[line] = text
    try:
        jurisdiction_from("damaged", "\n".join(damaged))
    except JurisdictionFault as fault:
        assert fault.sentences
