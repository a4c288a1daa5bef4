"""Two of the three shares open the recovery key, whichever two; one never does, and a typing error says so."""

from __future__ import annotations

import itertools

import pytest

from casework.crypto import kit as kits
from casework.crypto.errors import SealBroken
from tests.crypto.test_fields import each_flip, shorter

KIT = kits.new_kit()


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(range(3), 2)))
def test_any_two_shares_open_the_kit(one: int, other: int) -> None:
    assert kits.open_kit(KIT.public, KIT.wraps, KIT.shares[one], KIT.shares[other]) == KIT.private


@pytest.mark.parametrize("share", range(3))
def test_the_same_share_twice_opens_nothing(share: int) -> None:
    with pytest.raises(SealBroken):
        kits.open_kit(KIT.public, KIT.wraps, KIT.shares[share], KIT.shares[share])


def test_one_share_with_a_share_of_another_kit_opens_nothing() -> None:
    other = kits.new_kit()
    for mine, theirs in itertools.product(KIT.shares, other.shares):
        with pytest.raises(SealBroken):
            kits.open_kit(KIT.public, KIT.wraps, mine, theirs)


def test_one_share_under_every_number_opens_nothing() -> None:
    _, secret = kits.read_share(KIT.shares[0])
    relabelled = [kits.printed(number, secret) for number in (1, 2, 3)]
    for one, other in itertools.permutations(relabelled, 2):
        with pytest.raises(SealBroken):
            kits.open_kit(KIT.public, KIT.wraps, one, other)


def test_a_share_is_read_however_it_is_spaced_or_cased() -> None:
    share = KIT.shares[1]
    assert kits.read_share(share.lower().replace("-", " ")) == kits.read_share(f"  {share}\n")


def test_every_wrong_letter_is_caught() -> None:
    share = KIT.shares[0]
    for place, letter in enumerate(share):
        for wrong in (kits.ALPHABET[(kits.ALPHABET.find(letter) + 1) % 32], "0", "1", "é", "", "一"):
            typed = share[:place] + wrong + share[place + 1 :]
            if letter != "-" and wrong != letter:
                with pytest.raises(SealBroken):
                    kits.read_share(typed)


def test_two_letters_swapped_are_caught() -> None:
    share = KIT.shares[2].replace("-", "")
    for place in range(len(share) - 1):
        swapped = share[:place] + share[place + 1] + share[place] + share[place + 2 :]
        if swapped != share:
            with pytest.raises(SealBroken):
                kits.read_share(swapped)


@pytest.mark.parametrize(
    "typed", ["", "-", "1", "4" + "A" * 30, "1" + "0" * 26 + "AAAA", "一" * 31, "A" * 10_000]
)
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(SealBroken):
        kits.read_share(typed)


def test_no_altered_wrap_opens() -> None:
    for variant in each_flip(KIT.wraps[(1, 2)]) + shorter(KIT.wraps[(1, 2)]):
        with pytest.raises(SealBroken):
            kits.open_kit(KIT.public, KIT.wraps | {(1, 2): variant}, KIT.shares[0], KIT.shares[1])


def test_wraps_of_another_pair_or_recovery_key_are_refused() -> None:
    swapped = {(1, 2): KIT.wraps[(1, 3)], (1, 3): KIT.wraps[(1, 2)]}
    for public, wraps in ((KIT.public, swapped), (kits.new_kit().public, KIT.wraps), (KIT.public, {})):
        with pytest.raises(SealBroken):
            kits.open_kit(public, wraps, KIT.shares[0], KIT.shares[1])


def test_the_kit_does_not_print_itself() -> None:
    assert not any(share in repr(KIT) for share in KIT.shares)
