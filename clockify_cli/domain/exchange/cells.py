"""Write and read CSV cells: text that is never a formula, and lists of names.

Text that a spreadsheet might compute gets a leading ``'``, which is removed when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable

_FORMULA = "=+-@＝＋－＠"
# Characters that a spreadsheet may skip before it looks for a formula.
_SKIPPED = " \t\r\n\u00a0\u3000\ufeff\"'"


def guard(text: str) -> str:
    """Return *text* with a leading ``'`` if a spreadsheet might take it for a formula."""
    return f"'{text}" if _is_risky(text) else text


def unguard(text: str) -> str:
    """Return the original of a guarded *text*; other text is returned unchanged."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def join_names(names: Iterable[str]) -> str:
    """Join *names* with commas; quote each that `split_names` would otherwise split."""
    return ", ".join(map(_quoted_name, names))


def split_names(text: str) -> list[str]:
    """Split a list made by `join_names` or typed by a person, without empty names.

    ValueError for a list with unbalanced quotes.
    """
    import csv

    try:
        cells = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return [name for name in map(str.strip, cells) if name]


def _is_risky(text: str) -> bool:
    # The answer is the same with and without a leading quote; `unguard` relies on that.
    bare = text.lstrip("'")
    return bare[:1] in ("\t", "\r") or bare.lstrip(_SKIPPED)[:1] in tuple(_FORMULA)


def _quoted_name(name: str) -> str:
    if name and name == name.strip() and not any(char in name for char in ',"\r\n'):
        return name
    return '"' + name.replace('"', '""') + '"'
