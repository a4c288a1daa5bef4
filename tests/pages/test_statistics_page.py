"""The supervisor's pages: published totals, their marks and charts, and nothing else of the product."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from casework import codes
from casework.access import permission_of
from casework.clock import instant
from casework.extensions import db
from casework.services import statistics
from tests.indicators.make_tables import months
from tests.make import Office
from tests.make_counts import record
from tests.page import words

CATEGORIES = tuple(entry.code for entry in codes.listing("call_category") if entry.flag("counted", True))
# Figures that stand nowhere else on a page, so that finding one means that it leaked
COVER = 1_579


def publish(*days: str) -> None:
    for day in days:
        db.session.close()
        statistics.publish_due(instant(datetime.fromisoformat(f"{day} 06:00")))


@pytest.fixture
def county(office: Office) -> Office:
    """A year and two months; February 2026 is small in L6.1 and hidden together with January's 1579."""
    whole = {(f"2025-{month:02d}", CATEGORIES[0]): 30 for month in range(1, 13)}
    calls = {
        (month, category): n
        for month in months(2)
        for category, n in zip(CATEGORIES, (40, 12, 3), strict=False)
    }
    with office.at_work():
        record(office, whole | calls, {"2026-01": COVER, "2026-02": 4} | dict.fromkeys(months(12, 2025), 9))
        publish("2026-01-01", "2026-02-01", "2026-03-01")
    return office


@pytest.mark.parametrize(("language", "name"), [("zh", "12338热线来电数"), ("en", "Hotline calls")])
def test_her_first_screen_is_the_overview(county: Office, language: str, name: str) -> None:
    page = county.visitor("supervisor", language=language).get("/")
    assert page.address.endswith("/statistics")
    assert words(page.soup.select_one(".band-head h2")) == name
    assert page.soup.select("svg.chart")


def test_a_code_never_stands_without_its_name(county: Office) -> None:
    page = county.visitor("supervisor").get("/statistics")
    for head in page.soup.select(".band-head"):
        if re.search(r"L\d", words(head)):
            assert len(words(head.h2)) > 4
    for text in page.soup.select("svg.chart title, caption"):
        assert not re.fullmatch(r"L[\d.]+", words(text))


def test_a_hidden_cell_bears_the_mark_and_a_zero_its_zero(county: Office) -> None:
    page = county.visitor("supervisor").get("/statistics")
    table = page.soup.select("table.ledger-wide")[0]
    cells = [words(it) for it in table.select("tbody tr")[1].select("td")]
    assert cells[0] == "55"
    assert cells[1] == "40"
    assert "少于5或须保密" in cells
    assert "0" in cells
    assert "3" not in cells


def test_a_hidden_month_has_no_point_in_the_chart(county: Office) -> None:
    page = county.visitor("supervisor").get("/statistics")
    band = page.soup.select_one("#L6-1")
    assert band is not None
    assert band.select("circle") == []
    assert band.select("polyline") == []
    assert [words(it) for it in band.select(".chart-pair tbody td")] == ["少于5或须保密"] * 2
    assert "有 2 期的数少于5或须保密" in words(band)


def test_a_chart_draws_what_the_table_shows(county: Office) -> None:
    page = county.visitor("supervisor").get("/statistics?year=2025")
    band = page.soup.select_one("#L10-5")
    assert band is not None
    assert len(band.select("circle")) == 12
    drawn = [words(it).split()[-1] for it in band.select("circle title")]
    assert drawn == [words(row.select("td")[0]) for row in band.select("table.ledger-wide tbody tr")]
    assert words(band.select_one("tfoot")).startswith("合计 360")


def test_no_hidden_figure_is_anywhere_in_what_leaves(county: Office, tmp_path: Path) -> None:
    visitor = county.visitor("supervisor")
    sent = [
        visitor.get(address).html
        for address in (
            "/statistics",
            "/statistics?year=2025",
            "/statistics/L6.1/2026/1",
            "/statistics/L10.5/2026/1",
            "/statistics/L10.5/2026/2",
        )
    ]
    assert not any("1579" in html or "1,579" in html for html in sent)
    with county.at_work():
        statistics.write_file(tmp_path / "public.db")
    content = (tmp_path / "public.db").read_bytes()
    assert b"1579" not in content


