"""The call screen and the list, as an operator without script uses them."""

from __future__ import annotations

import pytest

from tests.make import Office

HELP = {"category": "asks_for_help", "result": "information_given", "phone": "13800000388"}
SAID = "丈夫酒后打人，昨晚掐脖子。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_is_taken_saved_and_found_in_the_list(office: Office, language: str) -> None:
    operator = office.visitor("operator", language=language)
    save = "结束并保存" if language == "zh" else "End and save"
    page = operator.get("/calls/new")
    assert "data-call-running" in page.html
    page = operator.submit(save, {**HELP, "issues": ["domestic_violence"], "said": SAID, "town": "002"})
    assert SAID in page.main and "13800000388" not in page.html
    assert "13800000388" not in operator.get("/calls").html
    row = operator.page.rows()[0]  # type: ignore[union-attr]
    assert ("家庭暴力" if language == "zh" else "Domestic violence") in row
