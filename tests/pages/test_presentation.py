"""Dates, numbers, the rail, the chart's geometry and the catalogue."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from casework.presentation import charts, filters, locale, marks, navigation, roles
from casework.presentation.typed import TypedRequest
from models.enums import Role
from tests.pages.gallery_app import build

EVENING = 1_795_861_200_000_000  # 2026-11-28 10:20 UTC
LATE = 1_795_881_600_000_000  # 2026-11-28 16:00 UTC, the 29th here


def speaking(language: str) -> Flask:
    app, gallery = build()
    assert gallery.reader is not None
    gallery.reader.language = language
    return app


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh", ["2026年11月28日", "2026年11月28日 18:20", "2026年11月", "11月24日 周二"]),
        ("en", ["November 28, 2026", "November 28, 2026, 18:20", "Nov 2026", "Tue, Nov 24"]),
    ],
)
def test_dates_follow_the_language(language: str, written: list[str]) -> None:
    app = speaking(language)
    with app.test_request_context(headers={"Accept-Language": language}):
        day = date(2026, 11, 24)
        assert [
            filters.long_date(EVENING),
            filters.date_time(EVENING),
            filters.month(day),
            filters.weekday_date(day),
        ] == written


def test_an_instant_falls_on_the_day_of_the_office() -> None:
    assert filters.short_date(LATE) == "11-29"
    assert filters.machine_time(LATE) == "2026-11-29T00:00+08:00"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (30, "不到 1 分钟", "under a minute"),
        (2400, "40 分钟", "40 min"),
        (3600, "1 小时", "1 hour"),
        (7800, "2 小时 10 分", "2 hours 10 min"),
        (86400, "1 天", "1 day"),
        (90000, "25 小时", "25 hours"),
        (172800, "2 天", "2 days"),
    ],
)
def test_spans_have_their_two_largest_units(seconds: int, zh: str, en: str) -> None:
    app = speaking("zh")
    for language, expected in (("zh", zh), ("en", en)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert filters.duration(seconds) == expected


def test_an_absent_number_is_never_a_zero() -> None:
    assert (filters.number(None), filters.percent(None)) == ("—", "—")
    assert (filters.number(0), filters.number(1234567), filters.percent(0.769)) == ("0", "1,234,567", "76.9%")


def test_every_role_has_a_name_and_a_rail() -> None:
    assert set(roles.ROLE_NAMES) == set(navigation.RAILS) == set(map(str, Role))


def test_every_place_of_a_rail_is_known_and_has_an_icon() -> None:
    for rail in navigation.RAILS.values():
        assert set(rail) <= set(navigation.PLACES)
    assert {icon for icon, _label in navigation.PLACES.values()} <= marks.icon_names()


def test_two_roles_make_one_rail_without_doubles() -> None:
    app = speaking("zh")
    with app.test_request_context():
        both = navigation.navigation(app, ["team_lead", "caseworker"], "cases.show", {})
    assert [item.endpoint for item in both] == [
        "today.index",
        "cases.index",
        "follow_ups.index",
        "approvals.index",
        "teams.members",
        "account.index",
    ]
    assert [item.endpoint for item in both if item.is_current] == ["cases.index"]


def test_what_is_not_installed_is_not_offered() -> None:
    app = speaking("zh")
    with app.test_request_context():
        rail = navigation.navigation(app, ["supervisor"], None, {})
    assert [item.endpoint for item in rail] == ["account.index"]


def test_no_mark_stands_for_a_hidden_value_and_the_line_breaks_there() -> None:
    shape = charts.plot([charts.Point(str(n), v) for n, v in enumerate([3, 4, None, 6, None, 2])])
    assert [mark.value for mark in shape.marks] == [3, 4, 6, 2]
    assert len(shape.lines) == 1
    assert shape.hidden == 2


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 9, 99, 101, 12345])
def test_an_axis_starts_at_zero_and_holds_the_highest_point(highest: int) -> None:
    shape = charts.plot([charts.Point("a", highest)])
    assert shape.ticks[0] == (float(charts.BOTTOM), "0")
    assert 2 <= len(shape.ticks) <= 5
    assert charts.TOP <= shape.marks[0].y <= charts.BOTTOM


def test_an_empty_chart_is_an_axis() -> None:
    assert charts.plot([]).marks == []


def test_two_files_may_not_disagree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    for name, word in (("a", "Open"), ("b", "Unlock")):
        (tmp_path / "en" / f"{name}.po").write_text(f'msgid "打开"\nmsgstr "{word}"\n', encoding="utf-8")
    monkeypatch.setattr(locale, "TRANSLATIONS", tmp_path)
    with pytest.raises(locale.CatalogueConflict, match="打开"):
        locale.merged("en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        locale.remember("fr")


def test_a_posted_file_is_never_spooled_to_the_disk() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    body = head + b"x" * 2_000_000 + b"\r\n--b--\r\n"
    posted = TypedRequest.from_values(
        method="POST",
        input_stream=io.BytesIO(body),
        content_length=len(body),
        content_type="multipart/form-data; boundary=b",
    )
    assert isinstance(posted.files["file"].stream, io.BytesIO)
    assert len(posted.files["file"].read()) == 2_000_000
