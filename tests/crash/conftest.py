"""A program with its own home for each test, and a way to print figures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import clockify_cli
from tests.crash.trace import Program


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Return where all programs of these tests keep compiled modules, as compiling takes long.

    None is the usual place, where those that this process has imported are already.
    """
    folder = tmp_path_factory.mktemp("bytecode")
    usual = Path(clockify_cli.__file__).with_name("__pycache__")
    kept = None if os.access(usual, os.W_OK) else folder
    # Once in advance; otherwise programs started at the same time would all compile.
    first = Program(folder / "home", kept).run("add", "First", "2025-01-06", "8-9")
    assert first.code == 0, first
    return kept


@pytest.fixture
def program(tmp_path: Path, bytecode: Path | None) -> Program:
    return Program(tmp_path / "home", bytecode)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return a function that prints a figure even if the test passes."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", flush=True)

    return line
