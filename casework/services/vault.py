"""Opens and seals the fields of rows with the keys of one actor, for the length of one request.

The key of a field is found through the row's compartment: the compartment's wraps, one of them under a team key (or
handed on to it) that the actor holds. What she holds no key for comes back as :class:`casework.sealed.Locked`.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.crypto.errors import SealBroken
from casework.crypto.fields import KEY_BYTES, FieldKey, key_id_of, new_secret
from casework.crypto.handing import field_key, proof, split
from casework.crypto.handing import handed_message as _handed_message
from casework.crypto.keychain import TeamSecret
from casework.crypto.roster import Roster
from casework.crypto.signing import is_signed_by, sign
from casework.crypto.suites import AES_256_GCM, Suite
from casework.crypto.wraps import WrappingKey, WrapPlace, open_box, seal_to
from casework.errors import KeyMissing, KeyUntrusted
from casework.sealed import Locked
from casework.services import grant_keys, rosters, stored_keys
from casework.services.team_keys import copy_purpose, trusted_secret
from casework.transaction import Work
from models.accounts import Team
from models.base import new_id
from models.enums import CompartmentKind, OwnerKind, RecipientKind
from models.keys import Compartment, Wrap
from models.sealed_fields import FIELDS


def _refuse_two_keys(rows: Iterable[Any]) -> None:
    """One version of a compartment has one key; a second one, whoever signed it, would take over what is written."""
    seen: dict[tuple[int, int], int] = {}
    for compartment_id, key_id, version, *_ in rows:
        if seen.setdefault((compartment_id, version), key_id) != key_id:
            raise KeyUntrusted("two keys")


class Vault:
    """One request's keys. ``session`` is the request's reader, or the session of its write transaction."""

    def __init__(self, actor: Actor, session: Session) -> None:
        self._actor = actor
        self._session = session
        self._keys: dict[int, FieldKey] = {}
        self._newest: dict[int, FieldKey] = {}
        # The team key under which a compartment was opened or made: its signed kind is the compartment's.
        self._under: dict[int, int] = {}
        # The same of what was opened under a grant: the kind that its giver signed.
        self._granted: dict[int, str] = {}
        self._looked: set[int] = set()
        self._wrapping: dict[int, WrappingKey] = {}
        self._secrets: dict[int, TeamSecret] = {}
        # Handed-on wraps that were opened: id, and the key under the symmetric one instead.
        self._rewraps: list[tuple[int, bytes]] = []
        self._refused: set[int] = set()
        self._named: set[int] = set()
        self._roster: Roster | None = None

    def _trusted(self) -> Roster:
        """The roster as the actor may trust it, verified once."""
        if self._roster is None:
            self._roster = rosters.verified_for(self._session, self._actor)
        return self._roster

    def load(self, compartment_ids: Iterable[int | None]) -> None:
        """Opens the keys of these compartments, as far as the actor may, in one query."""
        wanted = {item for item in compartment_ids if item is not None} - self._looked
        if not wanted or self._actor.keychain is None:
            return
        rows = stored_keys.team_wraps(self._session, list(wanted))
        self._looked |= wanted
        _refuse_two_keys(rows)
        team_key_ids = {row[3] for row in rows}
        self._learn_newer(team_key_ids)
        held = {key: secret for key in team_key_ids if (secret := self._secret(key)) is not None}
        for row in rows:
            if row[3] in held and row[1] not in self._keys:
                self._take(row, held[row[3]])
        if shut := wanted - self._under.keys():
            for key, kind in grant_keys.opened(self._actor, self._session, shut, self._trusted):
                self._granted[key.compartment_id] = kind
                self._keep(key)

    def _secret(self, team_key_id: int) -> TeamSecret | None:
        assert self._actor.keychain is not None
        found = self._actor.keychain.team_secrets.get(team_key_id)
        return found or self._secrets.get(team_key_id)

    def _learn_newer(self, team_key_ids: set[int]) -> None:
        """Opens copies of team keys that were sealed to the actor after she signed in."""
        unknown = [key for key in team_key_ids - self._refused if self._secret(key) is None]
        keychain = self._actor.keychain
        if not unknown or keychain is None:
            return
        rows = stored_keys.copies_for(self._session, self._actor.account_id, unknown)
        if rows:
            roster = self._trusted()
            for row in rows:
                purpose = copy_purpose(row.key_id, self._actor.account_id)
                try:
                    plain = open_box(keychain.box_private, row.key_sealed, purpose)
                    self._secrets[row.key_id] = trusted_secret(roster, row.key_id, plain)
                except (SealBroken, KeyUntrusted):
                    # As at sign-in: a planted copy is as if it were not there, and is recorded.
                    self._refused.add(row.key_id)
                    self._actor.shown("key_copy.refused", subject_kind="key_copy", subject_id=row.key_id)

    def _wrapping_key(self, team_key_id: int, secret: TeamSecret) -> WrappingKey:
        key = self._wrapping.get(team_key_id)
        if key is None:
            key = self._wrapping[team_key_id] = WrappingKey(secret.symmetric)
        return key

    def _take(self, row: Any, secret: TeamSecret) -> None:
        place = WrapPlace(*row[:4])
        wrapping = self._wrapping_key(place.team_key_id, secret)
        if row.signature is None:
            plain = wrapping.unwrap(row[4], place)
        else:
            plain = self._open_handed(row, place, secret)
            self._rewraps.append((row.id, wrapping.wrap(plain, place)))
            if len(self._rewraps) == 1:
                self._actor.pending.append(self.rewrap)
        self._under[place.compartment_id] = place.team_key_id
        self._keep(field_key(place, plain))

    def _keep(self, key: FieldKey) -> None:
        self._keys[key.key_id] = key
        newest = self._newest.get(key.compartment_id)
        if newest is None or newest.version < key.version:
            self._newest[key.compartment_id] = key

    def _open_handed(self, row: Any, place: WrapPlace, secret: TeamSecret) -> bytes:
        """A key handed on by somebody on the roster; one that follows a key held already must prove that it does."""
        public = self._trusted().introduced_key(row.signer_record_id)
        owner_id = self._session.scalar(
            select(Compartment.owner_id).where(Compartment.id == place.compartment_id)
        )
        message = _handed_message(place, owner_id or 0, row.key_sealed)
        if public is None or not is_signed_by(public, row.signature, "casework.handed", message):
            raise KeyUntrusted("handed")
        plain = open_box(secret.box_private, row.key_sealed, place.bound("handed"))
        handed, proofs = plain[:KEY_BYTES], plain[KEY_BYTES:]
        held = self._newest.get(place.compartment_id)
        if held is not None:
            newer = field_key(place, handed)
            if held.version >= newer.version or proof(held, newer) not in split(proofs):
                raise KeyUntrusted("handed")
        return handed

    def text(
        self, field: str, row_id: int, compartment_id: int | None, sealed: bytes | None
    ) -> str | Locked | None:
        """The words in one field; None when absent, Locked without a key; SealBroken when it was tampered with."""
        if sealed is None:
            return None
        if compartment_id not in self._looked:
            if compartment_id is None or self._actor.keychain is None:
                return Locked(field)
            self.load([compartment_id])
        key = self._keys.get(key_id_of(sealed))
        if key is None:
            if compartment_id in self._newest:
                raise SealBroken("a key of another place")
            return Locked(field)
        if key.compartment_id != compartment_id:
            raise SealBroken("a key of another compartment")
        return key.open(sealed, tag=FIELDS[field].tag, row_id=row_id).decode()

    def holds(self, compartment_id: int | None) -> bool:
        """Whether the actor opens this compartment."""
        self.load([compartment_id])
        return compartment_id in self._newest

    def seal(
        self,
        field: str,
        row_id: int,
        compartment_id: int,
        words: str | None,
        suite: Suite = AES_256_GCM,
    ) -> bytes | None:
        """``words`` sealed for this field of this row under the compartment's newest key; None stays None.

        KeyUntrusted for a compartment of another kind than the field's: the row was made to point there, so that
        whoever opens that kind would read it.
        """
        if words is None:
            return None
        self.load([compartment_id])
        key = self._newest.get(compartment_id)
        if key is None:
            raise KeyMissing
        wanted, signed = FIELDS[field].compartment, self._signed_kind(compartment_id)
        if signed is None or (wanted is not None and signed != wanted.value):
            raise KeyUntrusted("compartment_kind")
        return key.seal(words.encode(), tag=FIELDS[field].tag, row_id=row_id, suite=suite)

    def _signed_kind(self, compartment_id: int) -> str | None:
        if compartment_id not in self._under:
            return self._granted.get(compartment_id)
        signed = self._trusted().team_keys.get(self._under[compartment_id])
        return signed[1] if signed else None

    def keys_to_give(self, compartment_id: int, kind: CompartmentKind) -> list[FieldKey]:
        """Every version of a compartment's key, for whoever is given it; KeyMissing for one who was herself only
        given it, KeyUntrusted for a compartment that was signed as another kind.
        """
        if not self.holds(compartment_id) or self._secret(self._under.get(compartment_id, 0)) is None:
            raise KeyMissing
        if self._signed_kind(compartment_id) != kind.value:
            raise KeyUntrusted("compartment_kind")
        return [key for key in self._keys.values() if key.compartment_id == compartment_id]

    def share(
        self, work: Work, owner_id: int, compartment_id: int, kind: CompartmentKind, team_ids: Iterable[int]
    ) -> bool:
        """Wraps a compartment's key, in every version, for further teams; whether any had none before.

        KeyMissing and KeyUntrusted as ``keys_to_give``, KeyUntrusted also for a compartment of another owner.
        """
        compartment = work.session.get(Compartment, compartment_id, with_for_update=True)
        keys = self.keys_to_give(compartment_id, kind)
        if compartment is None or compartment.owner_id != owner_id:
            raise KeyUntrusted("owner")
        known = {(row[1], row[3]) for row in stored_keys.team_wraps(work.session, [compartment_id])}
        made = [self._wrap_for(compartment, key, team) for team in team_ids for key in keys]
        new = [wrap for wrap in made if (wrap["key_id"], wrap["recipient_id"]) not in known]
        stored_keys.add_wraps(work, new)
        return bool(new)

    def create(
        self,
        work: Work,
        kind: CompartmentKind,
        owner_kind: OwnerKind,
        owner_id: int,
        team_ids: Iterable[int],
    ) -> int:
        """A new compartment, its key wrapped for each team: under the symmetric key where the actor holds it,
        handed on (sealed to the team's signed public key and signed by the actor) where she does not.
        """
        compartment = Compartment(id=new_id(), kind=kind, owner_id=owner_id, key_version=1)
        stored_keys.add_compartment(work, compartment, owner_kind)
        self._new_version(work, compartment, team_ids)
        self._looked.add(compartment.id)
        return compartment.id

    def _new_version(self, work: Work, compartment: Compartment, team_ids: Iterable[int]) -> FieldKey:
        key = FieldKey(
            key_id=new_id(),
            compartment_id=compartment.id,
            version=compartment.key_version,
            secret=new_secret(),
        )
        wraps = [self._wrap_for(compartment, key, team_id) for team_id in team_ids]
        stored_keys.add_wraps(work, wraps)
        self._keys[key.key_id] = key
        self._newest[compartment.id] = key
        under = [wrap["recipient_id"] for wrap in wraps]
        if under:
            self._under[compartment.id] = next((item for item in under if self._secret(item)), under[-1])
        return key

    def _wrap_for(self, compartment: Compartment, key: FieldKey, team_id: int) -> dict[str, Any]:
        # The roster says which key is the team's newest: a row of the database may have been put back.
        team_key_id = self._trusted().newest_team_key(team_id, compartment.kind.value)
        if team_key_id is None or self._actor.keychain is None:
            raise KeyMissing
        place = WrapPlace(compartment.id, key.key_id, key.version, team_key_id)
        self._learn_newer({team_key_id})
        secret = self._secret(team_key_id)
        if secret is not None:
            wrapping = self._wrapping_key(team_key_id, secret)
            sealed = {
                "key_sealed": wrapping.wrap(key.secret_for_wrapping(), place),
                "signer_record_id": None,
                "signature": None,
            }
        else:
            sealed = self._handed_on(place, compartment.owner_id, key)
        return {
            "id": new_id(),
            "compartment_id": compartment.id,
            "key_id": key.key_id,
            "key_version": key.version,
            "recipient_id": team_key_id,
            "voucher": key.voucher(team_key_id, compartment.owner_id),
            **sealed,
        }

    def _handed_on(self, place: WrapPlace, owner_id: int, key: FieldKey) -> dict[str, Any]:
        keychain = self._actor.keychain
        roster = self._trusted()
        signed = roster.team_keys.get(place.team_key_id)
        signer = roster.record_of(self._actor.account_id)
        if signed is None or signer is None or keychain is None:
            raise KeyUntrusted("team_key")
        self._refuse_another_name(signed[0])
        older = [held for held in self._keys.values() if held.compartment_id == key.compartment_id]
        plain = key.secret_for_wrapping() + b"".join(proof(held, key) for held in older)
        sealed = seal_to(signed[3], plain, place.bound("handed"))
        message = _handed_message(place, owner_id, sealed)
        return {
            "key_sealed": sealed,
            "signer_record_id": signer,
            "signature": sign(keychain.signing_private, "casework.handed", message),
        }

    def _refuse_another_name(self, team_id: int) -> None:
        """Passes a team that bears the name under which it was signed: by its name an outsider chose it."""
        if team_id not in self._named:
            name = self._session.scalar(select(Team.name).where(Team.id == team_id))
            if self._trusted().team_names.get(team_id) != name:
                raise KeyUntrusted("team_name")
            self._named.add(team_id)

    def ready_to_write(self, work: Work, owner_id: int, compartment_ids: Iterable[int]) -> None:
        """Makes a new key version where a removal, a transfer or an ended grant asks for one, before a write.

        A version is stale when its compartment is marked, or its wrap lies under a team key that is not the team's
        newest. Raises KeyMissing for an actor without the compartment's newest key, KeyUntrusted for a compartment
        whose row contradicts its signed keys, or that is not the owner's: a row that was made to point to another's
        would be sealed to whoever opens that one.
        """
        for compartment_id in sorted(compartment_ids):
            # Held until the commit: two who write at once must not make two keys of one version.
            compartment = work.session.get(
                Compartment, compartment_id, with_for_update=True, populate_existing=True
            )
            key = self._newest_now(compartment_id, compartment.key_version if compartment else 0)
            if compartment is None or key is None or key.version < compartment.key_version:
                raise KeyMissing
            if compartment.owner_id != owner_id:
                raise KeyUntrusted("owner")
            if key.version > compartment.key_version:
                raise KeyUntrusted("key_version")
            teams = self._recipients(work, compartment, key)
            newest = {
                self._trusted().newest_team_key(team, compartment.kind.value) for team in teams.values()
            }
            if compartment.rekey_needed or not newest <= set(teams):
                compartment.key_version = key.version + 1
                compartment.rekey_needed = False
                work.session.flush()
                newer = self._new_version(work, compartment, sorted(set(teams.values())))
                grant_keys.carry_on(work, self._actor, self._trusted(), compartment, key, newer)
                work.record("compartment.rekey", subject_kind="compartment", subject_id=compartment_id)

    def _newest_now(self, compartment_id: int, version: int) -> FieldKey | None:
        """The newest key that the actor opens; read anew where another made a newer one since this vault looked."""
        self.load([compartment_id])
        key = self._newest.get(compartment_id)
        if key is not None and key.version < version:
            self._looked.discard(compartment_id)
            self.load([compartment_id])
        return self._newest.get(compartment_id)

    def _recipients(self, work: Work, compartment: Compartment, key: FieldKey) -> dict[int, int]:
        """Team by team key, of the wraps of this version that a holder of its key vouched for; others are refused."""
        rows = work.session.execute(
            select(Wrap.id, Wrap.recipient_id, Wrap.voucher).where(
                Wrap.compartment_id == compartment.id,
                Wrap.recipient_kind == RecipientKind.TEAM_KEY,
                Wrap.key_version == key.version,
            )
        )
        teams: dict[int, int] = {}
        for row in rows:
            signed = self._trusted().team_keys.get(row.recipient_id)
            meant = hmac.compare_digest(row.voucher, key.voucher(row.recipient_id, compartment.owner_id))
            if signed is None or not meant:
                work.record("wrap.refused", subject_kind="wrap", subject_id=row.id)
            elif signed[1] != compartment.kind.value:
                raise KeyUntrusted("compartment_kind")
            else:
                teams[row.recipient_id] = signed[0]
        if not teams:
            raise KeyUntrusted("recipients")
        return teams

    def rewrap(self, work: Work) -> None:
        """Replaces opened hand-ons by wraps under the symmetric key; once, whoever opens them first."""
        for wrap_id, key_sealed in self._rewraps:
            work.session.execute(
                update(Wrap)
                .where(Wrap.id == wrap_id, Wrap.signature.is_not(None))
                .values(key_sealed=key_sealed, signature=None, signer_record_id=None)
            )
        self._rewraps.clear()
