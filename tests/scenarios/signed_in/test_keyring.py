"""Tests of a key in the system keyring."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench

KEYRING = """
import os, pathlib
store = pathlib.Path(os.environ["HOME"], "store")
class SecretService:
    def get_password(self, service, name): return store.read_text() if store.exists() else None
    def set_password(self, service, name, key): store.write_text(key)
    def delete_password(self, service, name): store.unlink()
def get_keyring(): return SecretService()
"""


@pytest.fixture
def keyring(stranger: Bench, tmp_path: Path) -> Path:
    """Return the folder of a keyring on the machine of a person who has no account yet."""
    package = tmp_path / "library" / "keyring"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(KEYRING)
    (package / "errors.py").write_text("class KeyringError(Exception): pass")
    stranger.environ["PYTHONPATH"] = str(package.parent)
    return package


def test_a_key_in_the_keyring_is_in_no_file_of_ours(stranger: Bench, keyring: Path) -> None:
    stranger.login("--keyring")
    assert stranger.fake.key not in stranger.config_file().read_text()
    assert "from the system keyring" in stranger.ok("whoami").out
    stranger.ok("start", "Write spec")
    assert len(stranger.fake.running()) == 1
    stranger.ok("logout")
    assert not (stranger.home / "store").exists()
    assert stranger("sync").code == 4


def test_without_a_keyring_signing_in_says_so_and_stores_nothing(stranger: Bench) -> None:
    done = stranger(
        "login",
        "--api-url",
        stranger.fake.url,
        "--with-key",
        "--keyring",
        typed=stranger.fake.key,
        PYTHONPATH="",
    )
    assert done.code == 4
    assert "keyring" in done.err
    assert stranger("sync").code == 4


def test_a_keyring_that_fails_is_named_where_the_file_stands_in(
    stranger: Bench, keyring: Path
) -> None:
    stranger.login()
    with stranger.config_file().open("a") as file:
        file.write("keyring = true\n")
    shutil.rmtree(keyring)
    for words in (("start", "Write spec"), ("stop", "--json")):
        done = stranger.ok(*words)
        assert done.err.count("the system keyring is not installed") == 1
        assert "the key in the configuration file is used instead" in done.err
    assert len(stranger.fake.entries()) == 1
    assert "keyring" not in stranger.ok("log", "--offline").err
