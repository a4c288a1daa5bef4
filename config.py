"""The settings of one instance, read from the environment and checked before anything starts."""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent

KINDS = ("live", "demo", "test")
TOTP_RULES = ("offered", "required")
LOCALES = ("zh", "en")

# Each name with what it decides; the operations guide prints this table.
NAMES: dict[str, str] = {
    "CASEWORK_INSTANCE": "folder of the database, the server secret and the attachments",
    "CASEWORK_DATABASE_URL": "a PostgreSQL address; empty means SQLite in the instance folder",
    "CASEWORK_HOST": "address that the server listens on",
    "CASEWORK_PORT": "port that the server listens on",
    "CASEWORK_KIND": "live, demo or test; an instance never changes its kind",
    "CASEWORK_ARGON2_CHEAP": "quick password hashing, for tests only",
    "CASEWORK_TOTP": "one-time codes at sign-in: offered or required",
    "CASEWORK_IDLE_MINUTES": "minutes without input after which a session locks",
    "CASEWORK_SESSION_HOURS": "hours after which a session ends",
    "CASEWORK_WORKERS": "worker processes; no more than processor cores",
    "CASEWORK_BLOCKING_THREADS": "requests that one worker serves at once",
    "CASEWORK_TRUSTED_PROXY": "1 when a proxy that ends TLS stands in front",
    "CASEWORK_TLS_CERT": "certificate file, when the server ends TLS itself",
    "CASEWORK_TLS_KEY": "private key file of that certificate",
    "CASEWORK_PUBLIC_URL": "address that people type, used in links",
    "CASEWORK_SCHEDULER": "0 when the scheduler runs as a command of its own",
    "CASEWORK_LOCALE": "language before anyone has chosen: zh or en",
}

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


