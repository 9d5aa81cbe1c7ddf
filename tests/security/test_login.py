"""Tests of how a key is entered: where it is written, and who can see it."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.trace import Program, ended, tracer
from tests.fake_clockify.keys import key_in
from tests.faults.conftest import Signed
from tests.faults.person import Person
from tests.faults.waiting import until

MADE = re.compile(r'(?:openat\(.*, "(?P<file>[^"]+)", .*O_CREAT.*, 0(?P<mode>\d+)\)|'
                  r'mkdir(?:at)?\((?:.*, )?"(?P<folder>[^"]+)", 0(?P<bits>\d+)\))')  # fmt: skip


@pytest.mark.parametrize(
    "umask", ["000", *(pytest.param(each, marks=pytest.mark.long) for each in ("022", "077"))]
)
def test_login_makes_each_file_and_folder_private_from_the_first_moment(
    umask: str, signed: Signed, tmp_path: Path
) -> None:
    person, fake = signed
    program = Program(tmp_path / "fresh", person.program.bytecode)
    log = tmp_path / "trace"
    login = ("login", "--with-key", "--api-url", fake.url)
    words = [*tracer(), f"--output={log}", "--trace=openat,mkdir,mkdirat", "--"]
    done = subprocess.run(
        ["/bin/sh", "-c", f'umask {umask}; exec "$@"', "sh", *words, *program.command(login)],
        env=program.environ,
        input=fake.key,
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done
    made = [
        found
        for line in log.read_text("utf-8", "replace").splitlines()
        if (found := MADE.search(line))
    ]
    ours = [each for each in made if str(program.home) in (each["file"] or each["folder"])]
    assert ours
    for each in ours:
        wide = int(each["mode"] or each["bits"], 8) & 0o077
        assert wide == 0, each.group()
    for path in program.home.rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.parametrize("mode", [0o640, 0o644])
def test_a_key_that_others_can_read_is_refused_with_the_way_to_mend_it_and_the_rest_goes_on(
    mode: int, signed: Signed
) -> None:
    person, fake = signed
    config = person.home / "config" / "config.toml"
    config.chmod(mode)
    seen = len(fake.requests)
    refused = person("sync")
    assert refused.run.code == 4
    assert f"chmod 600 {config}" in refused.run.err.replace("'", "")
    assert person("log").run.code == 0
    assert len(fake.requests) == seen
    assert stat.S_IMODE(config.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: cannot give a file to another user")
def test_a_link_swapped_in_during_logins_leads_no_key_to_another_users_file(
    signed: Signed, tmp_path: Path
) -> None:
    person, fake = signed
    decoy = tmp_path / "decoy"
    decoy.write_text("theirs")
    os.chown(decoy, 65534, 65534)
    decoy.chmod(0o666)
    folder = person.home / "config"
    over, swaps = threading.Event(), [0]

    def swap() -> None:
        while not over.is_set():
            (folder / "spare").unlink(missing_ok=True)
            (folder / "spare").symlink_to(decoy)
            (folder / "spare").replace(folder / "config.toml")
            swaps[0] += 1

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        while swaps[0] < 1_000:
            told = person("login", "--with-key", "--api-url", fake.url, typed=fake.key)
            assert told.run.code in (0, 1, 2, 4), told
    finally:
        over.set()
        swapper.join()
    assert decoy.read_text() == "theirs"


def test_a_key_is_no_argument(signed: Signed) -> None:
    person, fake = signed
    for words in (
        ("login", fake.key),
        ("login", "--key", fake.key),
        ("login", f"--with-key={fake.key}"),
    ):
        told = person(*words)
        assert told.run.code == 2, told
        assert fake.key not in told.run.err


def test_no_process_shows_the_key_in_its_arguments_or_environment(signed: Signed) -> None:
    person, fake = signed
    fault = fake.fault("S7", {"method": "POST"})
    process = person.program.start("start", "Kt seen", "--json")
    until(lambda: fake.committed("entry"))
    process.send_signal(signal.SIGSTOP)
    shown = [Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    process.send_signal(signal.SIGCONT)
    fault.release()
    assert ended(process).code == 0
    assert not any(key_in(text) for text in shown)


def test_no_child_gets_the_key_with_its_environment(
    signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, fake = signed
    heard = tmp_path / "heard"
    script = tmp_path / "hook"
    script.write_text(f"#!/bin/sh\ncat >> '{heard}'\n/usr/bin/env >> '{heard}'\n")
    script.chmod(0o700)
    for event in ("start", "change", "stop", "sync"):
        person.ok("config", "set", f"hook.{event}", str(script))
    person.environ["CLOCKIFY_API_KEY"] = fake.key
    person.environ["CLOCKIFY_API_URL"] = fake.url
    person.ok("start", "Kt hook")
    person.machine.skipped += 60
    person.ok("stop")
    person.ok("sync")
    text = heard.read_bytes()
    assert b"Kt hook" in text
    assert not key_in(text)


def test_logout_takes_the_key_away_and_keeps_what_waits(signed: Signed) -> None:
    person, _ = signed
    person.ok("add", "Kt waits", "yesterday", "9-10", "--offline")
    told = person("logout")
    assert told.run.code == 0
    assert "1 change" in told.run.err
    for path in person.home.rglob("*"):
        assert path.is_dir() or not key_in(path.read_bytes()), path


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: cannot give a file to another user")
def test_a_configuration_of_another_user_is_not_used(signed: Signed) -> None:
    person, fake = signed
    os.chown(person.home / "config" / "config.toml", 65534, 65534)
    seen = len(fake.requests)
    assert person("sync").run.code in (1, 2, 4)
    assert len(fake.requests) == seen


def test_a_login_in_a_folder_that_others_can_write_to_is_refused(
    signed: Signed, tmp_path: Path
) -> None:
    _, fake = signed
    careless = Person(tmp_path / "careless")
    (careless.home / "config").mkdir(parents=True)
    (careless.home / "config").chmod(0o777)
    told = careless("login", "--with-key", "--api-url", fake.url, typed=fake.key)
    assert told.run.code == 1
    assert "can be written by others" in told.run.err
    assert list((careless.home / "config").iterdir()) == []


def test_the_text_that_was_typed_is_read_to_a_limit(signed: Signed) -> None:
    person, fake = signed
    program = replace(person.program, typed="x" * (1 << 20))
    run = program.run("login", "--with-key", "--api-url", fake.url)
    assert run.code == 2
    assert "xxx" not in run.err
