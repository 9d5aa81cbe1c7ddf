"""A program with its own home for each test, and a way to print figures."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.crash.trace import Program


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where all programs of these tests keep compiled modules, as compiling takes long."""
    folder = tmp_path_factory.mktemp("bytecode")
    copy_bytecode(folder)
    # Once in advance; otherwise programs started at the same time would all compile.
    first = Program(folder / "home", folder).run("add", "First", "2025-01-06", "8-9")
    assert first.code == 0, first
    return folder


def copy_bytecode(folder: Path) -> None:
    """Copy what is compiled of the modules of this process to where *folder* is the prefix."""
    specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
    compiled = {spec.origin: spec.cached for spec in specs if spec and spec.origin and spec.cached}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "pycache_prefix", str(folder))
        wanted = {cached: cache_from_source(origin) for origin, cached in compiled.items()}
    for cached, place in wanted.items():
        if Path(cached).exists():
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(cached, place)


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
