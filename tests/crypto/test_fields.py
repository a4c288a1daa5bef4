"""A sealed value opens in exactly one place under exactly one key version, and fails in one way everywhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.crypto import boxes
from casework.crypto.errors import SealBroken
from casework.crypto.fields import PAD_BYTES, FieldKey, key_id_of, padded, unpadded
from casework.crypto.suites import AES_256_GCM, SM4_GCM, SUITES, Suite
from casework.crypto.wraps import WrappingKey, WrapPlace

SECRET, OTHER_SECRET = bytes(range(32)), bytes(range(1, 33))
WORDS = "林小满，三埠街道".encode()
PLACE = WrapPlace(compartment_id=12, key_id=77, version=3, team_key_id=5)
both_suites = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


def key(**changed: object) -> FieldKey:
    """The key of compartment 12, version 3, or one that differs as told."""
    facts: dict[str, object] = {"key_id": 77, "compartment_id": 12, "version": 3, "secret": SECRET}
    return FieldKey(**(facts | changed))  # type: ignore[arg-type]


def sealed_by(suite: Suite) -> bytes:
    """The words in field 301 of row 900."""
    return key().seal(WORDS, tag=301, row_id=900, suite=suite)


def each_flip(sealed: bytes) -> list[bytes]:
    """Every variant with one bit of one byte turned, and every one with a byte of zeros."""
    variants = []
    for place in range(len(sealed)):
        for mask in (0x01, 0x80, 0xFF):
            variants.append(sealed[:place] + bytes([sealed[place] ^ mask]) + sealed[place + 1 :])
    return variants


def breaks(open_it: Callable[[bytes], bytes], variants: list[bytes]) -> None:
    """Each variant raises SealBroken: no other error, no value."""
    for variant in variants:
        with pytest.raises(SealBroken):
            open_it(variant)


def shorter(sealed: bytes) -> list[bytes]:
    """Every truncation, from either end, and one byte too many."""
    return [sealed[:n] for n in range(len(sealed))] + [sealed[1:], sealed + b"\x00"]


@both_suites
def test_a_value_opens_where_it_was_sealed(suite: Suite) -> None:
    sealed = sealed_by(suite)
    assert key().open(sealed, tag=301, row_id=900) == WORDS
    assert WORDS not in sealed and sealed[0] == suite.code and key_id_of(sealed) == 77


@both_suites
def test_no_flipped_or_missing_byte_of_a_value_goes_unnoticed(suite: Suite) -> None:
    sealed = sealed_by(suite)
    breaks(lambda variant: key().open(variant, tag=301, row_id=900), each_flip(sealed) + shorter(sealed))


@both_suites
def test_a_value_opens_in_no_other_place(suite: Suite) -> None:
    sealed = sealed_by(suite)
    elsewhere = {
        "moved row": (key(), 301, 901),
        "swapped column": (key(), 302, 900),
        "other compartment": (key(compartment_id=13), 301, 900),
        "older key version": (key(version=2), 301, 900),
        "newer key version": (key(version=4), 301, 900),
        "other key id": (key(key_id=78), 301, 900),
        "other secret": (key(secret=OTHER_SECRET), 301, 900),
    }
    for where, (opener, tag, row_id) in elsewhere.items():
        with pytest.raises(SealBroken):
            opener.open(sealed, tag=tag, row_id=row_id)
            pytest.fail(where)


@both_suites
def test_a_value_does_not_pass_for_another_suite(suite: Suite) -> None:
    sealed = sealed_by(suite)
    for code in range(256):
        if code != suite.code:
            with pytest.raises(SealBroken):
                key().open(bytes([code]) + sealed[1:], tag=301, row_id=900)


@both_suites
def test_empty_words_are_sealed_like_any_other(suite: Suite) -> None:
    empty = key().seal(b"", tag=301, row_id=900, suite=suite)
    one = key().seal(b"x", tag=301, row_id=900, suite=suite)
    assert key().open(empty, tag=301, row_id=900) == b""
    assert len(empty) == len(one)


def test_the_same_words_never_read_the_same() -> None:
    assert len({sealed_by(AES_256_GCM) for _ in range(200)}) == 200


def test_lengths_up_to_sixty_three_bytes_look_alike() -> None:
    lengths = {len(key().seal(b"a" * n, tag=301, row_id=1)) for n in range(PAD_BYTES)}
    assert len(lengths) == 1
    assert len(key().seal(b"a" * PAD_BYTES, tag=301, row_id=1)) == lengths.pop() + PAD_BYTES


@given(st.binary(max_size=300))
def test_padding_gives_back_every_byte(plain: bytes) -> None:
    assert unpadded(padded(plain)) == plain and len(padded(plain)) % PAD_BYTES == 0


@pytest.mark.parametrize("block", [b"", bytes(64), b"a" * 64, b"a" * 63 + b"\x01"])
def test_foreign_padding_is_refused(block: bytes) -> None:
    with pytest.raises(SealBroken):
        unpadded(block)


@settings(max_examples=60)
@given(
    plain=st.binary(max_size=200),
    tag=st.integers(0, 2**16 - 1),
    row_id=st.integers(0, 2**63 - 1),
    suite=st.sampled_from(sorted(SUITES)),
)
def test_any_value_comes_back_and_only_from_its_own_place(
    plain: bytes, tag: int, row_id: int, suite: int
) -> None:
    sealed = key().seal(plain, tag=tag, row_id=row_id, suite=SUITES[suite])
    assert key().open(sealed, tag=tag, row_id=row_id) == plain
    with pytest.raises(SealBroken):
        key().open(sealed, tag=tag ^ 1, row_id=row_id)
    with pytest.raises(SealBroken):
        key().open(sealed, tag=tag, row_id=row_id ^ 1)


@given(st.binary(max_size=120))
def test_noise_is_refused_in_one_way(noise: bytes) -> None:
    for open_it in (
        lambda: key().open(noise, tag=301, row_id=900),
        lambda: WrappingKey(SECRET).unwrap(noise, PLACE),
        lambda: boxes.open_sealed(SECRET, noise, b"bundle"),
    ):
        with pytest.raises(SealBroken):
            open_it()


@both_suites
def test_a_wrapped_key_opens_in_its_place_only(suite: Suite) -> None:
    wrapping = WrappingKey(SECRET)
    wrapped = wrapping.wrap(OTHER_SECRET, PLACE, suite)
    assert wrapping.unwrap(wrapped, PLACE) == OTHER_SECRET
    breaks(lambda variant: wrapping.unwrap(variant, PLACE), each_flip(wrapped) + shorter(wrapped))
    for changed in ((13, 77, 3, 5), (12, 78, 3, 5), (12, 77, 4, 5), (12, 77, 3, 6)):
        with pytest.raises(SealBroken):
            wrapping.unwrap(wrapped, WrapPlace(*changed))
    with pytest.raises(SealBroken):
        WrappingKey(OTHER_SECRET).unwrap(wrapped, PLACE)


def test_keys_for_fields_wraps_and_boxes_are_apart() -> None:
    derived = {
        suite.derive(SECRET, label) for suite in SUITES.values() for label in (b"field", b"wrap", b"box")
    }
    assert len(derived) == 6


def test_a_voucher_names_one_recipient_of_one_key_of_one_owner() -> None:
    vouchers = {
        key().voucher(5, 9),
        key().voucher(6, 9),
        key().voucher(5, 10),
        key(version=4).voucher(5, 9),
        key(compartment_id=13).voucher(5, 9),
        key(key_id=78).voucher(5, 9),
        key(secret=OTHER_SECRET).voucher(5, 9),
    }
    assert len(vouchers) == 7 and key().voucher(5, 9) == key().voucher(5, 9)


def test_an_opened_key_does_not_print_itself() -> None:
    assert SECRET.hex() not in repr(key()) and "00010203" not in f"{WrappingKey(SECRET)!r}"


def test_sm4_gcm_answers_the_vector_of_rfc_8998() -> None:
    sealer = SM4_GCM.make_aead(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    nonce = bytes.fromhex("00001234567800000000ABCD")
    place = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    expected = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert sealer.encrypt(nonce, plain, place) == expected
    assert sealer.decrypt(nonce, expected, place) == plain


def test_aes_256_gcm_answers_the_vector_of_the_gcm_specification() -> None:
    # McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
    sealer = AES_256_GCM.make_aead(
        bytes.fromhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    )
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    place = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    expected = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    assert sealer.encrypt(bytes.fromhex("cafebabefacedbaddecaf888"), plain, place) == expected
    assert isinstance(sealer, AESGCM)
