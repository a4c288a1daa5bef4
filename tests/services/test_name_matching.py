"""Names are found as people type them, whatever reading a character has; nothing typed is a pattern."""

from __future__ import annotations

import pytest

from casework.services.name_matching import Rank, is_searchable, matcher, readings


@pytest.mark.parametrize(
    ("typed", "name", "rank"),
    [
        ("陈某英", "陈某英", Rank.WHOLE),
        ("陈", "陈某英", Rank.BEGINS),
        ("某英", "陈某英", Rank.WITHIN),
        ("chenmouying", "陈某英", Rank.SPELT),
        ("Chen Mouying", "陈某英", Rank.SPELT),
        ("ＣＭＹ", "陈某英", Rank.SPELT),
        ("chenmy", "陈某英", Rank.SPELT),
        ("chenm", "陈某英", Rank.SPELT_BEGINS),
        ("my", "陈某英", Rank.SPELT_WITHIN),
        ("陳某英", "陈某英", Rank.SOUNDS),
        ("陈小英", "陈晓英", Rank.SOUNDS),
        ("阿依古丽", "阿依·古丽", Rank.WHOLE),
        ("mary", "Mary Chan", Rank.BEGINS),
    ],
)
def test_found_whole_in_part_by_pinyin_initials_and_ear(typed: str, name: str, rank: Rank) -> None:
    assert matcher(typed)(name) == rank


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("shanxiong", "单雄"),
        ("zengli", "曾丽"),
        ("qiuli", "仇丽"),
        ("xieli", "解丽"),
        ("zhali", "查丽"),
        ("oushaoying", "区少英"),
        ("moqili", "万俟丽"),
        ("yuchili", "尉迟丽"),
        ("lvli", "吕丽"),
        ("luli", "吕丽"),
        ("lüli", "吕丽"),
        ("lyuli", "吕丽"),
    ],
)
def test_a_surname_with_several_readings_is_found_by_its_own(typed: str, name: str) -> None:
    assert matcher(typed)(name) == Rank.SPELT


@pytest.mark.parametrize("typed", ["%", "_", "*", ".*", "陈%", "陈_英", "[陈]", "' OR 1=1 --", "\\", "?"])
def test_a_wildcard_is_no_wildcard(typed: str) -> None:
    assert matcher(typed)("黄丽芳") is None


@pytest.mark.parametrize("typed", ["", " ", "c", "%", "·", "…", "1"])
def test_too_little_is_not_looked_for(typed: str) -> None:
    assert not is_searchable(typed)


def test_long_words_end_soon_whatever_the_name_is_made_of() -> None:
    assert matcher("shi" * 20 + "x")("石" * 100) is None
    assert "shi" in readings("石")
