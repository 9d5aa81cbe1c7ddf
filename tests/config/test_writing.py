"""Tests that changing a setting leaves all else in the file as it is, or changes nothing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clockify_cli.config.settings import load_settings
from clockify_cli.config.writing import replace_file, write_config
from clockify_cli.errors import ConfigError, StoreError
from clockify_cli.paths import Paths, find_paths

CONFIG = """\
# Mine: do not touch.
[default]
tz = "Europe/Berlin"   # home
week-start = "sunday"

[work]  # elsewhere
tz = "America/New_York"
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"CLOCKIFY_HOME": str(tmp_path / "clockify")})


@pytest.fixture
def written(paths: Paths) -> Paths:
    paths.config.mkdir(0o700, parents=True)
    paths.config_file.write_text(CONFIG)
    paths.config_file.chmod(0o600)
    return paths


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277])
def test_a_new_file_is_private_whatever_the_umask(paths: Paths, umask: int) -> None:
    before = os.umask(umask)
    try:
        paths.config.parent.mkdir(mode=0o755)
        os.chmod(paths.config.parent, 0o755)
        paths.config.mkdir()
        os.chmod(paths.config, 0o700)
        write_config(paths, "default", {"tz": "UTC"})
    finally:
        os.umask(before)
    assert mode(paths.config_file) == 0o600
    assert list(paths.config.iterdir()) == [paths.config_file]


def test_the_folder_is_made_private(paths: Paths) -> None:
    write_config(paths, "default", {"tz": "UTC"})
    assert (mode(paths.config), mode(paths.config_file)) == (0o700, 0o600)


def test_comments_and_all_other_lines_stay(written: Paths) -> None:
    write_config(written, "default", {"tz": "Asia/Tokyo"})
    expected = CONFIG.replace('"Europe/Berlin"', '"Asia/Tokyo"')
    assert written.config_file.read_text() == expected


def test_crlf_and_a_byte_order_mark_do_no_harm(written: Paths) -> None:
    raw = ("\ufeff" + CONFIG.replace("\n", "\r\n")).encode()
    written.config_file.write_bytes(raw)
    write_config(written, "default", {"tz": "Asia/Tokyo"})
    text = written.config_file.read_bytes().decode()
    assert text == CONFIG.replace("Europe/Berlin", "Asia/Tokyo").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("tz", "UTC"),
        ("clock", "12"),
        ("keyring", "true"),
        ("default.tags", "a, b"),
        ("default.project", 'Acme "quoted" / Website'),
        ("alias.daily", "start Standup -p 'In ternal'"),
        ("hours", "mon-thu 8h, fri 6h"),
        ("fresh.entries", "10m"),
        ("alias.day", "report today"),
        ("hook.stop", "notify-send done"),
        ("rate", "95EUR"),
        ("rate.Acme Inc./Site v1.2", "95EUR"),
        ('round.Müller "Söhne" = #1', "6m:up"),
    ],
)
def test_what_is_written_is_read_and_unsetting_it_gives_the_file_back(
    written: Paths, key: str, text: str
) -> None:
    before = load_settings(written, {}, options={}, cwd=None).get("tz")
    write_config(written, "home", {key: text})
    settings = load_settings(written, {}, options={"profile": "home"}, cwd=None)
    assert settings.warnings == ()
    assert settings.setting(key).origin.layer == "config file"
    write_config(written, "home", {key: None})
    assert load_settings(written, {}, options={}, cwd=None).get("tz") == before
    gone = load_settings(written, {}, options={"profile": "home"}, cwd=None)
    assert gone.setting(key).origin.layer != "config file"


def test_the_usual_rate_and_those_of_names_stand_side_by_side(written: Paths) -> None:
    write_config(written, "default", {"rate.Acme Inc./Site v1.2": "80EUR", "round.Acme": "none"})
    write_config(written, "default", {"rate": "95EUR", "rate.Acme": "70USD", "round": "15m:up"})
    found = load_settings(written, {}, options={}, cwd=None)
    assert found.warnings == ()
    assert found.rates == {"": "95EUR", "Acme Inc./Site v1.2": "80EUR", "Acme": "70USD"}
    assert found.roundings == {"": "15m:up", "Acme": "none"}
    write_config(written, "default", {"rate": None, "rate.Acme Inc./Site v1.2": None})
    assert load_settings(written, {}, options={}, cwd=None).rates == {"Acme": "70USD"}


def test_a_bad_rate_of_a_name_names_its_line(written: Paths) -> None:
    lines = f'{CONFIG}"rate.Acme Inc./Site v1.2" = "95"\n'
    written.config_file.write_text(lines)
    with pytest.raises(ConfigError) as refused:
        load_settings(written, {}, options={"profile": "work"}, cwd=None)
    assert f"{written.config_file}:8: rate.Acme Inc./Site v1.2" in refused.value.message


def test_rates_in_a_table_of_their_own_take_more_and_are_never_written_over(
    written: Paths,
) -> None:
    written.config_file.write_text(f'{CONFIG}\n[home]\n[home.rate]\n"Acme/Web" = "80EUR" # old\n')
    write_config(written, "home", {"rate.Beta": "70USD"})
    found = load_settings(written, {}, options={"profile": "home"}, cwd=None)
    assert found.rates == {"Acme/Web": "80EUR", "Beta": "70USD"}
    before = written.config_file.read_text()
    with pytest.raises(ConfigError, match="rate is a table"):
        write_config(written, "home", {"rate": "95EUR"})
    assert written.config_file.read_text() == before


