"""The failures of sealed things: one for ciphertexts, one for signed records."""

from __future__ import annotations


class SealBroken(Exception):
    """A sealed value does not open: wrong key, wrong place, altered, truncated or older than its key."""


class RosterBroken(Exception):
    """The signed roster does not reach the office root or lacks what this person has already seen."""
