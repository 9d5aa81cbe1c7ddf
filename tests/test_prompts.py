"""Tests that the snippets in docs/prompts.md work, also with CLOCKIFY_HOME."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clockify_cli.__main__ import main
from clockify_cli.store.glance import write_prompt_file
from tests.run_at import SetClock

PAGE = Path(__file__).parents[1] / "docs" / "prompts.md"
LABEL = "50 % of $(touch ran) `touch ran` \\u %{A1:touch ran:}"
MINUTES = 70


def snippet(language: str) -> str:
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    return str(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder that CLOCKIFY_HOME names."""
    return tmp_path / "moved"


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a shell that finds the installed program and *home*."""
    return {
        "HOME": str(home.parent),
        "CLOCKIFY_HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
    }


def run(home: Path, *words: str) -> str:
    done = subprocess.run(
        words, env=environment(home), cwd=home.parent, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a timer *MINUTES* ago."""
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    began = datetime.now(UTC) - timedelta(minutes=MINUTES, seconds=20)
    assert main(["start", "-q", LABEL], clock=SetClock(began)) == 0


def both(home: Path, *words: str) -> Iterator[str]:
    """Yield what *words* print without a timer, with one, and after it."""
    file = home / "state" / "timer"
    yield run(home, *words)
    write_prompt_file(file, int(time.time()) - 60 * MINUTES - 20, LABEL)
    yield run(home, *words)
    write_prompt_file(file, None)
    yield run(home, *words)
    assert not (home.parent / "ran").exists()


@pytest.mark.parametrize(
    ("shell", "program", "expand", "end"),
    [
        ("bash", ["bash", "--norc", "-c"], 'clockify_line; printf %s "${PS1@P}"', "# "),
        ("zsh", ["zsh", "-f", "-c"], 'clockify_line; print -nP "$PROMPT"', "# "),
        ("fish", ["fish", "--no-config", "-c"], "fish_prompt", "> "),
    ],
    ids=["bash", "zsh", "fish"],
)
def test_a_shell_shows_the_timer_and_runs_nothing_of_it(
    home: Path, shell: str, program: list[str], expand: str, end: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    idle, busy, after = both(home, *program, f"{BEFORE[shell]}\n{snippet(shell)}\n{expand}")
    assert idle == after
    assert idle in (end, "$ ", "% ")
    assert busy == f"{LABEL} 1:10 {idle}"


BEFORE = {"bash": "PS1='\\$ '", "zsh": "PROMPT='%# '", "fish": ""}
"""The prompt that a person had before."""
SHORT = r"50 %% of $ (touch ran) 'touch ran' \\u %% {A1:touch ran:} 1:10"


def test_starship_shows_the_timer_only_while_one_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tomllib.loads(snippet("toml"))["custom"]["clockify"]
    assert subprocess.run(["sh", "-c", module["when"]], env=environment(home)).returncode == 3
    start(home, monkeypatch)
    assert run(home, "sh", "-c", f"{module['when']} && {module['command']}") == f"{SHORT}\n"


def test_polybar_shows_the_timer_only_while_one_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(snippet("ini"))
    module = parser["module/clockify"]
    assert subprocess.run(["sh", "-c", module["exec-if"]], env=environment(home)).returncode == 3
    start(home, monkeypatch)
    line = run(home, "sh", "-c", f"{module['exec-if']} && {module['exec']}")
    assert line == f"{SHORT}\n"
    assert "%{" not in line


def test_tmux_shows_the_timer_only_while_one_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(r"status-right '#\((.+)\)'", snippet("tmux"))
    assert found is not None
    assert run(home, "sh", "-c", found[1]) == "\n"
    start(home, monkeypatch)
    assert run(home, "sh", "-c", found[1]) == f"{SHORT}\n"


def test_waybar_is_given_json_with_and_without_a_timer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = json.loads(snippet("json"))["custom/clockify"]["exec"]
    idle = json.loads(run(home, "sh", "-c", command))
    assert (idle["text"], idle["class"]) == ("", "idle")
    start(home, monkeypatch)
    busy = json.loads(run(home, "sh", "-c", command))
    assert (busy["text"], busy["class"]) == (f"{LABEL} 1:10", "running")


def test_i3status_has_the_timer_in_front_only_while_one_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = snippet("sh").replace("i3status |", "echo 'disk 5 GB' |")
    assert run(home, "sh", "-c", script) == "disk 5 GB\n"
    start(home, monkeypatch)
    assert run(home, "sh", "-c", script) == f"{SHORT} | disk 5 GB\n"
