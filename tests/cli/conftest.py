"""The program run in this process, its home in a folder of the test, its clock at 10:00."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify_cli.__main__ import main
from tests.new_timesheet import copy_new_timesheets
from tests.run_at import SetClock

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Done:
    """The result of one run of the program."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """Standard input of a person at a terminal."""

    def isatty(self) -> bool:
        return True


Clockify = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home; the environment contains only what is set here."""
    copy_new_timesheets(monkeypatch)
    folder = tmp_path / "home"
    folder.mkdir(0o700)
    for name in list(os.environ):
        if name not in ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("CLOCKIFY_HOME", str(folder / "clockify"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def clockify(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Clockify:
    """Run a command line at *now* with *typed* on standard input, a terminal if *person*."""

    def run(*args: str, typed: str = "", now: datetime = TEN, person: bool = False) -> Done:
        monkeypatch.setattr(sys, "stdin", (Terminal if person else io.StringIO)(typed))
        capsys.readouterr()
        code = main(args, clock=SetClock(now))
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


Prepares = Callable[[Clockify], Clockify]


def prepared(steps: Prepares) -> Prepares:
    """Make a fixture: a home in which *steps* were taken.

    They are taken once in each environment; later tests get a copy of the result.
    """
    made: dict[tuple[tuple[str, str], ...], Path] = {}

    def fixture(
        clockify: Clockify, home: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> Clockify:
        assert not any(home.iterdir()), "what is there already would be lost in a copy"
        own = ("HOME", "CLOCKIFY_HOME", "PYTEST_CURRENT_TEST")
        around = tuple(sorted(item for item in os.environ.items() if item[0] not in own))
        if around in made:
            shutil.copytree(made[around], home, dirs_exist_ok=True)
            return clockify
        steps(clockify)
        made[around] = tmp_path_factory.mktemp("prepared") / "home"
        shutil.copytree(home, made[around])
        return clockify

    fixture.__doc__ = steps.__doc__
    found: Prepares = pytest.fixture(name=steps.__name__)(fixture)
    return found


@pytest.fixture
def config_file(home: Path) -> Path:
    """Return the path of the configuration; its folder exists, the file does not."""
    folder = home / "clockify" / "config"
    folder.mkdir(0o700, parents=True)
    return folder / "config.toml"
