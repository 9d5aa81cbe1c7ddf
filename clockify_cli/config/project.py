"""A project's own file, ``.clockify.toml``: what a repository may say, and nothing more."""

from __future__ import annotations

import os
from pathlib import Path

from clockify_cli.config.files import TomlFile, read_toml

FILE = ".clockify.toml"
BRANCH = "{branch}"
_LONGEST_HEAD = 1024
_WITHOUT_BRANCH = r"(?:\b(?:at|for|from|in|of|on)\s+|[-:/#]\s*)?\{branch\}(?:\s*:)?"


def project_file(folder: Path | None) -> TomlFile | None:
    """The file in *folder* or the nearest above it; None where there is none."""
    if folder is None:
        return None
    for at in (folder, *folder.parents):
        if os.path.isfile(at / FILE):
            return read_toml(at / FILE, own=False)
    return None


def with_branch(description: str, folder: Path) -> str:
    """*description* with ``{branch}`` filled in from the repository around *folder*.

    Where there is no branch, the word or sign that led to it goes too: `on {branch}` is empty.
    """
    if BRANCH not in description:
        return description
    name = branch(folder)
    if name:
        return " ".join(description.replace(BRANCH, name).split())
    import re

    return " ".join(re.sub(_WITHOUT_BRANCH, "", description).split())


def branch(folder: Path) -> str:
    """The branch checked out around *folder*, or a detached commit's first letters; else empty."""
    for at in (folder, *folder.parents):
        repository = at / ".git"
        if repository.exists():
            return _head(_git_folder(repository))
    return ""


def _git_folder(repository: Path) -> Path:
    """The folder with HEAD: *repository*, or where it points, as in a worktree."""
    if repository.is_dir():
        return repository
    pointer = _first_line(repository).removeprefix("gitdir: ")
    return repository.parent / pointer


def _head(git: Path) -> str:
    line = _first_line(git / "HEAD")
    if line.startswith("ref: refs/heads/"):
        name = line.removeprefix("ref: refs/heads/")
        return name if name.isprintable() else ""
    is_commit = len(line) in (40, 64) and all(char in "0123456789abcdef" for char in line)
    return line[:7] if is_commit else ""


def _first_line(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(_LONGEST_HEAD).strip()
    except OSError:
        return ""
