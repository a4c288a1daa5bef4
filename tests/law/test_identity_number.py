"""Identity numbers: the four of the standard's own examples, and every way to get one wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.law.identity_number import Fault, check_character, read

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("11010519491231002X", "1949-12-31", "female"),
        ("440524188001010014", "1880-01-01", "male"),
        ("34052419800101001X", "1980-01-01", "male"),
        ("370101190102039973", "1901-02-03", "male"),
    ],
)
def test_the_standard_s_examples_are_read(number: str, born: str, sex: str) -> None:
    found = read(number, TODAY)
    assert found.is_valid
    assert (found.born_on, found.sex, found.division_code) == (date.fromisoformat(born), sex, number[:6])


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
    ],
)
def test_the_same_number_is_recognised_however_it_is_typed(typed: str) -> None:
    assert read(typed, TODAY).canonical == "11010519491231002X"
    assert read(typed, TODAY).is_valid


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("", (Fault.EMPTY,)),
        ("   ", (Fault.EMPTY,)),
        ("110105491231002", (Fault.OLD_FIFTEEN,)),
        ("1101051949123100", (Fault.LENGTH,)),
        ("1101051949123100211", (Fault.LENGTH,)),
        ("X1010519491231002X", (Fault.CHARACTERS,)),
        ("11010519491231002A", (Fault.CHARACTERS,)),
        ("身份证号码忘记了忘记了忘记了忘记了", (Fault.CHARACTERS,)),
        ("110105194912310021", (Fault.CHECKSUM,)),
        ("110105194913310020", (Fault.BIRTH_DATE, Fault.CHECKSUM)),
        ("110105194902290020", (Fault.BIRTH_DATE, Fault.CHECKSUM)),
    ],
)
def test_what_is_wrong_is_named(typed: str, faults: tuple[Fault, ...]) -> None:
    found = read(typed, TODAY)
    assert found.faults == faults
    assert (found.born_on, found.sex) == (None, None)


def test_a_birth_date_still_to_come_is_a_fault() -> None:
    body = "44078320270101002"
    assert read(body + check_character(body), TODAY).faults == (Fault.NOT_YET_BORN,)
    assert read(body + check_character(body)).is_valid


@given(st.text(max_size=60))
def test_nothing_that_a_person_types_raises(typed: str) -> None:
    found = read(typed, TODAY)
    assert found.is_valid or found.faults


@given(
    born=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    serial=st.integers(1, 999),
    place=st.integers(0, 16),
    change=st.integers(1, 9),
)
def test_one_wrong_digit_is_always_noticed(born: date, serial: int, place: int, change: int) -> None:
    body = f"440783{born:%Y%m%d}{serial:03d}"
    number = body + check_character(body)
    assert read(number, TODAY).is_valid
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not read(wrong, TODAY).is_valid
