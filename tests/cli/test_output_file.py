from __future__ import annotations

import fcntl
import os
import resource
import signal
import socket
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify, prepared


@pytest.fixture
def old_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@prepared
def filled(clockify: Clockify) -> Clockify:
    clockify("add", "Write spec", "8-9")
    return clockify


def listed(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.name != "clockify")


def test_a_file_appears_whole_and_nothing_else(filled: Clockify, home: Path) -> None:
    done = filled("export", "-o", "out.csv")

    assert (done.code, done.out) == (0, "")
    assert done.err == "Exported 1 entry to out.csv.\n"
    assert listed(home) == ["out.csv"]
    assert (home / "out.csv").read_text().count("\n") == 2


def test_a_dash_is_the_screen(filled: Clockify, home: Path) -> None:
    done = filled("export", "-o", "-")

    assert done.out == filled("export").out
    assert "Write spec" in done.out
    assert listed(home) == []


def test_an_existing_file_is_replaced_by_force_alone(filled: Clockify, home: Path) -> None:
    (home / "out.csv").write_text("mine")

    done = filled("export", "-o", "out.csv")
    assert done.code == 2
    line = "`clockify export -o out.csv --force`"
    assert done.err == f'error: "out.csv" already exists\n{line} replaces it.\n'
    assert (home / "out.csv").read_text() == "mine"

    assert filled("export", "-o", "out.csv", "--force").code == 0
    assert "Write spec" in (home / "out.csv").read_text()


@pytest.mark.usefixtures("old_umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_is_as_open_as_the_umask_leaves_it(
    filled: Clockify, home: Path, mask: int, mode: int
) -> None:
    os.umask(mask)

    filled("export", "-o", "out.csv")

    assert stat.S_IMODE((home / "out.csv").stat().st_mode) == mode


@pytest.mark.usefixtures("old_umask")
def test_a_file_that_is_replaced_keeps_its_permissions(filled: Clockify, home: Path) -> None:
    (home / "out.csv").touch(0o600)

    filled("export", "-o", "out.csv", "--force")

    assert stat.S_IMODE((home / "out.csv").stat().st_mode) == 0o600


def test_a_link_is_followed_and_stays(filled: Clockify, home: Path) -> None:
    (home / "real.csv").write_text("old")
    (home / "link.csv").symlink_to("real.csv")

    assert filled("export", "-o", "link.csv").code == 2
    assert filled("export", "-o", "link.csv", "--force").code == 0

    assert (home / "link.csv").is_symlink()
    assert "Write spec" in (home / "real.csv").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a link away")
def test_a_link_of_another_user_is_not_followed(filled: Clockify, home: Path) -> None:
    (home / "real.csv").write_text("mine")
    (home / "link.csv").symlink_to("real.csv")
    os.lchown(home / "link.csv", 65534, -1)

    done = filled("export", "-o", "link.csv", "--force")

    assert done.code == 2
    assert '"link.csv" is another user\'s link' in done.err
    assert (home / "real.csv").read_text() == "mine"


def test_a_folder_above_may_be_written_to(filled: Clockify, home: Path) -> None:
    (home / "below").mkdir()
    os.chdir(home / "below")

    assert filled("export", "-o", "../out.csv").code == 0
    assert (home / "out.csv").exists()


@pytest.mark.parametrize("forced", [(), ("--force",)], ids=["plain", "forced"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("folder", '"folder" is a folder', id="folder"),
        pytest.param("pipe", '"pipe" is not a regular file', id="pipe"),
        pytest.param("socket", '"socket" is not a regular file', id="socket"),
        pytest.param("/dev/null", '"/dev/null" is not a regular file', id="device"),
        pytest.param("dangling", '"dangling" is a link to nothing', id="dangling link"),
        pytest.param("none/out.csv", "does not exist", id="no folder"),
        pytest.param("", "the name of the output file is empty", id="no name"),
        pytest.param("x" * 300, "File name too long", id="long name"),
        pytest.param("clockify/data/timesheet.db", "own files", id="database"),
        pytest.param("clockify/data/timesheet.db-wal", "own files", id="its log"),
        pytest.param("clockify/config/config.toml", "own files", id="configuration"),
        pytest.param("clockify/state/sync.json", "own files", id="its mark"),
        pytest.param("clockify/data/sync.lock", "own files", id="lock"),
        pytest.param("clockify/data/backups/x.db", "own files", id="backups"),
        pytest.param("clockify/cache/any", "own files", id="cache"),
        pytest.param("linked-configuration", "own files", id="linked configuration"),
        pytest.param("link-to-database", "own files", id="link to the database"),
        pytest.param("same-as-database", "own files", id="the database's other name"),
    ],
)
def test_a_place_that_must_stay_is_refused(
    filled: Clockify, home: Path, name: str, message: str, forced: tuple[str, ...]
) -> None:
    (home / "folder").mkdir()
    os.mkfifo(home / "pipe")
    (home / "dangling").symlink_to("nowhere")
    database = home / "clockify" / "data" / "timesheet.db"
    for folder in ("config", "data/backups", "cache", "state"):
        (home / "clockify" / folder).mkdir(mode=0o700, exist_ok=True)
    (home / "linked-configuration").touch(0o600)
    (home / "clockify" / "config" / "config.toml").symlink_to(home / "linked-configuration")
    (home / "link-to-database").symlink_to(database)
    os.link(database, home / "same-as-database")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        before = listed(home)

        done = filled("export", "-o", name, *forced)

    assert done.code == 2
    assert message in done.err
    assert listed(home) == before
    assert "Write spec" in filled("export").out


def test_a_full_disk_leaves_the_old_file_as_it_was(filled: Clockify, home: Path) -> None:
    (home / "out.tsv").write_text("mine")
    # This creates the files beside the database, which the limit would forbid.
    kept = sqlite3.connect(home / "clockify" / "data" / "timesheet.db")
    kept.execute("SELECT count(*) FROM entry").fetchone()
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        done = filled("export", "-o", "out.tsv", "--force")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
        kept.close()

    assert done.code == 1
    assert done.err.startswith('error: "out.tsv" could not be written')
    assert (home / "out.tsv").read_text() == "mine"
    assert listed(home) == ["out.tsv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(filled: Clockify, home: Path) -> None:
    (home / "closed").mkdir(0o500)

    done = filled("export", "-o", "closed/out.csv")

    assert done.code == 2
    assert "Permission denied" in done.err


def test_what_a_killed_process_left_is_removed_and_what_another_writes_is_not(
    clockify: Clockify, home: Path
) -> None:
    left, written = (home / f".clockify-{name * 16}.part" for name in "ab")
    for path in (left, written):
        path.write_text("half of it")
    with written.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert clockify("export", "all", "-o", "all.csv").code == 0
    assert {path.name for path in home.glob(".clockify-*")} == {written.name}
