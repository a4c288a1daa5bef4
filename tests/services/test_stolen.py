"""A thief has the whole instance folder, a browser profile and a backup, and no password: he opens nothing.

Each attack runs first with what he lacks, so that it is sure to work when it should.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casework.boot import boot_secret
from casework.clock import today
from casework.crypto import blind_index, boxes
from casework.crypto import kit as kits
from casework.crypto.bundles import bundle_key, open_bundle
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.fields import FieldKey
from casework.crypto.keychain import open_keychain, session_key
from casework.crypto.passwords import Cost, join, stretch
from casework.crypto.wraps import WrappingKey, WrapPlace, open_box
from casework.services import calls, drafts, follow_ups, identities, password_rules, sessions
from casework.services.call_facts import read_phone
from casework.services.follow_ups import Planned
from casework.services.identities import ClientFacts
from casework.services.team_keys import copy_purpose
from casework.services.vault import Vault
from casework.transaction import reader
from models.sealed_fields import FIELDS
from tests.make import PASSWORD, Office
from tests.services.test_calls import a_call, an_acceptance

CANARIES = {
    "name": "柳照雪",
    "phone": "13812345679",
    "identity number": "440783199203070023",
    "address": "旧粮站后面绿铁门二楼",
    "said": "昨晚他把门反锁了整整一夜",
    "wish": "想带孩子回娘家住",
    "safe hours": "周三买菜那个钟头",
    "code word": "问我要不要退货",
    "alias": "超市小何",
    "purpose": "看看伤口好些没有",
    "draft": "她还没有说完的那半句",
    "emergency": "河边第三个路口的亭子",
}
STAFF = ("lead", "caseworker", "operator", "colleague", "officer", "auditor", "stranger")


@dataclass
class Loot:
    """What the thief carries away, and what he would give much for."""

    folder: Path
    backup: Path
    server_secret: bytes
    cookies: dict[str, str] = field(default_factory=dict)
    # Only for the tests: what must not be found anywhere.
    keys: dict[str, bytes] = field(default_factory=dict)
    shares: list[str] = field(default_factory=list)
    boot: bytes = b""

    def rows(self, query: str) -> list[sqlite3.Row]:
        """What the stolen database says."""
        connection = sqlite3.connect(self.folder / "casework.db")
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the folder and of the backup."""
        for root in (self.folder, self.backup):
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    yield f"{root.name}/{path.name}", path.read_bytes()

    def candidates(self) -> list[bytes]:
        """Everything of a key's length that lies about: columns, cookies, the secret and what follows from it."""
        found = {self.server_secret, bytes(32), b"\xff" * 32}
        for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for row in self.rows(f'SELECT * FROM "{table}"'):
                found |= {value for value in tuple(row) if isinstance(value, bytes) and len(value) == 32}
        for cookie in self.cookies.values():
            secret = bytes.fromhex(cookie.partition(".")[2])
            found |= {secret, hashlib.sha256(secret).digest(), session_key(secret, self.server_secret)}
        for purpose in ("boot", "boot-secret", "form-cookie", "sign-in-delay", "check", "session"):
            found.add(hmac.digest(self.server_secret, f"casework/{purpose}".encode(), "sha256"))
        for row in self.rows("SELECT DISTINCT boot FROM sessions"):
            found |= {hashlib.sha256(row["boot"].encode()).digest(), row["boot"].encode().ljust(32, b"\0")}
        return sorted(found)


def note_keys(office: Office, loot: Loot, case_number: str) -> None:
    """Collects raw keys as the running server has them for a moment."""
    for username in STAFF:
        actor = office.actor(username)
        chain = actor.keychain
        assert chain is not None
        loot.keys |= {
            f"{username} box": chain.box_private,
            f"{username} signing": chain.signing_private,
            f"{username} draft": chain.draft_key,
        }
        for key_id, secret in chain.team_secrets.items():
            loot.keys |= {f"team {key_id}": secret.symmetric, f"team box {key_id}": secret.box_private}
        loot.keys |= {f"index {version}": key for version, key in chain.index_keys.items()}
    lead = office.actor("lead")
    vault = Vault(lead, reader())
    vault.load(row["id"] for row in loot.rows("SELECT id FROM compartments"))
    assert len(vault._keys) >= 4
    loot.keys |= {f"compartment {key.key_id}": key.secret_for_wrapping() for key in vault._keys.values()}