@pytest.mark.parametrize(
    "changes",
    [{"tz": "Foo/Bar"}, {"no-such-key": "x"}, {"clock": "13"}, {"default.task": "x"}],
)
def test_a_change_that_is_no_good_leaves_the_file(written: Paths, changes: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        write_config(written, "default", {"week-start": "monday", **changes})
    assert written.config_file.read_text() == CONFIG


@pytest.mark.parametrize(
    "raw", [b"[default\n", b"\x00\x01", b"\xff\xfe", b"#" * (2 << 20), b"[a]\n[a]\n", b"a=1\na=2"]
)
def test_a_file_that_cannot_be_understood_is_never_overwritten(written: Paths, raw: bytes) -> None:
    written.config_file.write_bytes(raw)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        write_config(written, "default", {"tz": "UTC"})
    assert written.config_file.read_bytes() == raw


def test_a_file_that_others_could_read_is_private_after_a_change(written: Paths) -> None:
    written.config_file.chmod(0o644)
    write_config(written, "default", {"tz": "UTC"})
    assert mode(written.config_file) == 0o600


class TestLinks:
    def test_a_link_of_ones_own_stays_and_its_target_changes(
        self, written: Paths, tmp_path: Path
    ) -> None:
        target = tmp_path / "dotfiles.toml"
        written.config_file.rename(target)
        written.config_file.symlink_to(target)
        write_config(written, "default", {"tz": "UTC"})
        assert written.config_file.is_symlink()
        assert 'tz = "UTC"' in target.read_text()

    def test_a_link_to_nothing_is_refused(self, written: Paths, tmp_path: Path) -> None:
        written.config_file.unlink()
        written.config_file.symlink_to(tmp_path / "gone")
        with pytest.raises(ConfigError, match="link to nothing"):
            write_config(written, "default", {"tz": "UTC"})
        assert not (tmp_path / "gone").exists()

    def test_a_link_to_another_users_file_is_refused(self, written: Paths, tmp_path: Path) -> None:
        target = tmp_path / "theirs.toml"
        target.write_text(CONFIG)
        try:
            os.chown(target, 65534, 65534)
        except PermissionError:
            pytest.skip("NOT ROOT: a file of another user cannot be made here")
        written.config_file.unlink()
        written.config_file.symlink_to(target)
        with pytest.raises(ConfigError, match="not only yours"):
            write_config(written, "default", {"tz": "UTC"})
        assert target.read_text() == CONFIG

    def test_a_link_swapped_in_meanwhile_is_never_written_through(
        self, written: Paths, tmp_path: Path
    ) -> None:
        decoy = tmp_path / "decoy"
        decoy.write_text("decoy")
        over = threading.Event()

        def swap() -> None:
            spare = written.config / "spare"
            while not over.is_set():
                spare.unlink(missing_ok=True)
                spare.symlink_to(decoy)
                spare.replace(written.config_file)

        swapper = threading.Thread(target=swap)
        swapper.start()
        try:
            for _ in range(200):
                replace_file(written.config_file, 'secret = "x"\n')
        finally:
            over.set()
            swapper.join()
        assert decoy.read_text() == "decoy"


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_to_is_refused(written: Paths, bits: int) -> None:
    written.config.chmod(bits)
    with pytest.raises(StoreError, match="can be written by others"):
        write_config(written, "default", {"tz": "UTC"})
    assert written.config_file.read_text() == CONFIG


def test_what_a_killed_writer_left_is_cleared_away(written: Paths) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = written.config / f".config.toml.{gone.pid}.0badcafe"
    busy = written.config / f".config.toml.{os.getppid()}.0badcafe"
    for file in (left, busy):
        file.write_text('key = "half"')
    write_config(written, "default", {"tz": "UTC"})
    assert not left.exists()
    assert busy.exists()


def test_changes_at_the_same_time_are_all_kept(written: Paths) -> None:
    names = [f"alias.a{number}" for number in range(8)]
    threads = [
        threading.Thread(target=write_config, args=(written, "default", {name: "log"}))
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    aliases = load_settings(written, {}, options={}, cwd=None).aliases
    assert len(aliases) == len(names)


def test_the_file_is_flushed_before_it_is_renamed_and_the_folder_after(
    written: Paths, tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("NO STRACE: the order of system calls is not tested")
    trace = tmp_path / "trace"
    code = (
        "from clockify_cli.paths import find_paths\n"
        "from clockify_cli.config.writing import write_config\n"
        "import sys\n"
        "paths = find_paths({'CLOCKIFY_HOME': sys.argv[1]})\n"
        "write_config(paths, 'default', {'tz': 'UTC'})\n"
    )
    command = [strace, "-f", "-o", str(trace), "-e", "trace=openat,fsync,rename", sys.executable]
    done = subprocess.run(
        [*command, "-c", code, str(tmp_path / "clockify")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    if b"ptrace" in done.stderr or b"PTRACE" in done.stderr:
        pytest.skip("NO TRACING: the order of system calls is not tested")
    assert done.returncode == 0
    calls = trace.read_text().splitlines()
    opened = next(at for at, call in enumerate(calls) if "/.config.toml." in call)
    assert "O_EXCL" in calls[opened]
    assert "O_NOFOLLOW" in calls[opened]
    assert "0600" in calls[opened]
    after = [call.split("(")[0].split()[-1] for call in calls[opened + 1 :]]
    wanted = [name for name in after if name in ("fsync", "rename")]
    assert wanted == ["fsync", "rename", "fsync"]
