"""Tests of what is in the wheel and in the source distribution."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from clockify_cli import __version__
from clockify_cli.cli.reference.man_pages import man_pages

ROOT = Path(__file__).parents[1]
NAME = f"clockify_cli-{__version__}"
FOLDERS = ("clockify_cli", "tests", "completions", "man", "docs", "benchmarks")
TOP = {"README.md", "CHANGELOG.md", "LICENSE", "CONTRIBUTING.md", "pyproject.toml"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with both, built by hatchling from this checkout."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("made")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def sources(*folders: str) -> set[str]:
    """Return the project's files below *folders*, as paths within the project."""
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_program_and_its_man_pages_and_nothing_else(made: Path) -> None:
    [wheel] = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
        entry_points = file.read(f"{NAME}.dist-info/entry_points.txt").decode()
    pages = {f"{NAME}.data/data/share/man/{path}" for path in man_pages()}
    about = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    described = {f"{NAME}.dist-info/{name}" for name in about}
    assert held == sources("clockify_cli") | pages | described
    assert "clockify = clockify_cli.__main__:process" in entry_points


def test_the_source_distribution_holds_the_project_and_nothing_else(made: Path) -> None:
    [sdist] = made.glob("*.tar.gz")
    with tarfile.open(sdist) as file:
        held = {name.removeprefix(f"{NAME}/") for name in file.getnames()}
    assert held - {"PKG-INFO", ".gitignore"} == sources(*FOLDERS) | TOP
