"""The code lists that the product ships, and what the check says of a list that is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework import codes
from casework.law.articles import all_articles

WORDS_OF_THE_INDICATORS = {"L2.3", "L4", "L5", "L7.4", "L8", "L9.1", "L9.2", "L10.1", "L10.4"}


def test_the_lists_that_ship_have_no_fault() -> None:
    assert codes.check() == []


@pytest.mark.parametrize("name", codes.names())
def test_every_list_offers_something_in_both_languages(name: str) -> None:
    assert codes.title(name, "zh")
    assert codes.title(name, "en")
    chosen = [code for code, _ in codes.choices(name, "zh")]
    assert chosen == [code for code, _ in codes.choices(name, "en")]
    assert chosen


def test_only_the_issue_is_chosen_under_its_category() -> None:
    flat = [code for code, _ in codes.choices("rights_category", "zh")]
    groups = codes.grouped_choices("rights_category", "zh")
    assert [head for head, _ in groups][:2] == ["婚姻家庭权益", "人身和人格权益"]
    assert [code for _, members in groups for code, _ in members] == flat
    assert "marriage_family" not in flat
    assert codes.get("rights_category", "custody").parent == "marriage_family"


def test_labels_are_those_of_the_domain() -> None:
    assert codes.label("rights_category", "custody", "zh") == "抚养、抢夺藏匿子女"
    assert codes.label("rights_category", "custody", "en") == "Custody, abducted or hidden child"
    assert codes.label("call_category", "other_party", "zh") == "对方来电/来访"


@pytest.mark.parametrize(
    ("group", "issues"),
    [
        ("L4", {"property_on_divorce", "custody", "inheritance"}),
        ("L5", {"married_out_collective"}),
        ("L7.4", {"trafficking", "sexual_assault", "forced_prostitution", "online_abuse"}),
        ("L8", {"sexual_harassment"}),
    ],
)
def test_an_indicator_counts_the_issues_of_its_reading(group: str, issues: set[str]) -> None:
    assert codes.flagged("rights_category", "groups", group) == issues


def test_domestic_is_read_as_the_indicators_read_it() -> None:
    by_reading = {
        reading: codes.flagged("relationship", "domestic", reading)
        for reading in ("always", "cohabiting", "never")
    }
    assert by_reading["cohabiting"] == {"ex_spouse", "relative_by_marriage"}
    assert "dating_partner" in by_reading["never"]
    assert {"spouse", "cohabitant", "guardian_or_foster_carer", "other_relative"} <= by_reading["always"]
    assert sum(map(len, by_reading.values())) == len(codes.listing("relationship"))
    assert codes.flagged("relationship", "partner") == {"spouse", "ex_spouse", "cohabitant", "dating_partner"}


def test_the_federation_is_not_among_the_mandated_reporters() -> None:
    bound = {entry.code for entry in codes.listing("report_source") if entry.flag("bound_by")}
    assert len(bound) == 8
    assert not bound & codes.flagged("report_source", "federation")
    cited = {key for entry in codes.listing("report_source") for key in entry.flag("bound_by", ())}
    assert cited <= set(all_articles())


def test_every_group_is_an_indicator() -> None:
    used = {
        group for name in codes.names() for entry in codes.listing(name) for group in entry.flag("groups", ())
    }
    assert used == WORDS_OF_THE_INDICATORS


def test_a_code_or_list_that_never_was_is_refused() -> None:
    with pytest.raises(codes.UnknownCode, match="channel: pigeon"):
        codes.label("channel", "pigeon", "zh")
    with pytest.raises(codes.UnknownList):
        codes.listing("pigeons")
    assert not codes.exists("channel", "pigeon")


def test_a_retired_code_is_not_offered_and_stays_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        """
        [list]
        zh = "渠道"
        en = "Channel"
        [[codes]]
        code = "telegram"
        zh = "电报"
        en = "Telegram"
        since = 2020-01-01
        retired = 2024-01-01
        [[codes]]
        code = "call"
        zh = "来电"
        en = "Call"
        since = 2020-01-01
        """,
    )
    monkeypatch.setattr(codes, "FOLDER", tmp_path)
    assert codes.check(tmp_path) == []
    assert codes.choices("old_channel", "en") == [("call", "Call")]
    assert codes.choices("old_channel", "en", include_retired=True)[0] == ("telegram", "Telegram")
    assert codes.label("old_channel", "telegram", "zh") == "电报"
    assert codes.get("old_channel", "telegram").retired == date(2024, 1, 1)


def test_the_check_names_each_fault(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [list]
        zh = "渠道"
        [[codes]]
        code = "call"
        zh = "来电"
        en = "Call"
        since = 2024-01-01
        retired = 2020-01-01
        [[codes]]
        code = "call"
        zh = ""
        en = "Again"
        since = 2020-01-01
        [[codes]]
        code = "By Letter"
        zh = "来信"
        en = "Again"
        parent = "post"
        """,
    )
    assert codes.check(tmp_path) == [
        "old_channel: the list has no name in en.",
        "old_channel: call was retired before it began.",
        "old_channel: call stands there twice.",
        "old_channel: call has no label in zh.",
        "old_channel: the code 'By Letter' is not lower-case English words joined by underscores.",
        "old_channel: By Letter does not say since when.",
        "old_channel: the parent post is not in the list.",
        "old_channel: By Letter and call bear the same label in en.",
    ]


def test_a_file_that_is_not_toml_is_one_fault(tmp_path: Path) -> None:
    write(tmp_path, "code = ")
    assert [
        sentence.startswith("old_channel: the file is not TOML") for sentence in codes.check(tmp_path)
    ] == [True]


def write(folder: Path, content: str) -> None:
    (folder / "old_channel.toml").write_text(content, encoding="utf-8")
