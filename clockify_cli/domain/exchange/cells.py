"""Write and read CSV cells: text that is never a formula, and lists of names.

A text that a spreadsheet might compute gets a leading ``'`` and loses it again when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable

_FORMULA = "=+-@＝＋－＠"
# What a spreadsheet may skip before it looks for a formula.
_SKIPPED = " \t\r\n\u00a0\u3000\ufeff\"'"


def guard(text: str) -> str:
    """*text* with a leading ``'`` if a spreadsheet might take it for a formula."""
    return f"'{text}" if _is_risky(text) else text


def unguard(text: str) -> str:
    """The text that `guard` made *text* from, of whatever was guarded."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def join_names(names: Iterable[str]) -> str:
    """*names* separated by commas, each quoted where `split_names` could not tell it apart."""
    return ", ".join(map(_quoted_name, names))


def split_names(text: str) -> list[str]:
    """The names that `join_names` joined; of a list typed by a person, the non-empty ones.

    ValueError for a list whose quotes make no sense.
    """
    import csv

    try:
        cells = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return [name for name in map(str.strip, cells) if name]


def _is_risky(text: str) -> bool:
    # Whether or not a quote stands before it, the answer is the same: `unguard` relies on that.
    bare = text.lstrip("'")
    return bare[:1] in ("\t", "\r") or bare.lstrip(_SKIPPED)[:1] in tuple(_FORMULA)


def _quoted_name(name: str) -> str:
    if name and name == name.strip() and not any(char in name for char in ',"\r\n'):
        return name
    return '"' + name.replace('"', '""') + '"'
