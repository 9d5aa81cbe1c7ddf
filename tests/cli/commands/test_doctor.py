"""Tests that `clockify doctor` finds what is wrong, and nothing if all is well."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify


def test_a_fresh_and_a_used_home_are_sound_and_nothing_is_made(
    clockify: Clockify, home: Path
) -> None:
    assert clockify("doctor").code == 0
    assert not (home / "clockify").exists()
    clockify("start", "Write")
    done = clockify("doctor")
    assert done.code == 0
    assert "1 entry" in done.out
    assert "journal wal" in done.out
    assert "bad" not in done.out


def test_as_json_it_is_one_object(clockify: Clockify) -> None:
    told = json.loads(clockify("doctor", "--json").out)
    assert told["sound"] is True
    names = {check["name"] for check in told["checks"]}
    assert {"versions", "config", "data", "settings", "timesheet", "zone", "key"} <= names


def damage(database: Path) -> None:
    raw = bytearray(database.read_bytes())
    for at in range(4096, len(raw), 512):
        raw[at : at + 64] = b"\xff" * 64
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    database.write_bytes(raw)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a damaged timesheet": (lambda root: damage(root / "data" / "timesheet.db"), "timesheet"),
    "another file in its place": (
        lambda root: (root / "data" / "timesheet.db").write_bytes(b"text" * 2000),
        "timesheet",
    ),
    "an empty file in its place": (
        lambda root: (root / "data" / "timesheet.db").write_bytes(b""),
        "timesheet",
    ),
    "a timesheet open to others": (
        lambda root: (root / "data" / "timesheet.db").chmod(0o644),
        "chmod 600",
    ),
    "a folder open to others": (lambda root: (root / "data").chmod(0o777), "chmod 700"),
    "a file for a folder": (lambda root: (root / "cache").write_text("x"), "is not a folder"),
    "a bad value": (
        lambda root: (root / "config" / "config.toml").write_text("[default]\nclock = 13\n"),
        "config.toml:2",
    ),
    "an unknown key": (
        lambda root: (root / "config" / "config.toml").write_text("[default]\nx = 13\n"),
        "config.toml:2",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_named_and_exits_9(clockify: Clockify, home: Path, what: str) -> None:
    clockify("start", "Write")
    clockify("config", "set", "clock", "24")
    breaking, named = BROKEN[what]
    breaking(home / "clockify")
    done = clockify("doctor")
    assert (done.code, done.err) == (9, "")
    bad = [line for line in done.out.splitlines() if line.startswith("bad") or "chmod" in line]
    assert any(named in line for line in bad)
    assert json.loads(clockify("doctor", "--json").out)["sound"] is False


def test_a_folder_of_another_user_is_bad(clockify: Clockify, home: Path) -> None:
    clockify("start", "Write")
    try:
        os.chown(home / "clockify" / "data", 65534, 65534)
    except PermissionError:
        pytest.skip("NOT ROOT: a folder of another user cannot be made here")
    assert "belongs to another user" in clockify("doctor").out


def test_odd_variables_are_noted(clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/x.pem")
    monkeypatch.setenv("CLOCKIFY_API_KEY", "secret")
    out = clockify("doctor").out
    assert "XDG_DATA_HOME is relative and ignored" in out
    assert "/x.pem" in out
    assert "from CLOCKIFY_API_KEY" in out
    assert "secret" not in out


@pytest.mark.parametrize("folder", ["a" * 300, "a/" * 3000], ids=["name", "path"])
def test_a_home_whose_name_is_too_long_is_bad(
    clockify: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("CLOCKIFY_HOME", str(home / folder))
    done = clockify("doctor")
    assert (done.code, done.err) == (9, "")
    assert "File name too long" in done.out
    for command in (["status"], ["status", "--short"], ["backup"], ["add", "x", "8-9"], []):
        done = clockify(*command)
        assert "unexpected" not in done.err
