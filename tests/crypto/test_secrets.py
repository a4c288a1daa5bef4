"""Bundles, keychains, sealed boxes and passwords: both secrets are needed, and each is bound to its owner."""

from __future__ import annotations

import pytest

from casework.crypto import boxes
from casework.crypto.bundles import UserBundle, bundle_key, new_bundle, open_bundle, seal_bundle
from casework.crypto.errors import SealBroken
from casework.crypto.keychain import (
    Keychain,
    TeamSecret,
    open_keychain,
    seal_keychain,
    session_key,
    team_secret,
)
from casework.crypto.passwords import CHEAP_FOR_TESTS, STRONG, Cost, join, new_salt, stretch
from casework.crypto.wraps import WrapPlace, new_box_pair, open_box, seal_to
from tests.crypto.test_fields import breaks, each_flip, shorter

ROOT = bytes(range(32))
SERVER_SECRET, OTHER_SECRET = b"s" * 32, b"t" * 32
PASSWORD_KEY = bundle_key(b"p" * 32, SERVER_SECRET)
CHAIN = Keychain(
    box_private=b"1" * 32,
    signing_private=b"2" * 32,
    draft_key=b"3" * 32,
    root_public=ROOT,
    roster_head=b"4" * 32,
    team_secrets={9: TeamSecret(b"5" * 32, b"6" * 32)},
    index_keys={1: b"7" * 32},
)


def test_a_bundle_comes_back_whole() -> None:
    bundle = new_bundle(ROOT, b"h" * 32).having_seen(trail_head="12 abc")
    assert open_bundle(PASSWORD_KEY, 7, seal_bundle(PASSWORD_KEY, 7, bundle)) == bundle


def test_a_bundle_opens_for_its_account_password_and_server_only() -> None:
    sealed = seal_bundle(PASSWORD_KEY, 7, new_bundle(ROOT))
    for key, account in (
        (PASSWORD_KEY, 8),
        (bundle_key(b"q" * 32, SERVER_SECRET), 7),
        (bundle_key(b"p" * 32, OTHER_SECRET), 7),
        (b"p" * 32, 7),
        (SERVER_SECRET, 7),
    ):
        with pytest.raises(SealBroken):
            open_bundle(key, account, sealed)
    breaks(lambda variant: _opened(variant), each_flip(sealed)[::5] + shorter(sealed))


def _opened(variant: bytes) -> bytes:
    open_bundle(PASSWORD_KEY, 7, variant)
    return variant


def test_two_bundles_share_no_key() -> None:
    def keys(bundle: UserBundle) -> set[bytes]:
        return {bundle.box_private, bundle.signing_private, bundle.draft_key}

    assert not keys(new_bundle(ROOT)) & keys(new_bundle(ROOT)) and len(keys(new_bundle(ROOT))) == 3


def test_a_keychain_opens_for_its_session_account_end_cookie_and_boot_only() -> None:
    key = session_key(b"c" * 32, b"b" * 32)
    sealed = seal_keychain(key, CHAIN, session_id=1, account_id=2, ends_at=3)
    assert open_keychain(key, sealed, session_id=1, account_id=2, ends_at=3) == CHAIN
    for changed in ((4, 2, 3), (1, 4, 3), (1, 2, 4)):
        with pytest.raises(SealBroken):
            open_keychain(key, sealed, session_id=changed[0], account_id=changed[1], ends_at=changed[2])
    wrong = [session_key(b"c" * 32, b"x" * 32), session_key(b"x" * 32, b"b" * 32), b"c" * 32, b"b" * 32]
    for other in wrong:
        with pytest.raises(SealBroken):
            open_keychain(other, sealed, session_id=1, account_id=2, ends_at=3)
    for variant in each_flip(sealed)[::7] + shorter(sealed):
        with pytest.raises(SealBroken):
            open_keychain(key, variant, session_id=1, account_id=2, ends_at=3)


def test_neither_secrets_nor_their_holders_print_themselves() -> None:
    assert "1111" not in repr(CHAIN) and "5555" not in repr(CHAIN.team_secrets)
    assert "box_private" not in repr(new_bundle(ROOT))


def test_a_sealed_box_keeps_its_purpose() -> None:
    private, public = new_box_pair()
    sealed = seal_to(public, b"team key", b"purpose one")
    assert open_box(private, sealed, b"purpose one") == b"team key"
    for other_private, purpose in ((private, b"purpose two"), (new_box_pair()[0], b"purpose one")):
        with pytest.raises(SealBroken):
            open_box(other_private, sealed, purpose)
    breaks(lambda variant: open_box(private, variant, b"purpose one"), each_flip(sealed) + shorter(sealed))


def test_what_is_boxed_for_one_purpose_opens_for_no_other() -> None:
    sealed = boxes.seal(ROOT, b"words", b"draft")
    with pytest.raises(SealBroken):
        boxes.open_sealed(ROOT, sealed, b"bundle")
    breaks(lambda variant: boxes.open_sealed(ROOT, variant, b"draft"), each_flip(sealed) + shorter(sealed))


def test_a_team_s_symmetric_key_follows_from_its_signed_pair() -> None:
    private, _ = new_box_pair()
    assert team_secret(private) == team_secret(private)
    assert team_secret(private).symmetric not in (private, team_secret(new_box_pair()[0]).symmetric)


def test_joining_keeps_secrets_apart_by_length_and_purpose() -> None:
    joined = {join(b"ab", b"c", purpose="x"), join(b"a", b"bc", purpose="x"), join(b"ab", b"c", purpose="y")}
    assert len(joined) == 3


def test_a_password_is_stretched_by_argon2id_at_full_cost() -> None:
    # RFC 9106 by its reference implementation's other interface: same input, other salt or cost, other key.
    salt = new_salt()
    assert stretch("seven quiet herons", salt, CHEAP_FOR_TESTS) == stretch(
        "seven quiet herons", salt, CHEAP_FOR_TESTS
    )
    assert stretch("seven quiet herons", salt, CHEAP_FOR_TESTS) != stretch(
        "seven quiet herons", new_salt(), CHEAP_FOR_TESTS
    )
    assert stretch("Seven quiet herons", salt, CHEAP_FOR_TESTS) != stretch(
        "seven quiet herons", salt, CHEAP_FOR_TESTS
    )
    assert (STRONG.memory_kib, STRONG.passes, STRONG.lanes) == (65_536, 3, 1)
    assert Cost.decoded(STRONG.encoded()) == STRONG and len(salt) == 16


def test_the_quick_place_of_a_wrap_is_the_plain_one() -> None:
    for place in (WrapPlace(1, 2, 3, 4), WrapPlace(2**63 - 1, 2**62 + 1, 2**31, 0)):
        assert place.bound_wrap() == place.bound("wrap")
