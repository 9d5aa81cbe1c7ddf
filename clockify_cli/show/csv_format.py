"""CSV by RFC 4180, for spreadsheets that would take a text for a formula.

A text cell that a spreadsheet might compute gets a leading ``'``; `unguard` takes it off again.
Numbers and times are ours and are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clockify_cli.errors import UsageError

_FORMULA = "=+-@＝＋－＠"
# What a spreadsheet may skip before it looks for a formula.
_SKIPPED = " \t\r\n\u00a0\u3000\ufeff\"'"


def guard(text: str) -> str:
    """*text* with a leading ``'`` if a spreadsheet might take it for a formula."""
    return f"'{text}" if _is_risky(text) else text


def unguard(text: str) -> str:
    """The text that `guard` made *text* from, of whatever was guarded."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def _is_risky(text: str) -> bool:
    if text[:1] in ("\t", "\r"):
        return True
    return text.lstrip(_SKIPPED)[:1] in tuple(_FORMULA)


def join_names(names: Iterable[str]) -> str:
    """*names* separated by commas, each quoted where `split_names` could not tell it apart."""
    return ", ".join(map(_quoted_name, names))


def _quoted_name(name: str) -> str:
    if name and name == name.strip() and not any(char in name for char in ',"'):
        return name
    return '"' + name.replace('"', '""') + '"'


def split_names(text: str) -> list[str]:
    """The names that `join_names` joined; of a list that a person typed, the non-empty ones.

    UsageError for a list whose quotes or line breaks make no sense.
    """
    import csv

    try:
        names = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise UsageError(
            f"cannot read a list of names: {error}", "Separate them by commas."
        ) from error
    return [name for name in map(str.strip, names) if name]


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """The lines of a CSV document, each with its CRLF; a cell is quoted where it has to be."""
    for row in (header, *rows):
        yield ",".join(map(_csv_cell, row)) + "\r\n"


def _csv_cell(text: str) -> str:
    if any(char in text for char in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
