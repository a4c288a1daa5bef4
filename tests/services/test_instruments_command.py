"""``flask instruments``: an office enters what it holds, in words that say what is wrong."""

from __future__ import annotations

from pathlib import Path

from tests.make import Office
from tests.services.test_assessments import OWN


def run(office: Office, *arguments: str):
    """What the command answers."""
    return office.app.test_cli_runner().invoke(args=["instruments", *arguments])


def test_an_instrument_is_entered_listed_and_retired(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    assert "county_short 1: 2 questions" in run(office, "add", str(file)).output
    again = run(office, "add", str(file))
    assert again.exit_code == 1 and "entered before" in again.output
    listed = run(office, "list").output
    assert "federation_2018 2018" in listed and "county_short 1  Short form of the county  offered" in listed
    assert run(office, "retire", "county_short", "1").exit_code == 0
    assert "retired" in run(office, "list").output
    for arguments in (("county_short", "1"), ("county_short", "9")):
        assert run(office, "retire", *arguments).exit_code == 1


def test_a_wrong_definition_is_refused_with_every_reason(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    for text, sentence in (
        (OWN.replace("weight = 2", "weight = 0").replace('edition = "1"', ""), "edition is missing."),
        (OWN.replace("county_short", "federation_2018"), "comes with the program"),
    ):
        file.write_text(text, encoding="utf-8")
        answer = run(office, "add", str(file))
        assert answer.exit_code == 1 and sentence in answer.output and "nothing was entered" in answer.output
    file.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in run(office, "add", str(file)).output
