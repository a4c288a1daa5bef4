"""The danger scale: counted whole, and never safer for what was not asked."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from casework.law.danger_scale import (
    FEDERATION,
    HIGH_LETHAL,
    JUDGEMENT,
    LEVELS,
    LOW,
    MEDIUM,
    InstrumentFault,
    assess,
    changes,
    instrument_from,
    judged,
    may_raise_to,
    rank,
    shipped,
)

SCALE = shipped()[FEDERATION]
CHECKLIST = shipped()[JUDGEMENT]
NINE = tuple("123456789")
KEYS = (*NINE, "A", "B")


def expected(answers: dict[str, str]) -> str:
    """The procedure's own words, written a second time."""
    if "yes" in (answers["A"], answers["B"]):
        return "high_lethal"
    score = sum(answers[key] == "yes" for key in NINE)
    return "low" if score <= 3 else "medium" if score <= 5 else "high_lethal"


def test_the_complete_answer_sets_are_130_low_252_medium_1666_high_lethal() -> None:
    levels: Counter[str] = Counter()
    by_score = by_special = 0
    for given in product(("yes", "no"), repeat=11):
        answers = dict(zip(KEYS, given, strict=True))
        result = assess(SCALE, answers)
        assert result.is_settled and not result.unanswered
        assert result.score_low == result.score_high == sum(answers[key] == "yes" for key in NINE)
        assert result.level_low == expected(answers)
        levels[result.level_low] += 1
        by_special += bool(result.set_by)
        by_score += result.level_low == HIGH_LETHAL and not result.set_by
    assert levels == {LOW: 130, MEDIUM: 252, HIGH_LETHAL: 1666}
    assert (by_score, by_special) == (130, 1536)


def test_every_partial_set_is_exactly_the_range_of_its_completions_and_never_reads_safer() -> None:
    # The level knows the nine by their counts alone, so these are all 3^11 sets: each count of yes and open.
    complete = {
        (score, a, b): assess(SCALE, _set(score, 0, a, b)).level_low
        for score, a, b in product(range(10), ("yes", "no"), ("yes", "no"))
    }
    for known, still_open in ((k, o) for k in range(10) for o in range(10 - k)):
        for a, b in product(("yes", "no", "not_asked"), repeat=2):
            result = assess(SCALE, _set(known, still_open, a, b))
            reached = {
                rank(complete[known + more, first, second])
                for more in range(still_open + 1)
                for first in _completions(a)
                for second in _completions(b)
            }
            assert rank(result.level_low) == min(reached)
            assert rank(result.level_high) == max(reached)
            assert len(result.unanswered) == still_open + (a, b).count("not_asked")
            if "not_asked" in (a, b):
                assert result.level_high == HIGH_LETHAL


def test_more_answers_only_narrow_the_range_over_all_partial_sets() -> None:
    for given in product(("yes", "no", "not_asked"), repeat=8):
        answers = dict(zip(("1", "2", "3", "4", "5", "6", "A", "B"), given, strict=True))
        wide = assess(SCALE, answers)
        for key in wide.unanswered:
            for answer in ("yes", "no"):
                narrow = assess(SCALE, answers | {key: answer})
                assert rank(wide.level_low) <= rank(narrow.level_low)
                assert rank(narrow.level_high) <= rank(wide.level_high)


def _completions(answer: str) -> tuple[str, ...]:
    return ("yes", "no") if answer == "not_asked" else (answer,)


def _set(known: int, still_open: int, a: str, b: str) -> dict[str, str]:
    nine = ["yes"] * known + ["not_asked"] * still_open + ["no"] * (9 - known - still_open)
    return dict(zip(KEYS, (*nine, a, b), strict=True))


def test_nothing_asked_may_be_anything() -> None:
    result = assess(SCALE, {})
    assert (result.level_low, result.level_high, result.unanswered) == (LOW, HIGH_LETHAL, KEYS)
    assert (result.score_low, result.score_high) == (0, 9)


def test_an_assessor_raises_and_never_lowers() -> None:
    assert may_raise_to(LOW, LOW) == (MEDIUM, HIGH_LETHAL)
    assert may_raise_to(LOW, MEDIUM) == (MEDIUM, HIGH_LETHAL)
    assert may_raise_to(LOW, HIGH_LETHAL) == may_raise_to(MEDIUM, HIGH_LETHAL) == (HIGH_LETHAL,)
    assert may_raise_to(HIGH_LETHAL, HIGH_LETHAL) == ()


def test_a_judgement_reaches_up_while_something_lethal_was_not_asked() -> None:
    answers = {item.key: "no" for item in CHECKLIST.questions}
    assert judged(CHECKLIST, answers, LOW).is_settled
    for key in "ABCD":
        open_one = judged(CHECKLIST, answers | {key: "not_asked"}, LOW)
        assert (open_one.level_low, open_one.level_high) == (LOW, HIGH_LETHAL)
    small = judged(CHECKLIST, answers | {"3": "not_asked"}, MEDIUM)
    assert small.is_settled and small.unanswered == ("3",)
    with pytest.raises(ValueError, match="no cut-offs"):
        assess(CHECKLIST, answers)


def test_a_new_assessment_shows_what_changed_and_what_is_no_longer_known() -> None:
    before = {"1": "yes", "6": "no", "8": "yes"}
    assert changes(SCALE, before, {"1": "yes", "6": "yes"}) == [
        ("6", "no", "yes"),
        ("8", "yes", "not_asked"),
    ]


OWN = """
code = "county_short"
edition = "2"
zh = "本县简表"
en = "Short form of the county"
source_zh = "本会"
source_en = "This office"
licence = "Own work"
applies = "anybody"
items = [
  { key = "1", zh = "一", en = "One", weight = 2 },
  { key = "2", zh = "二", en = "Two" },
]
special = [{ key = "S", zh = "特", en = "Special", level = "medium" }]
cuts = [{ level = "low", least = 0 }, { level = "high_lethal", least = 3 }]
"""


def test_an_office_may_bring_its_own_with_weights_and_cut_offs() -> None:
    own = instrument_from(OWN)
    assert own.name == "county_short/2"
    assert assess(own, {"1": "yes", "2": "no", "S": "no"}).level_high == LOW
    assert assess(own, {"1": "no", "2": "no", "S": "yes"}).level_low == MEDIUM
    assert assess(own, {"1": "yes", "2": "yes"}).level_low == HIGH_LETHAL


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("weight = 2", "weight = -1", "never lowers"),
        ("weight = 2", "weight = true", "never lowers"),
        ("least = 0", "least = 1", "begin at 0"),
        ("least = 3", "least = 0", "must rise"),
        ('level = "medium"', 'level = "calm"', "must be one of"),
        ('key = "2"', 'key = "1"', "twice"),
        ('key = "2"', 'key = "q-1"', "letters or digits"),
        ('applies = "anybody"', 'applies = "cats"', "applies must be"),
        ('edition = "2"', "", "edition is missing"),
        ('licence = "Own work"', 'licence = "Own work"\nmood = "x"', "mood is not known"),
        ('code = "county_short"', 'code = "County/short"', "lower-case"),
        ("items = [", "items = [[", "not TOML"),
    ],
)
def test_a_definition_that_cannot_be_used_says_why(before: str, after: str, sentence: str) -> None:
    with pytest.raises(InstrumentFault, match=sentence):
        instrument_from(OWN.replace(before, after, 1))


def test_levels_are_in_order() -> None:
    assert [rank(level) for level in LEVELS] == [0, 1, 2]
