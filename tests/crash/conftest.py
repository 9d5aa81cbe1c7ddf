"""A program with its own home for each test, and a way to print figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.trace import Program


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where all programs of these tests keep compiled modules, as compiling takes long."""
    folder = tmp_path_factory.mktemp("bytecode")
    # Once in advance; otherwise programs started at the same time would all compile.
    first = Program(folder / "home", folder).run("add", "First", "2025-01-06", "8-9")
    assert first.code == 0, first
    return folder


@pytest.fixture
def program(tmp_path: Path, bytecode: Path) -> Program:
    return Program(tmp_path / "home", bytecode)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return a function that prints a figure even if the test passes."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", flush=True)

    return line
