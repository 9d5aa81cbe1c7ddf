"""Choose the format of a file: the one named, or the one its extension implies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from clockify_cli.cli.options import STANDARD, FileChoice
from clockify_cli.cli.output_file import place_for, telling
from clockify_cli.cli.program import Program
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError

Format = TypeVar("Format", bound=str)

ENDINGS: Mapping[str, tuple[str, ...]] = {
    ".csv": ("csv", "clockify"),
    ".json": ("json",),
    ".ndjson": ("ndjson",),
    ".jsonl": ("ndjson",),
    ".tsv": ("tsv",),
    ".md": ("markdown",),
    ".markdown": ("markdown",),
    ".html": ("html",),
    ".htm": ("html",),
    ".ics": ("ics",),
    ".xlsx": ("xlsx",),
    ".sqlite": ("sqlite",),
    ".sqlite3": ("sqlite",),
    ".db": ("sqlite",),
}
"""The formats for each file extension; the first is the default."""

OTHER_KINDS = frozenset({".ods", ".parquet", ".pdf", ".xls", ".xml", ".yaml", ".yml", ".zip"})
"""File extensions of kinds that are never written here."""

BINARY = frozenset({"xlsx", "sqlite"})
"""Formats that go into a file, or with ``-o -`` into a pipe, but never to a screen."""


def format_of(
    program: Program, given: str | None, file: FileChoice, formats: tuple[Format, ...], *, what: str
) -> Format | None:
    """Return the format *given*, else the one that *file* implies; None for neither.

    It must be one of *formats*. *what* is written, such as "`export`" or "a bill". UsageError if
    the extension is unknown or contradicts the format, or if the screen cannot show the format.
    """
    named = next((each for each in formats if each == given), None)
    if named != given:
        raise UsageError(
            f"--format {given} is not a format of {what}", f"Use {', '.join(formats)}."
        )
    if not file.to_file:
        if named in BINARY and (file.output != STANDARD or program.out.is_terminal):
            raise UsageError(
                f"--format {named} cannot be written to the screen",
                f"Name a file: -o FILE{_ending_of(str(named))}. For a pipe: -o - | COMMAND",
            )
        return named
    name = str(file.output)
    ending = Path(name).suffix.lower()
    if ending in ("", "."):
        return named
    meant = [each for each in formats if each in ENDINGS.get(ending, ())]
    known = ending in ENDINGS or ending in OTHER_KINDS
    if named is not None and (named in meant or not known):
        return named
    if named is None and meant:
        return meant[0]
    # An unwritable place is the more serious mistake, so it is reported first.
    with telling(name):
        place_for(name, file.force, program.paths)
    if named is not None:
        raise UsageError(
            f'--format {named} contradicts the ending of "{quoted(name)}"',
            f"Leave out --format, or let the file end in {_ending_of(named)}.",
        )
    raise UsageError(
        f'"{quoted(name)}" ends in {ending}, which is not a format of {what}',
        _instead_of(Path(name), formats),
    )


def _instead_of(path: Path, formats: tuple[str, ...]) -> str:
    """Return a suggestion for *path*, whose extension belongs to none of *formats*."""
    if path.suffix.lower() == ".pdf" and "html" in formats:
        page = quoted(str(path.with_suffix(".html")))
        return f"Write {page}, and print it to a PDF from a browser."
    endings = [each for each, of in ENDINGS.items() if set(of) & set(formats)]
    return f"Use {', '.join(endings)}, or name one: --format {'|'.join(formats)}."


def _ending_of(named: str) -> str:
    return next((each for each, formats in ENDINGS.items() if named in formats), ".txt")
