"""Tests of where files are, and that folders are private from their creation on."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from clockify_cli import environment
from clockify_cli.errors import StoreError
from clockify_cli.paths import find_paths, private_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself answers")
@pytest.mark.parametrize("base", [None, "/somewhere", "relative", "", "  "])
def test_the_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, base: str | None
) -> None:
    monkeypatch.delenv("CLOCKIFY_HOME", raising=False)
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        if base is None:
            monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
        else:
            monkeypatch.setenv(f"XDG_{name}_HOME", base)
    paths = find_paths(os.environ)
    dirs = platformdirs.PlatformDirs("clockify_cli", appauthor=False)
    assert (paths.config, paths.data) == (dirs.user_config_path, dirs.user_data_path)
    assert (paths.cache, paths.state) == (dirs.user_cache_path, dirs.user_state_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself answers")
def test_an_empty_home_counts_as_unset() -> None:
    pwd = pytest.importorskip("pwd")
    own = pwd.getpwuid(os.getuid()).pw_dir
    assert find_paths({"HOME": ""}) == find_paths({"HOME": own})
    assert find_paths({"HOME": "", "CLOCKIFY_HOME": "~/x"}).data == Path(own, "x", "data")


def test_one_variable_moves_all_four(tmp_path: Path) -> None:
    paths = find_paths({"CLOCKIFY_HOME": str(tmp_path)})
    names = (paths.config, paths.data, paths.cache, paths.state)
    assert names == tuple(tmp_path / name for name in ("config", "data", "cache", "state"))
    assert paths.config_file == tmp_path / "config" / "config.toml"
    assert paths.database == tmp_path / "data" / "timesheet.db"
    assert str(paths.database) == environment.database({"CLOCKIFY_HOME": str(tmp_path)})
    assert paths.lock.parent == paths.backups.parent == paths.data
    assert paths.prompt_file("default").parent == paths.state


def test_each_profile_has_a_prompt_file_of_its_own(tmp_path: Path) -> None:
    paths = find_paths({"CLOCKIFY_HOME": str(tmp_path)})
    assert paths.prompt_profiles() == []
    names = ["default", "work", "work-2", "default_"]
    files = [paths.prompt_file(name) for name in names]
    assert len(set(files)) == len(names)
    paths.state.mkdir()
    for file in (*files, files[1].with_name("timer-work.17.new"), paths.state / "sync.json"):
        file.touch()
    assert sorted(paths.prompt_profiles()) == sorted(names)


@pytest.mark.parametrize("given", ["~/x", "x", "./x/"])
def test_the_variable_may_be_relative_or_of_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert find_paths({"CLOCKIFY_HOME": given}).data == tmp_path / "x" / "data"


def test_where_platformdirs_decides_the_four_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    paths = find_paths({"HOME": "/home/x"})
    folders = [paths.config, paths.data, paths.cache, paths.state]
    assert len(set(folders)) == 4
    assert all("clockify_cli" in folder.parts for folder in folders)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_folder_is_private_when_it_is_made_and_so_are_those_above(
    tmp_path: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o700)
    private_folder(tmp_path / "a" / "b")


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreError, match="can be written by others") as caught:
        private_folder(folder)
    assert f"chmod 700 '{folder}'" in caught.value.hint
    with pytest.raises(StoreError, match="can be written by others"):
        private_folder(folder / "below")
    assert not (folder / "below").exists()


def test_a_folder_below_one_with_the_sticky_bit_is_fine(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    private_folder(shared / "mine")
    assert mode(shared / "mine") == 0o700


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="file"):
            private_folder(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="NOT ROOT: no chown")
class TestOfAnotherUser:
    def test_a_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        os.chown(tmp_path / "a", 65534, 65534)
        with pytest.raises(StoreError, match="belongs to another user"):
            private_folder(tmp_path / "a")

    def test_nothing_is_made_in_a_home_as_under_sudo(self, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        os.chown(tmp_path / "home", 65534, 65534)
        with pytest.raises(StoreError, match="belongs to another user"):
            private_folder(tmp_path / "home" / "data" / "clockify_cli")
        assert not (tmp_path / "home" / "data").exists()
