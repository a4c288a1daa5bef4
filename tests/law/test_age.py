"""Age: a year older on the birthday, and on 1 March for those born on 29 February."""

from __future__ import annotations

from datetime import date

import pytest

from casework import codes
from casework.law import age


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2008-11-24", "2026-11-23", 17),
        ("2008-11-24", "2026-11-24", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2024-02-28", 15),
        ("2008-02-29", "2024-02-29", 16),
    ],
)
def test_a_year_older_on_the_birthday(born: str, on: str, years: int) -> None:
    assert age.years_on(date.fromisoformat(born), date.fromisoformat(on)) == years


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, "age_0_13"),
        (13, "age_0_13"),
        (14, "age_14_17"),
        (17, "age_14_17"),
        (18, "age_18_29"),
        (29, "age_18_29"),
        (30, "age_30_44"),
        (44, "age_30_44"),
        (45, "age_45_59"),
        (59, "age_45_59"),
        (60, "age_60_up"),
        (104, "age_60_up"),
        (-1, "unknown"),
        (None, "unknown"),
    ],
)
def test_bands_include_both_their_ends(years: int | None, band: str) -> None:
    assert age.band_of(years) == band
    assert codes.exists("age_band", band)


def test_without_a_birth_date_the_band_is_unknown() -> None:
    assert age.band_on(None, date(2026, 1, 1)) == "unknown"
    assert age.band_on(date(2026, 1, 2), date(2026, 1, 1)) == "unknown"
    assert age.band_on(date(1990, 6, 1), date(2026, 1, 1)) == "age_30_44"


def test_eighteen_is_no_longer_a_minor() -> None:
    assert age.is_minor_on(date(2008, 11, 24), date(2026, 11, 23))
    assert not age.is_minor_on(date(2008, 11, 24), date(2026, 11, 24))


def test_the_code_list_and_the_rule_name_the_same_bands() -> None:
    listed = [(entry.code, entry.flag("from"), entry.flag("to")) for entry in codes.listing("age_band")]
    assert listed == [*age.BANDS, ("unknown", None, None)]
