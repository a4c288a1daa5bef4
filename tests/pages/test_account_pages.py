"""Every page of people and keys, in both languages: it opens, and it is whole."""

from __future__ import annotations

import pytest

from tests.make import Office


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("caseworker", "/account"),
        ("caseworker", "/account/password"),
        ("caseworker", "/account/totp"),
        ("lead", "/teams/members"),
        ("officer", "/security"),
        ("officer2", "/security"),
        ("officer", "/security/teams/new"),
        ("officer", "/security/recovery"),
        ("officer2", "/security/recovery"),
        ("admin", "/accounts"),
        ("admin", "/accounts/invite"),
    ],
)
def test_a_page_opens(office: Office, person: str, address: str, language: str) -> None:
    page = office.visitor(person, language=language).get(address)
    assert page.heading
