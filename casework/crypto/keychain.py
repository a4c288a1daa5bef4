"""The keys of one signed-in person, sealed in her session row under the cookie's secret and the boot secret.

Without the cookie (in her browser) and the boot secret (in the memory of the running server) the row is noise.
No opened keychain outlives its request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from casework.crypto import boxes
from casework.crypto.encoding import canonical, packed, raw, text
from casework.crypto.passwords import join


@dataclass(frozen=True, repr=False)
class TeamSecret:
    """One version of a team's key for one compartment kind: symmetric key and X25519 private key."""

    symmetric: bytes
    box_private: bytes


def team_secret(box_private: bytes) -> TeamSecret:
    """Both halves from the X25519 private key: whoever holds the key behind a signed public key holds the right one."""
    return TeamSecret(join(box_private, purpose="casework/team-symmetric"), box_private)


@dataclass(frozen=True, repr=False)
class Keychain:
    """Everything a request may open: her own keys, team secrets by team-key id, index keys by version."""

    box_private: bytes
    signing_private: bytes
    draft_key: bytes
    root_public: bytes
    roster_head: bytes
    team_secrets: dict[int, TeamSecret] = field(default_factory=dict)
    index_keys: dict[int, bytes] = field(default_factory=dict)


def session_key(cookie_secret: bytes, boot_secret: bytes) -> bytes:
    """The key that seals a session's keychain; both secrets are needed."""
    return join(cookie_secret, boot_secret, purpose="casework/session")


def _bound(session_id: int, account_id: int, ends_at: int) -> bytes:
    return packed("keychain", session_id, account_id, ends_at)


def seal_keychain(key: bytes, keychain: Keychain, *, session_id: int, account_id: int, ends_at: int) -> bytes:
    """The keychain sealed for one session of one account until one moment (microseconds UTC)."""
    record = {
        "box": text(keychain.box_private),
        "signing": text(keychain.signing_private),
        "draft": text(keychain.draft_key),
        "root": text(keychain.root_public),
        "roster": text(keychain.roster_head),
        "teams": {
            str(key_id): [text(secret.symmetric), text(secret.box_private)]
            for key_id, secret in keychain.team_secrets.items()
        },
        "index": {str(version): text(secret) for version, secret in keychain.index_keys.items()},
    }
    return boxes.seal(key, canonical(record), _bound(session_id, account_id, ends_at))


def open_keychain(key: bytes, sealed: bytes, *, session_id: int, account_id: int, ends_at: int) -> Keychain:
    """The keychain of exactly this session, account and end, or SealBroken."""
    record = json.loads(boxes.open_sealed(key, sealed, _bound(session_id, account_id, ends_at)))
    return Keychain(
        box_private=raw(record["box"]),
        signing_private=raw(record["signing"]),
        draft_key=raw(record["draft"]),
        root_public=raw(record["root"]),
        roster_head=raw(record["roster"]),
        team_secrets={
            int(key_id): TeamSecret(raw(symmetric), raw(box_private))
            for key_id, (symmetric, box_private) in record["teams"].items()
        },
        index_keys={int(version): raw(secret) for version, secret in record["index"].items()},
    )