def test_an_earlier_edition_opens_as_it_was_and_says_that_a_later_one_exists(county: Office) -> None:
    visitor = county.visitor("supervisor")
    visitor.get("/statistics")
    page = visitor.click("第 1 版")
    assert page.address.endswith("/statistics/L10.5/2026/1")
    assert page.heading == "12338热线来电数"
    assert len(page.soup.select("table.ledger-wide tbody tr")) == 1
    assert "最新的是第 2 版" in page.flashes[0]
    assert "最新的是" not in visitor.get("/statistics/L10.5/2026/2").main


def test_a_correction_says_why(county: Office) -> None:
    with county.at_work():
        record(county, {("2026-02", CATEGORIES[0]): 25})
        db.session.close()
        statistics.correct("L10.5", "2026", reason="二月补录登记簿")
    assert "更正：二月补录登记簿" in county.visitor("supervisor").get("/statistics/L10.5/2026/3").main


def test_a_withheld_edition_says_so_and_shows_no_table(office: Office) -> None:
    with office.at_work():
        record(office, {("2026-01", CATEGORIES[0]): 2})
        publish("2026-02-01")
    visitor = office.visitor("supervisor")
    page = visitor.get("/statistics")
    assert "第 1 版（截至 2026年1月）为保护个人暂不公布" in page.main
    assert page.soup.select("svg.chart, table.ledger-wide") == []
    assert "为保护个人暂不公布" in visitor.get("/statistics/L10.5/2026/1").main


def test_a_withheld_edition_leaves_the_one_before_it_in_sight(office: Office) -> None:
    with office.at_work():
        record(office, {("2026-01", CATEGORIES[0]): 30, ("2026-02", CATEGORIES[0]): 2})
        publish("2026-02-01", "2026-03-01")
    page = office.visitor("supervisor").get("/statistics")
    assert "下面是第 1 版" in page.main
    assert [words(it) for it in page.soup.select("#L10-5 table.ledger-wide tbody th")] == ["2026年1月"]


@pytest.mark.parametrize(("language", "said"), [("zh", "首次发布："), ("en", "First publication:")])
def test_an_empty_overview_says_when_the_first_publication_comes(
    office: Office, language: str, said: str
) -> None:
    page = office.visitor("supervisor", language=language).get("/statistics")
    assert said in page.main
    assert page.soup.select("svg.chart") == []


@pytest.mark.parametrize(
    "address",
    [
        "/statistics?year=1999",
        "/statistics/L10.5/2026/9",
        "/statistics/L10.5/1999/1",
        "/statistics/L6.2/2026/1",
        "/statistics/L9.9/2026/1",
    ],
)
def test_what_was_not_published_is_not_found(county: Office, address: str) -> None:
    county.visitor("supervisor").get(address, status=404)


def test_every_other_screen_is_closed_to_her(county: Office) -> None:
    visitor = county.visitor("supervisor")
    hers = re.compile("public|own\\.|statistics\\.read")
    refused = []
    for rule in county.app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        if hers.match(permission_of(county.app, rule.endpoint) or ""):
            continue
        refused.append(rule.rule)
        visitor.get(rule.rule, status=404)
    assert len(refused) > 5


@pytest.mark.parametrize("who", ["operator", "caseworker", "lead", "leader", "auditor", "admin", "reporter"])
def test_nobody_else_reads_them(county: Office, who: str) -> None:
    visitor = county.visitor(who)
    for address in ("/statistics", "/statistics/L10.5/2026/1"):
        visitor.get(address, status=404)


def test_commands_publish_export_correct_and_check(office: Office, tmp_path: Path) -> None:
    with office.at_work():
        record(office, {("2025-01", CATEGORIES[0]): 30})
    run = office.app.test_cli_runner()
    assert "editions published" in run.invoke(args=["statistics", "publish"]).output
    assert run.invoke(args=["statistics", "publish"]).output == "0 editions published\n"
    out = tmp_path / "public.db"
    assert "written to" in run.invoke(args=["statistics", "export", "--out", str(out)]).output
    assert out.exists()
    assert run.invoke(args=["statistics", "check"]).exit_code == 0
    failed = run.invoke(args=["statistics", "correct", "L10.5", "2025", "--reason", "x"])
    assert "nothing that is published would change" in failed.output
    missing = run.invoke(args=["statistics", "correct", "L10.5", "1999", "--reason", "x"])
    assert missing.exit_code == 1
    assert run.invoke(args=["statistics", "export", "--out", str(tmp_path / "no" / "f")]).exit_code == 1
