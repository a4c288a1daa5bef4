"""The codes that people read to each other, and digests that find a value without telling it."""

from __future__ import annotations

import pytest

from casework.crypto import blind_index
from casework.crypto.signing import admission_code, fingerprint, is_signed_by, new_signing_pair, sign
from casework.crypto.wraps import new_box_pair

INDEX_KEY, SERVER_SECRET = b"i" * 32, b"s" * 32


def test_the_admission_code_changes_with_any_key_account_or_root() -> None:
    box, signing, root = new_box_pair()[1], new_signing_pair()[1], new_signing_pair()[1]
    codes = {
        admission_code(1, box, signing, root),
        admission_code(2, box, signing, root),
        admission_code(1, new_box_pair()[1], signing, root),
        admission_code(1, box, new_signing_pair()[1], root),
        admission_code(1, box, signing, new_signing_pair()[1]),
        admission_code(1, signing, box, root),
    }
    assert len(codes) == 6


def test_the_fingerprint_is_forty_digits_that_change_with_the_root() -> None:
    first, second = fingerprint(b"a" * 32), fingerprint(b"b" * 32)
    assert len(first.replace(" ", "")) == 40 and first != second


def test_a_signature_is_bound_to_key_label_and_message() -> None:
    private, public = new_signing_pair()
    signature = sign(private, "roster", b"words")
    assert is_signed_by(public, signature, "roster", b"words")
    assert not is_signed_by(public, signature, "handed", b"words")
    assert not is_signed_by(public, signature, "roster", b"other")
    assert not is_signed_by(new_signing_pair()[1], signature, "roster", b"words")
    for place in range(len(signature)):
        turned = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert not is_signed_by(public, turned, "roster", b"words")
    for nonsense in (b"", bytes(31), bytes(64)):
        assert not is_signed_by(nonsense, signature, "roster", b"words")


def test_a_digest_needs_the_index_key_the_server_secret_and_its_purpose() -> None:
    number = "13800138000"
    digests = {
        blind_index.digest(INDEX_KEY, SERVER_SECRET, "phone", number),
        blind_index.digest(INDEX_KEY, SERVER_SECRET, "identity_number", number),
        blind_index.digest(INDEX_KEY, SERVER_SECRET, "staff_conflict", number),
        blind_index.digest(b"j" * 32, SERVER_SECRET, "phone", number),
        blind_index.digest(INDEX_KEY, b"t" * 32, "phone", number),
        blind_index.digest(INDEX_KEY, SERVER_SECRET, "phone", "13800138001"),
        blind_index.digest(SERVER_SECRET, INDEX_KEY, "phone", number),
    }
    assert len(digests) == 7


def test_a_rotated_digest_follows_from_the_older_one_without_the_number() -> None:
    older = blind_index.digest(INDEX_KEY, SERVER_SECRET, "phone", "13800138000")
    newer = blind_index.rewrapped(b"k" * 32, SERVER_SECRET, "phone", older)
    assert newer != older and newer == blind_index.rewrapped(b"k" * 32, SERVER_SECRET, "phone", older)
    assert newer != blind_index.rewrapped(b"k" * 32, SERVER_SECRET, "identity_number", older)
    assert newer != blind_index.digest(b"k" * 32, SERVER_SECRET, "phone", "13800138000")


def test_a_digest_for_an_unlisted_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        blind_index.digest(INDEX_KEY, SERVER_SECRET, "address", "三埠街道")
