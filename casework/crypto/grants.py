"""Compartment keys sealed to one person for one grant: id, grantee, case and end are inside what is sealed.

A row that names another grant, another person or a later end opens nothing: the place is the box's purpose and part
of what the giver signed.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from casework.crypto.encoding import packed
from casework.crypto.fields import VOUCHER_BYTES, FieldKey
from casework.crypto.signing import is_signed_by, sign
from casework.crypto.suites import AES_256_GCM
from casework.crypto.wraps import open_box, seal_to

_LABEL = "casework.grant"


class GrantPlace(NamedTuple):
    """What a granted key belongs to. ``ends_at`` is microseconds UTC, ``owner_id`` the case, ``kind`` what the
    compartment was signed to be.
    """

    grant_id: int
    account_id: int
    owner_id: int
    ends_at: int
    compartment_id: int
    kind: str
    key_id: int
    version: int

    def bound(self) -> bytes:
        """The bytes that bind a granted key to this place."""
        return packed("grant", *self)


def _message(place: GrantPlace, sealed: bytes) -> bytes:
    return packed(place.bound(), hashlib.sha256(sealed).digest())


def seal_for(
    place: GrantPlace, key: FieldKey, box_public: bytes, signing_private: bytes
) -> tuple[bytes, bytes]:
    """The key sealed to a grantee's public key, and the giver's signature over both."""
    sealed = seal_to(box_public, key.secret_for_wrapping(), place.bound())
    return sealed, sign(signing_private, _LABEL, _message(place, sealed))


def open_for(
    place: GrantPlace, sealed: bytes, signature: bytes, box_private: bytes, giver_public: bytes
) -> FieldKey | None:
    """The key of exactly this grant; None where the giver did not sign it, SealBroken where it opens nothing."""
    if not is_signed_by(giver_public, signature, _LABEL, _message(place, sealed)):
        return None
    return FieldKey(
        key_id=place.key_id,
        compartment_id=place.compartment_id,
        version=place.version,
        secret=open_box(box_private, sealed, place.bound()),
    )


def voucher(key: FieldKey, place: GrantPlace) -> bytes:
    """16 bytes that only a holder of this key can make: the proof that the grant was meant, with this end.

    A newer key is sealed on to vouched grantees alone.
    """
    derived = AES_256_GCM.derive(key.secret_for_wrapping(), b"grant-voucher")
    return AES_256_GCM.mac(derived, place.bound())[:VOUCHER_BYTES]
