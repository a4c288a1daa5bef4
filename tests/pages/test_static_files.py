"""Files that every page asks for again."""

from __future__ import annotations

import gc
import warnings

from tests.make import Office


def test_a_file_that_a_browser_has_already_is_not_left_open(office: Office) -> None:
    client = office.app.test_client()
    with client.get("/static/icons.svg") as first:
        tag = first.headers["ETag"]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        answer = client.get("/static/icons.svg", headers={"If-None-Match": tag})
        assert answer.status_code == 304 and not answer.data
        del answer
        gc.collect()
    assert not [warning for warning in heard if warning.category is ResourceWarning]
