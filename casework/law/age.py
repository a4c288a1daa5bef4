"""Age in whole years and the band it is counted in. Ends of bands are inclusive."""

from __future__ import annotations

from datetime import date

ADULT_YEARS = 18
UNKNOWN = "unknown"
BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("age_0_13", 0, 13),
    ("age_14_17", 14, 17),
    ("age_18_29", 18, 29),
    ("age_30_44", 30, 44),
    ("age_45_59", 45, 59),
    ("age_60_up", 60, None),
)


def years_on(born_on: date, on: date) -> int:
    """Whole years of age on a local date; a year older on the birthday itself.

    Born on 29 February, a year older on 1 March in years without that day. Negative before birth.
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def band_on(born_on: date | None, on: date) -> str:
    """The code of the age band on a local date; 'unknown' without a birth date or before birth."""
    if born_on is None or born_on > on:
        return UNKNOWN
    return band_of(years_on(born_on, on))


def band_of(years: int | None) -> str:
    """The code of the age band of a stated age in years; 'unknown' for none or a negative one."""
    if years is None:
        return UNKNOWN
    for code, first, last in BANDS:
        if first <= years and (last is None or years <= last):
            return code
    return UNKNOWN


def is_minor_on(born_on: date, on: date) -> bool:
    """Whether she is under eighteen on that date (Civil Code 17)."""
    return years_on(born_on, on) < ADULT_YEARS
