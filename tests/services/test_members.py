"""Whoever is admitted holds the keys of her team, and of no other."""

from __future__ import annotations

from casework.crypto.keychain import Keychain
from tests.make import Office


def _keys(office: Office, username: str) -> Keychain:
    keychain = office.actor(username).keychain
    assert keychain is not None
    return keychain


def test_every_member_of_the_office_holds_the_keys_of_her_team_only(any_office: Office) -> None:
    with any_office.at_work():
        caseworker, stranger = _keys(any_office, "caseworker"), _keys(any_office, "stranger")
        operator, auditor = _keys(any_office, "operator"), _keys(any_office, "auditor")
        assert len(caseworker.team_secrets) == 4
        assert len(operator.team_secrets) == 2
        assert auditor.team_secrets == {} and auditor.index_keys == {}
        assert not set(caseworker.team_secrets) & set(stranger.team_secrets)
        assert stranger.index_keys == operator.index_keys != {}
