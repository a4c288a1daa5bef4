"""The catalogue: one registry that everything is printed from."""

from __future__ import annotations

import pytest

from casework.indicators import registry


def test_the_catalogue_has_no_fault():
    assert registry.check() == []


def test_every_goal_of_the_plan_that_casework_feeds_has_its_indicators():
    codes = [entry.code for entry in registry.indicators()]
    assert len(codes) == 56
    assert {code.split(".")[0] for code in codes} == {
        *(f"L{n}" for n in range(2, 11)),
        "S1",
        "S2",
        "F1",
        "F2",
    }


def test_this_version_computes_two_and_says_so():
    assert [entry.code for entry in registry.computed()] == ["L6.1", "L10.5"]


def test_an_indicator_speaks_both_languages_and_carries_its_readings():
    entry = registry.indicator("L6.1")
    assert entry.name.text("zh") == "家庭暴力案件受理数"
    assert entry.name.text("en") == "Domestic-violence cases"
    assert "living together" in entry.readings["domestic"].text("en")
    assert entry.allows("month")
    assert not entry.allows("hour")


def test_no_name_leans_on_the_row_above_it():
    for entry in registry.indicators():
        assert not entry.name.en.startswith(("…", "..."))
        assert "上述" not in entry.name.zh


def test_an_unknown_code_is_told():
    with pytest.raises(registry.UnknownIndicator):
        registry.indicator("L99")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "C"', 'kind = "X"', "kind is 'X'"),
        ('code = "L2.2"', 'code = "L2.1"', "twice"),
        ('unit = "cases"', 'unit = "apples"', "'apples' is not among the units"),
        ('readings = ["calls"]', 'readings = ["tea"]', "'tea' is not among the readings"),
        ('definition_en = "Events held in the period"', 'definition_en = ""', "definition_en is empty"),
        ('direction = ""\nfigure = "100%"', 'direction = "up"\nfigure = "100%"', "both set"),
        ("computed = false", "computed = true", "can't be computed"),
        ("[units]", "[units", "not TOML"),
    ],
)
def test_a_fault_in_the_catalogue_gets_a_sentence(tmp_path, old, new, told):
    text = registry.CATALOGUE.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "catalogue.toml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(told in sentence for sentence in registry.check(broken))
