"""Headings that other trackers' tables use.

A time sheet such as Harvest's has days and hours, and no times of day: its headings mean something
else than those of a file that says when entries began. Toggl's report differs in nothing but its
name.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from clockify_cli.domain.exchange.vocabulary import (
    DURATION,
    HOURS,
    SECONDS,
    START,
    START_DATE,
    START_TIME,
    field_of_heading,
    variants,
    word_key,
)

_SHEET = {
    START_DATE: "Date | Day | Datum | Dato | Fecha | Data | Spent date | Spent at",
    HOURS: "Hours | Stunden | Heures | Horas | Ore | Uren | Godziny",
    "description": """
        Notes | Note | Notizen | Notiz | Notas | Nota | Notities | Notatki | Comment | Comments
        | Kommentar | Commentaire | Remarks | Bemerkung | Bemerkungen""",
}
"""The headings of a sheet of days, by the field that each is."""

_SHEET_NOT_KEPT = """
    Project Code | Hours Rounded | Rounded Hours | Approved | Roles | Role | Employee | Employee Id
    | Department | Billable Rate | Billable Amount | Cost Rate | Cost Amount | Currency
    | External Reference URL | External Reference | Projektcode | Stundensatz"""
"""Headings of Harvest for which an entry has no place."""


@cache
def _sheet_fields() -> dict[str, str]:
    return {word_key(word): field for field, words in _SHEET.items() for word in variants(words)}


@cache
def _sheet_not_kept() -> frozenset[str]:
    return frozenset(word_key(word) for word in variants(_SHEET_NOT_KEPT))


def is_sheet(header: Sequence[str]) -> bool:
    """Whether *header* is of a sheet of days: it names days and lengths, and no starts."""
    keys = [word_key(heading) for heading in header]
    standard = {field_of_heading().get(key, ("", 0))[0] for key in keys}
    if standard & {START, START_DATE, START_TIME}:
        return False
    fields = {_sheet_fields().get(key, "") for key in keys}
    return START_DATE in fields and bool((fields | standard) & {DURATION, HOURS, SECONDS})


def is_harvests(header: Sequence[str]) -> bool:
    """Whether *header* is of a sheet of days that Harvest wrote."""
    keys = {word_key(heading) for heading in header}
    return is_sheet(header) and {"client", "project", "task", "notes", "hours"} <= keys


def is_toggls(header: Sequence[str]) -> bool:
    """Whether *header* is of Toggl's detailed report."""
    keys = {word_key(heading) for heading in header}
    known = {"description", "startdate", "starttime", "duration"}
    return known <= keys and bool(keys & {"stopdate", "enddate"}) and "durationdecimal" not in keys


def day_place(header: Sequence[str]) -> int | None:
    """The place of the only heading in *header* that names a day, such as ``Date``."""
    found = [place for place, heading in enumerate(header) if sheet_field(heading) == START_DATE]
    return found[0] if len(found) == 1 else None


def sheet_field(heading: str) -> str | None:
    """The field that *heading* names in a sheet of days; None for none of its own."""
    return _sheet_fields().get(word_key(heading))


def is_not_kept_of_sheet(heading: str) -> bool:
    """Whether *heading* is one of Harvest's for which an entry has no place."""
    return word_key(heading) in _sheet_not_kept()
