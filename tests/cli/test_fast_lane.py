"""Tests that answers given before anything heavy loads equal those of the whole program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from clockify_cli import environment
from tests.cli.conftest import TEN, Clockify
from tests.examples import thinned

LATER = TEN + timedelta(hours=1, minutes=4, seconds=59)


def test_status_short_is_empty_while_nothing_runs_and_makes_no_file(
    clockify: Clockify,
    home: Path,
) -> None:
    done = clockify("status", "--short")
    assert (done.code, done.out, done.err) == (0, "\n", "")
    assert not (home / "clockify").exists()


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("Standup",), "Standup 1:04"),
        (("-p", "Acme/Website"), "Acme / Website 1:04"),
        ((), "(no description) 1:04"),
        (("Café ☕",), "Café ☕ 1:04"),
    ],
)
def test_status_short_is_the_label_and_the_time(
    clockify: Clockify,
    args: tuple[str, ...],
    line: str,
) -> None:
    clockify("start", *args)
    assert clockify("status", "--short", now=LATER).out == line + "\n"


def test_status_check_says_nothing_and_exits_3_while_nothing_runs(clockify: Clockify) -> None:
    idle = clockify("status", "--check")
    clockify("start", "Write")
    busy = clockify("status", "--check")
    assert [(one.code, one.out, one.err) for one in (idle, busy)] == [(3, "", ""), (0, "", "")]


@pytest.mark.parametrize(
    "line",
    [
        "-q status --short",
        "status --short --color never",
        "--profile work status --short --no-input",
        "status --short --debug",
    ],
)
def test_options_of_the_program_are_taken_around_status_short(
    clockify: Clockify,
    line: str,
) -> None:
    clockify("config", "set", "clock", "24", "--profile", "work")
    clockify("start", "Write")
    assert clockify(*line.split(), now=LATER).out == "Write 1:04\n"


@pytest.mark.parametrize("mode", ["--short", "--check"])
@pytest.mark.parametrize("named", ["wrok", ""])
def test_a_profile_that_is_not_there_is_no_silence(
    clockify: Clockify, mode: str, named: str
) -> None:
    clockify("start", "Write")
    done = clockify("--profile", named, "status", mode)
    assert (done.code, done.out) == (2, "")
    assert "profile" in done.err


def test_a_profile_is_known_however_its_table_is_written(
    clockify: Clockify, config_file: Path
) -> None:
    config_file.write_text('[ "work" ]\nclock = 24\n')
    config_file.chmod(0o600)
    clockify("start", "Write")
    assert clockify("status", "--short", "--profile", "work", now=LATER).out == "Write 1:04\n"


@pytest.mark.parametrize("line", ["status --short --bogus", "status --short extra"])
def test_what_the_fast_answer_does_not_know_the_whole_program_refuses(
    clockify: Clockify,
    line: str,
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (2, "")


def test_durations_of_the_configuration_hold_for_status_short_too(clockify: Clockify) -> None:
    clockify("config", "set", "durations", "hm")
    clockify("start", "Write")
    assert clockify("status", "--short", now=LATER).out == "Write 1h 04m\n"


@pytest.mark.parametrize("durations", ["clock", "hm"])
def test_a_label_is_harmless_by_either_way(clockify: Clockify, durations: str) -> None:
    clockify("config", "set", "durations", durations)
    clockify("start", "--", "$(x) `y` 5% \\u")
    assert clockify("status", "--short").out.startswith("$ (x) 'y' 5%% \\\\u 0")


def test_without_a_utf8_locale_the_prompt_is_ascii(
    clockify: Clockify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clockify("start", "Café")
    monkeypatch.setenv("LC_ALL", "C")
    assert clockify("status", "--short").out.isascii()


def test_a_damaged_timesheet_is_no_silence(clockify: Clockify, home: Path) -> None:
    clockify("start", "Write")
    (home / "clockify" / "data" / "timesheet.db").write_bytes(b"no database " * 100)
    done = clockify("status", "--short")
    assert done.code == 1
    assert "timesheet.db" in done.err


@pytest.mark.parametrize("mode", ["--short", "--check"])
@pytest.mark.parametrize("what", ["data/timesheet.db", "config/config.toml"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "dangling link"])
def test_what_is_no_file_is_told_as_the_whole_program_tells_it(
    clockify: Clockify, home: Path, mode: str, what: str, kind: str
) -> None:
    path = home / "clockify" / what
    path.parent.mkdir(0o700, parents=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to("nowhere")
    whole = clockify("status")
    done = clockify("status", mode)
    assert (done.code, done.out, done.err) == (whole.code, "", whole.err)
    assert path.name in done.err


HOSTILE = [
    "$(touch broken)",
    "`touch broken`",
    "${HOME}",
    "%n %F{red} %",
    "\\[\\e[31m\\] \\u \\$(touch broken)",
    "a\x1b]0;x\x07b",
    "'\"; touch broken; \"'",
    "#[fg=red]#(touch broken)",
]


@pytest.mark.parametrize("label", thinned(HOSTILE))
@pytest.mark.parametrize(
    "prompt",
    [
        "PS1='$(clockify status --short)> '",
        'PS1="$(clockify status --short)> "',
        "PROMPT_COMMAND='PS1=\"$(clockify status --short)> \"'",
    ],
    ids=["expanded-each-time", "expanded-twice", "prompt-command"],
)
def test_no_label_makes_bash_run_or_show_anything_else(
    clockify: Clockify,
    home: Path,
    label: str,
    prompt: str,
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("NO BASH: how its prompt treats a label is not tested")
    clockify("start", "--", label)
    script = (
        f'clockify() {{ "{sys.executable}" -m clockify_cli "$@"; }}\n'
        f"{prompt}\n"
        'eval "$PROMPT_COMMAND"\n'
        'echo "${PS1@P}"\n'
    )
    root = Path(environment.__file__).parents[1]
    done = subprocess.run(
        [bash, "--norc", "-c", script],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not (home / "broken").exists()
    assert done.stdout.endswith("> \n")
    assert "\x1b" not in done.stdout
    assert str(home) not in done.stdout


def test_a_long_description_is_cut_alike_by_the_fast_answer_and_the_whole_program(
    clockify: Clockify,
) -> None:
    clockify("start", "Write " * 20)
    fast = clockify("status", "--short", now=LATER).out
    whole = clockify("status", "--short", "--offline", now=LATER).out
    assert fast == whole
    assert len(fast.rstrip("\n")) <= 60
    assert fast.endswith("… 1:04\n")
