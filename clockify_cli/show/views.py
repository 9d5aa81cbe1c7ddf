"""The header of a document, as a value to show."""

from __future__ import annotations

from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Cover:
    """The header of a document: a *title*, the *period*, and *details* with their names."""

    title: str
    period: str = ""
    details: tuple[tuple[str, str], ...] = ()