@pytest.fixture
def loot(office: Office, tmp_path: Path) -> Loot:
    """A morning's work on one case, then everything is carried away and the server is started anew."""
    with office.at_work():
        operator = office.actor("operator")
        call = a_call(
            operator,
            phone=CANARIES["phone"],
            caller_name=CANARIES["name"],
            safe_hours=CANARIES["safe hours"],
            code_word=CANARIES["code word"],
            alias=CANARIES["alias"],
            said=CANARIES["said"],
            wish=CANARIES["wish"],
            emergency={"place": CANARIES["emergency"]},
            result="case_opened",
        )
        drafts.save(operator, "call", call.call_id, {"said": [CANARIES["draft"]]})
        number = calls.record(operator, call, an_acceptance(office)).case_number
        assert number is not None
        caseworker = office.actor("caseworker")
        identities.change_client(
            caseworker,
            number,
            ClientFacts(
                name=CANARIES["name"],
                identity_number=CANARIES["identity number"],
                sex="female",
                phone=CANARIES["phone"],
                address_rest=CANARIES["address"],
            ),
            1,
        )
        soon = today() + datetime.timedelta(days=3)
        follow_ups.plan(caseworker, number, Planned("safety_check", soon, purpose=CANARIES["purpose"]))
        drafts.save(caseworker, "case_account", 1, {"account_text": [CANARIES["draft"]]})
        assert identities.of_case(office.actor("lead"), number).client.words["name"] == CANARIES["name"]
        cookies = {username: office.cookie(username) for username in STAFF}
        folder, backup = tmp_path / "stolen", tmp_path / "backup"
        notes = shutil.ignore_patterns("facts.json")
        shutil.copytree(office.settings.instance_path, folder, ignore=notes)
        secret = (folder / "server.secret").read_bytes()
        made = Loot(folder, backup, secret, cookies, shares=office.facts.shares, boot=boot_secret())
        note_keys(office, made, number)
        backup.mkdir()
        source = sqlite3.connect(office.settings.instance_path / "casework.db")
        target = sqlite3.connect(backup / "copy.db")
        source.backup(target)
        source.close()
        target.close()
        return made


def disguises(value: bytes) -> set[bytes]:
    """The ways in which a value may lie in a file."""
    found = {value, value.hex().encode(), value.hex().upper().encode(), value[::-1]}
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode):
        found.add(encode(value).rstrip(b"="))
    return found


def words_in_files(words: str) -> set[bytes]:
    """The ways in which words may lie in a file."""
    found = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        found |= disguises(words.encode(encoding))
    return found | {words.encode("unicode_escape")}


def opens(attempt: Callable[..., object], *given: Any) -> bool:
    """Whether an attempt gives anything at all."""
    try:
        attempt(*given)
    except SealBroken:
        return False
    return True


def test_no_word_of_hers_lies_in_any_file(loot: Loot) -> None:
    files = list(loot.files())
    assert any(name.endswith("casework.db") for name, _ in files)
    assert any(loot.server_secret in content for _, content in files), "the search itself works"
    found = [
        (what, name)
        for what, words in CANARIES.items()
        for form in words_in_files(words)
        for name, content in files
        if form in content
    ]
    assert found == []


def test_no_key_lies_in_any_file(loot: Loot) -> None:
    assert len(loot.keys) > 20
    files = list(loot.files())
    secrets = loot.keys | {"boot secret": loot.boot, "password": PASSWORD.encode()}
    for number, share in enumerate(loot.shares):
        secrets |= {f"share {number}": share.encode(), f"raw share {number}": kits.read_share(share)[1]}
    found = [
        (what, name)
        for what, secret in secrets.items()
        for form in disguises(secret)
        for name, content in files
        if form in content
    ]
    assert found == []


def test_a_cookie_opens_no_keychain_after_a_restart(loot: Loot) -> None:
    guesses = loot.candidates()
    rows = {row["id"]: row for row in loot.rows("SELECT * FROM sessions WHERE keychain_sealed IS NOT NULL")}
    tried = 0
    for cookie in map(sessions.Cookie.decoded, loot.cookies.values()):
        row = rows[cookie.session_id]

        def attempt(boot: bytes, row: sqlite3.Row = row, secret: bytes = cookie.secret) -> object:
            return open_keychain(
                session_key(secret, boot),
                row["keychain_sealed"],
                session_id=row["id"],
                account_id=row["account_id"],
                ends_at=row["ends_at"],
            )

        assert opens(attempt, loot.boot)
        for guess in guesses:
            assert not opens(attempt, guess)
            tried += 1
    assert tried > 500


def common_passwords() -> Iterator[str]:
    """What people choose, lengthened as people do to reach twelve characters."""
    years = ("1987", "1990", "2024", "2025", "2026")
    tails = (
        "",
        "1",
        "123",
        "1234",
        "123456",
        "12345678",
        "123456789",
        "888888",
        "666666",
        "!",
        "@2026",
        "!!!!",
    )
    for stem, tail, year in itertools.product(password_rules.STEMS, tails, ("", *years)):
        yield from (stem + tail + year, stem.capitalize() + year + tail, (stem + year + tail) * 2)
    yield from (
        "123456789012",
        "000000000000",
        "110110110110",
        "13800138000138",
        "aaaaaaaaaaaa",
        "asdfghjklqwe",
    )


def test_common_passwords_open_no_bundle(loot: Loot) -> None:
    rows = loot.rows("SELECT id, username, password_salt, password_cost, bundle_sealed FROM accounts")

    def attempt(row: sqlite3.Row, password: str, secret: bytes) -> Callable[[], object]:
        stretched = stretch(password, row["password_salt"], Cost.decoded(row["password_cost"]))
        return lambda: open_bundle(bundle_key(stretched, secret), row["id"], row["bundle_sealed"])

    assert all(opens(attempt(row, PASSWORD, loot.server_secret)) for row in rows)
    # The password alone, without the server secret, opens nothing either.
    assert not any(
        opens(attempt(row, PASSWORD, wrong)) for row in rows for wrong in (bytes(32), b"", loot.boot)
    )
    guesses = sorted(set(common_passwords()))
    assert len(guesses) > 2000
    for row, password in itertools.product(rows[:2], guesses):
        assert not opens(attempt(row, password, loot.server_secret)), password