class ConfigurationError(Exception):
    """The environment does not describe a server that may start; `sentences` names every fault."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Settings:
    """What one instance was started with. Paths are absolute; `database_url` is "" for SQLite."""

    instance_path: Path = ROOT / "instance"
    # Holds a password, so no repr and no log shows it.
    database_url: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 12338
    kind: str = "live"
    argon2_cheap: bool = False
    totp: str = "offered"
    idle_minutes: int = 10
    session_hours: int = 12
    workers: int = 2
    blocking_threads: int = 4
    trusted_proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    public_url: str = ""
    scheduler_enabled: bool = True
    locale_default: str = "zh"

    @property
    def on_loopback(self) -> bool:
        """True when only programs on this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def over_tls(self) -> bool:
        """True when people reach the server over https, ended here or by the declared proxy."""
        return self.trusted_proxy or self.tls_cert is not None

    @property
    def address(self) -> str:
        """What a person types to reach this server."""
        if self.public_url:
            return self.public_url
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """True for localhost and for the addresses that never leave this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load(environ: Mapping[str, str]) -> Settings:
    """Returns the settings, or raises ConfigurationError with one sentence for each fault found.

    An empty variable counts as not set. Nothing is created, opened or written.
    """
    reader = _Reader(environ)
    settings = Settings(
        instance_path=reader.path("CASEWORK_INSTANCE") or ROOT / "instance",
        database_url=reader.database_url(),
        host=reader.text("CASEWORK_HOST", "127.0.0.1"),
        port=reader.number("CASEWORK_PORT", 12338, 1, 65535),
        kind=reader.one_of("CASEWORK_KIND", "live", KINDS),
        argon2_cheap=reader.yes_or_no("CASEWORK_ARGON2_CHEAP", False),
        totp=reader.one_of("CASEWORK_TOTP", "offered", TOTP_RULES),
        idle_minutes=reader.number("CASEWORK_IDLE_MINUTES", 10, 1, 60),
        session_hours=reader.number("CASEWORK_SESSION_HOURS", 12, 1, 12),
        workers=reader.number("CASEWORK_WORKERS", 2, 1, 64),
        blocking_threads=reader.number("CASEWORK_BLOCKING_THREADS", 4, 1, 32),
        trusted_proxy=reader.yes_or_no("CASEWORK_TRUSTED_PROXY", False),
        tls_cert=reader.readable_file("CASEWORK_TLS_CERT"),
        tls_key=reader.readable_file("CASEWORK_TLS_KEY"),
        public_url=reader.text("CASEWORK_PUBLIC_URL", "").rstrip("/"),
        scheduler_enabled=reader.yes_or_no("CASEWORK_SCHEDULER", True),
        locale_default=reader.one_of("CASEWORK_LOCALE", "zh", LOCALES),
    )
    faults = reader.faults + _misspelt(environ) + _contradictions(settings)
    if faults:
        raise ConfigurationError(faults)
    return settings


class _Reader:
    """Reads one variable at a time and keeps the sentences of all that could not be read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        if raw.isascii() and raw.isdecimal() and least <= int(raw) <= most:
            return int(raw)
        self.faults.append(f"{name} must be a whole number from {least} to {most}, not {raw!r}.")
        return default

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw in choices:
            return raw
        self.faults.append(f"{name} must be one of {', '.join(choices)}, not {raw!r}.")
        return default

    def yes_or_no(self, name: str, default: bool) -> bool:
        raw = self.text(name, "1" if default else "0").lower()
        if raw in _YES | _NO:
            return raw in _YES
        self.faults.append(f"{name} must be 1 or 0, not {raw!r}.")
        return default

    def path(self, name: str) -> Path | None:
        raw = self.text(name, "")
        return Path(raw).expanduser().absolute() if raw else None

    def readable_file(self, name: str) -> Path | None:
        path = self.path(name)
        if path is None:
            return None
        try:
            with path.open("rb"):
                return path
        except OSError as error:
            self.faults.append(f"{name} names {path}, which cannot be read: {error.strerror}.")
            return path

    def database_url(self) -> str:
        raw = self.text("CASEWORK_DATABASE_URL", "")
        if not raw:
            return ""
        scheme, found, rest = raw.partition("://")
        if found and scheme in {"postgresql", "postgresql+psycopg"} and rest:
            return f"postgresql+psycopg://{rest}"
        # The address may hold a password, so the sentence does not repeat it.
        self.faults.append(
            "CASEWORK_DATABASE_URL must begin with postgresql:// and name a database; "
            "leave it empty for SQLite in the instance folder."
        )
        return ""


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a setting with a slip of the finger."""
    sentences = []
    for name in sorted(environ):
        if not name.startswith("CASEWORK_") or name in NAMES:
            continue
        if near := difflib.get_close_matches(name, NAMES, n=1, cutoff=0.88):
            sentences.append(f"{name} is not a setting; {near[0]} may have been meant.")
    return sentences


def _contradictions(settings: Settings) -> list[str]:
    """A sentence for each pair of settings that must not stand together."""
    sentences = []
    if settings.instance_path.exists() and not settings.instance_path.is_dir():
        sentences.append(f"CASEWORK_INSTANCE names {settings.instance_path}, which is not a folder.")
    if settings.argon2_cheap and settings.kind != "test":
        sentences.append("CASEWORK_ARGON2_CHEAP weakens passwords: it needs CASEWORK_KIND=test.")
    if settings.totp == "required" and settings.kind == "demo":
        sentences.append(
            "CASEWORK_TOTP=required does not go with CASEWORK_KIND=demo: its accounts sign in with the "
            "password alone."
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        sentences.append("CASEWORK_TLS_CERT and CASEWORK_TLS_KEY belong together: set both or neither.")
    if settings.kind == "live" and not settings.on_loopback and not settings.over_tls:
        sentences.append(
            f"A live server may listen on {settings.host} only over TLS: set CASEWORK_TLS_CERT and "
            "CASEWORK_TLS_KEY, or CASEWORK_TRUSTED_PROXY=1 when a proxy in front of it ends TLS."
        )
    if settings.public_url and not _is_sound_public_url(settings):
        sentences.append(
            "CASEWORK_PUBLIC_URL must be an https:// address without path, query or password "
            "(http:// is allowed for this machine alone)."
        )
    return sentences


def _is_sound_public_url(settings: Settings) -> bool:
    try:
        parts = urlsplit(settings.public_url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    return named and plain and safe
