"""What the environment may say, and the sentence for each thing it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

import config
from config import ConfigurationError, Settings, load


def faults(**environ: str) -> list[str]:
    """The sentences with which these settings are refused."""
    with pytest.raises(ConfigurationError) as refused:
        load(environ)
    return refused.value.sentences


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    assert load({}) == Settings()
    assert load({}).instance_path == config.ROOT / "instance"
    assert load({}).address == "http://127.0.0.1:12338"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(dict.fromkeys(config.NAMES, "")) == Settings()


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).touch()
    settings = load(
        {
            "CASEWORK_INSTANCE": str(tmp_path),
            "CASEWORK_DATABASE_URL": "postgresql://desk:pw@db/casework",
            "CASEWORK_HOST": "0.0.0.0",
            "CASEWORK_PORT": "443",
            "CASEWORK_KIND": "test",
            "CASEWORK_ARGON2_CHEAP": "yes",
            "CASEWORK_TOTP": "required",
            "CASEWORK_IDLE_MINUTES": "5",
            "CASEWORK_SESSION_HOURS": "8",
            "CASEWORK_WORKERS": "4",
            "CASEWORK_BLOCKING_THREADS": "2",
            "CASEWORK_TRUSTED_PROXY": "1",
            "CASEWORK_TLS_CERT": str(tmp_path / "cert.pem"),
            "CASEWORK_TLS_KEY": str(tmp_path / "key.pem"),
            "CASEWORK_PUBLIC_URL": "https://12338.example.org/",
            "CASEWORK_SCHEDULER": "0",
            "CASEWORK_LOCALE": "en",
        }
    )
    assert settings == Settings(
        instance_path=tmp_path,
        database_url="postgresql+psycopg://desk:pw@db/casework",
        host="0.0.0.0",
        port=443,
        kind="test",
        argon2_cheap=True,
        totp="required",
        idle_minutes=5,
        session_hours=8,
        workers=4,
        blocking_threads=2,
        trusted_proxy=True,
        tls_cert=tmp_path / "cert.pem",
        tls_key=tmp_path / "key.pem",
        public_url="https://12338.example.org",
        scheduler_enabled=False,
        locale_default="en",
    )
    assert settings.address == "https://12338.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASEWORK_PORT", "0"),
        ("CASEWORK_PORT", "65536"),
        ("CASEWORK_PORT", "twelve"),
        ("CASEWORK_PORT", "１２３３８"),
        ("CASEWORK_PORT", "-1"),
        ("CASEWORK_KIND", "Live"),
        ("CASEWORK_TOTP", "optional"),
        ("CASEWORK_IDLE_MINUTES", "0"),
        ("CASEWORK_SESSION_HOURS", "13"),
        ("CASEWORK_WORKERS", "1.5"),
        ("CASEWORK_BLOCKING_THREADS", "0"),
        ("CASEWORK_SCHEDULER", "maybe"),
        ("CASEWORK_LOCALE", "fr"),
        ("CASEWORK_DATABASE_URL", "mysql://desk:hidden-word@db/x"),
        ("CASEWORK_DATABASE_URL", "sqlite:////tmp/elsewhere.db"),
        ("CASEWORK_DATABASE_URL", "postgresql://"),
        ("CASEWORK_TLS_CERT", "/nowhere/cert.pem"),
        ("CASEWORK_PUBLIC_URL", "http://12338.example.org"),
        ("CASEWORK_PUBLIC_URL", "https://12338.example.org/desk"),
        ("CASEWORK_PUBLIC_URL", "https://someone:pw@12338.example.org"),
        ("CASEWORK_PUBLIC_URL", "https://[12338"),
        ("CASEWORK_PUBLIC_URL", "https://example.org:port"),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_its_name(name: str, value: str) -> None:
    sentence = faults(**{name: value})[0]
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "hidden-word" not in sentence


def test_all_faults_are_told_together() -> None:
    sentences = faults(CASEWORK_PORT="x", CASEWORK_KIND="y", CASEWORK_WORKERS="z", CASEWORK_HOST="0.0.0.0")
    assert len(sentences) == 4


def test_cheap_password_hashing_is_for_tests_alone() -> None:
    assert load({"CASEWORK_ARGON2_CHEAP": "1", "CASEWORK_KIND": "test"}).argon2_cheap
    for kind in ("live", "demo"):
        (sentence,) = faults(CASEWORK_ARGON2_CHEAP="1", CASEWORK_KIND=kind)
        assert "CASEWORK_KIND=test" in sentence


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.example.org"])
def test_a_live_server_is_not_reachable_from_elsewhere_in_the_clear(host: str) -> None:
    (sentence,) = faults(CASEWORK_HOST=host)
    assert "CASEWORK_TLS_CERT" in sentence
    assert "CASEWORK_TRUSTED_PROXY=1" in sentence
    assert load({"CASEWORK_HOST": host, "CASEWORK_TRUSTED_PROXY": "1"}).over_tls


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_live_server_on_this_machine_alone_needs_no_tls(host: str) -> None:
    assert load({"CASEWORK_HOST": host}).on_loopback


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").touch()
    (sentence,) = faults(CASEWORK_TLS_CERT=str(tmp_path / "cert.pem"))
    assert "belong together" in sentence


def test_an_instance_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instance").touch()
    (sentence,) = faults(CASEWORK_INSTANCE=str(tmp_path / "instance"))
    assert "not a folder" in sentence


def test_a_slip_of_the_finger_is_named_and_a_stranger_is_left_alone() -> None:
    (sentence,) = faults(CASEWORK_HSOT="0.0.0.0")
    assert "CASEWORK_HOST may have been meant" in sentence
    assert load({"CASEWORK_CHROMIUM": "/usr/bin/chromium", "CASEWORK_TESTS_STRICT": "1"}) == Settings()


def test_the_password_of_the_database_is_not_in_a_repr() -> None:
    assert "pw" not in repr(load({"CASEWORK_DATABASE_URL": "postgresql://desk:pw@db/casework"}))


def test_an_address_of_the_sixth_version_is_written_with_brackets() -> None:
    assert load({"CASEWORK_HOST": "::1"}).address == "http://[::1]:12338"