def test_the_common_passwords_of_that_attack_could_not_have_been_chosen() -> None:
    assert [
        password for password in common_passwords() if password_rules.fault(password, "caseworker") is None
    ] == []


def test_one_share_opens_no_kit(loot: Loot) -> None:
    rows = loot.rows("SELECT pair, recovery_public, key_sealed FROM kit_wraps")
    raw = dict(kits.read_share(share) for share in loot.shares)
    guesses = [guess[:16] for guess in loot.candidates()]

    def attempt(row: sqlite3.Row, first: bytes, second: bytes) -> Callable[[], object]:
        key = join(first, second, purpose=f"casework/kit/{row['pair']}")
        return lambda: boxes.open_sealed(key, row["key_sealed"], packed("kit", row["recovery_public"]))

    for row in rows:
        low, high = int(row["pair"][0]), int(row["pair"][1])
        assert opens(attempt(row, raw[low], raw[high]))
        for mine, guess in itertools.product((raw[low], raw[high]), [*guesses, raw[low], raw[high]]):
            pairs = {(mine, guess), (guess, mine)} - {(raw[low], raw[high])}
            assert not any(opens(attempt(row, *pair)) for pair in pairs)


def test_nothing_that_lies_about_is_a_key_to_anything(loot: Loot) -> None:
    candidates = loot.candidates()
    assert len(candidates) > 50
    copies = loot.rows("SELECT key_id, account_id, key_sealed FROM key_copies")
    items = loot.rows("SELECT name, item_sealed FROM recovery_items")
    wraps = loot.rows("SELECT * FROM wraps")
    for candidate in candidates:
        for copy in copies[::9]:
            purpose = copy_purpose(copy["key_id"], copy["account_id"])
            assert not opens(open_box, candidate, copy["key_sealed"], purpose)
        for item in items:
            assert not opens(open_box, candidate, item["item_sealed"], packed("recovery", item["name"]))
        for wrap in wraps:
            place = WrapPlace(
                wrap["compartment_id"], wrap["key_id"], wrap["key_version"], wrap["recipient_id"]
            )
            assert not opens(WrappingKey(candidate).unwrap, wrap["key_sealed"], place)
            assert not opens(open_box, candidate, wrap["key_sealed"], place.bound("handed"))
        for row in loot.rows("SELECT id, content_sealed, account_id, form, subject_id FROM drafts"):
            bound = packed("draft", row["account_id"], row["form"], row["subject_id"])
            assert not opens(boxes.open_sealed, candidate, row["content_sealed"], bound)
    assert_wrapped_keys_are_true(loot, wraps)


def assert_wrapped_keys_are_true(loot: Loot, wraps: Iterable[sqlite3.Row]) -> None:
    """The same attack with the true team keys opens, so that the above proves something."""
    opened = 0
    for wrap in wraps:
        place = WrapPlace(wrap["compartment_id"], wrap["key_id"], wrap["key_version"], wrap["recipient_id"])
        key = loot.keys.get(f"team {wrap['recipient_id']}")
        opened += key is not None and opens(WrappingKey(key).unwrap, wrap["key_sealed"], place)
    assert opened >= 2


def test_no_sealed_field_opens_under_anything_that_lies_about(loot: Loot) -> None:
    tried = 0
    candidates = loot.candidates()[::3]
    for table in sorted({name.split(".")[0] for name in FIELDS}):
        for row in loot.rows(f'SELECT * FROM "{table}"'):
            for name in FIELDS:
                sealed = row[f"{name.split('.')[1]}_sealed"] if name.split(".")[0] == table else None
                if sealed is None:
                    continue
                for candidate in candidates:
                    key = FieldKey(
                        key_id=int.from_bytes(sealed[1:9], "big"),
                        compartment_id=0,
                        version=1,
                        secret=candidate,
                    )
                    assert not opens(partial(key.open, sealed, tag=FIELDS[name].tag, row_id=row["id"]))
                    tried += 1
    assert tried > 200


def test_the_server_secret_alone_finds_no_number(loot: Loot) -> None:
    digests = {row["digest"] for row in loot.rows("SELECT digest FROM blind_indexes")}
    assert digests
    true = [key for name, key in loot.keys.items() if name.startswith("index ")]
    for purpose, value in (
        ("phone", CANARIES["phone"]),
        ("phone", "8613812345679"),
        ("phone", "+8613812345679"),
    ):
        for guess in loot.candidates():
            assert blind_index.digest(guess, loot.server_secret, purpose, value) not in digests
        assert hashlib.sha256(value.encode()).digest() not in digests
    canonical = read_phone(CANARIES["phone"]).canonical
    assert any(blind_index.digest(key, loot.server_secret, "phone", canonical) in digests for key in true)
