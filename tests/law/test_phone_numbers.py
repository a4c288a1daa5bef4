"""Phone numbers as they are written at the desk in Kaiping (area code 0750), and their one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.law.phone_numbers import Fault, Kind, display, read

HERE = "0750"


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "+8613800138000",
        "0086-13800138000",
        "8613800138000",
        "013800138000",
        "(+86)13800138000",
        "138\u20130013\u20148000",
        " 13800138000\u3000",
    ],
)
def test_one_mobile_has_one_form(typed: str) -> None:
    found = read(typed, HERE)
    assert (found.canonical, found.kind, found.is_valid) == ("+8613800138000", Kind.MOBILE, True)


@pytest.mark.parametrize(
    ("typed", "extension"),
    [
        ("2212338", ""),
        ("221 2338", ""),
        ("0750-2212338", ""),
        ("07502212338", ""),
        ("(0750)2212338", ""),
        ("（０７５０）２２１２３３８", ""),
        ("+86 750 2212338", ""),
        ("+86 (0750) 2212338", ""),
        ("0086 750 2212338", ""),
        ("86-0750-2212338", ""),
        ("0750-2212338-801", "801"),
        ("0750-2212338-8", "8"),
        ("2212338-801", "801"),
        ("0750-2212338转801", "801"),
        ("0750-2212338 轉 801", "801"),
        ("2212338 ext. 801", "801"),
        ("2212338分机801", "801"),
        ("2212338（转801）", "801"),
        ("2212338#801", "801"),
        ("+86-750-2212338-801", "801"),
    ],
)
def test_one_land_line_has_one_form_and_its_extension_apart(typed: str, extension: str) -> None:
    found = read(typed, HERE)
    assert (found.canonical, found.kind) == ("+867502212338", Kind.LAND_LINE)
    assert found.extension == extension


@pytest.mark.parametrize(
    ("typed", "canonical", "kind"),
    [
        ("020-83361234", "+862083361234", Kind.LAND_LINE),
        ("010 65125678", "+861065125678", Kind.LAND_LINE),
        ("110", "110", Kind.SERVICE),
        ("12338", "12338", Kind.SERVICE),
        ("12345", "12345", Kind.SERVICE),
        ("95588", "95588", Kind.SERVICE),
        ("12110750", "12110750", Kind.SERVICE),
        ("400-810-1234", "4008101234", Kind.SERVICE),
        ("+852 6123 4567", "+85261234567", Kind.FOREIGN),
        ("00852-61234567", "+85261234567", Kind.FOREIGN),
        ("+1 (415) 555-0134", "+14155550134", Kind.FOREIGN),
    ],
)
def test_other_numbers_keep_their_kind(typed: str, canonical: str, kind: Kind) -> None:
    found = read(typed, HERE)
    assert (found.canonical, found.kind, found.faults) == (canonical, kind, ())


@pytest.mark.parametrize(
    ("typed", "fault", "canonical"),
    [
        ("", Fault.EMPTY, ""),
        ("  ", Fault.EMPTY, ""),
        ("没有电话", Fault.NO_DIGITS, ""),
        ("12", Fault.TOO_SHORT, "12"),
        ("1380013800", Fault.UNKNOWN_SHAPE, "1380013800"),
        ("138001380001", Fault.UNKNOWN_SHAPE, "138001380001"),
        ("12800138000", Fault.UNKNOWN_SHAPE, "12800138000"),
        ("33823381234", Fault.UNKNOWN_SHAPE, "33823381234"),
        ("13800138000 / 13900139000", Fault.TOO_LONG, "1380013800013900139000"),
    ],
)
def test_what_is_wrong_is_named_and_the_digits_are_kept(typed: str, fault: Fault, canonical: str) -> None:
    found = read(typed, HERE)
    assert (found.faults, found.canonical, found.kind) == ((fault,), canonical, Kind.UNRECOGNISED)


@pytest.mark.parametrize(
    ("canonical", "shown"),
    [
        ("+8613800138000", "138 0013 8000"),
        ("+867502212338", "0750-2212338"),
        ("+862083361234", "020-83361234"),
        ("+85261234567", "+85261234567"),
        ("12338", "12338"),
    ],
)
def test_a_number_is_shown_in_the_groups_that_people_read(canonical: str, shown: str) -> None:
    assert display(canonical) == shown


@given(st.text(max_size=40))
def test_nothing_that_a_person_types_raises(typed: str) -> None:
    found = read(typed, HERE)
    assert found.is_valid or found.faults


@given(
    st.one_of(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.from_regex(r"0750[2-9]\d{6}", fullmatch=True))
)
def test_reading_what_was_read_changes_nothing(typed: str) -> None:
    if not typed.isascii():
        return
    once = read(typed, HERE)
    assert read(once.canonical, HERE).canonical == once.canonical
    assert read(display(once.canonical), HERE).canonical == once.canonical
