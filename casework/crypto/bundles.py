"""A person's own bundle: her private keys, the office root she trusts and the roster head she last saw.

Sealed under HKDF(Argon2id(password) | server secret), bound to her account.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from casework.crypto import boxes
from casework.crypto.encoding import canonical, packed, raw, text
from casework.crypto.fields import new_secret
from casework.crypto.passwords import join
from casework.crypto.signing import new_signing_pair, signing_public
from casework.crypto.wraps import box_public, new_box_pair


@dataclass(frozen=True, repr=False)
class UserBundle:
    """Raw private keys (X25519, Ed25519), the draft key, the root's public key, and heads already seen."""

    box_private: bytes
    signing_private: bytes
    draft_key: bytes
    root_public: bytes
    roster_head: bytes
    trail_head: str = ""

    @property
    def box_public(self) -> bytes:
        """Her X25519 public key."""
        return box_public(self.box_private)

    @property
    def signing_public(self) -> bytes:
        """Her Ed25519 public key."""
        return signing_public(self.signing_private)

    def having_seen(self, *, roster_head: bytes | None = None, trail_head: str | None = None) -> UserBundle:
        """The bundle with newer heads; what is not given stays."""
        return replace(
            self,
            roster_head=self.roster_head if roster_head is None else roster_head,
            trail_head=self.trail_head if trail_head is None else trail_head,
        )


def new_bundle(root_public: bytes, roster_head: bytes = b"") -> UserBundle:
    """Fresh keys for a person who trusts this office root."""
    return UserBundle(
        box_private=new_box_pair()[0],
        signing_private=new_signing_pair()[0],
        draft_key=new_secret(),
        root_public=root_public,
        roster_head=roster_head,
    )


def bundle_key(stretched_password: bytes, server_secret: bytes) -> bytes:
    """The key that seals a bundle; both secrets are needed."""
    return join(stretched_password, server_secret, purpose="casework/bundle")


def seal_bundle(key: bytes, account_id: int, bundle: UserBundle) -> bytes:
    """The bundle sealed for one account."""
    record = {
        "box": text(bundle.box_private),
        "signing": text(bundle.signing_private),
        "draft": text(bundle.draft_key),
        "root": text(bundle.root_public),
        "roster": text(bundle.roster_head),
        "trail": bundle.trail_head,
    }
    return boxes.seal(key, canonical(record), packed("bundle", account_id))


def open_bundle(key: bytes, account_id: int, sealed: bytes) -> UserBundle:
    """The bundle of this account under this key, or SealBroken."""
    record = json.loads(boxes.open_sealed(key, sealed, packed("bundle", account_id)))
    return UserBundle(
        box_private=raw(record["box"]),
        signing_private=raw(record["signing"]),
        draft_key=raw(record["draft"]),
        root_public=raw(record["root"]),
        roster_head=raw(record["roster"]),
        trail_head=record["trail"],
    )
