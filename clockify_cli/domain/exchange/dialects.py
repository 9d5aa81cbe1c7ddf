"""Headings used in the tables of other trackers.

A time sheet such as Harvest's has days and hours but no times of day, so its headings mean
something different from those of a file that says when entries began. Toggl's report differs only
in its name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from clockify_cli.domain.exchange.vocabulary import (
    DURATION,
    HOURS,
    SECONDS,
    START,
    START_DATE,
    START_TIME,
    field_of,
    keys_of,
    variants,
    word_key,
)

_SHEET = {
    START_DATE: "Date | Day | Datum | Dato | Fecha | Data | Spent date | Spent at",
    HOURS: """
        Hours | Stunden | Heures | Horas | Ore | Uren | Godziny | Hours Rounded | Rounded Hours""",
    "description": """
        Notes | Note | Notizen | Notiz | Notas | Nota | Notities | Notatki | Comment | Comments
        | Kommentar | Commentaire | Remarks | Bemerkung | Bemerkungen
        | Time entry""",
}
"""The headings of a sheet of days, by field."""

_SHEET_NOT_KEPT = """
    Project Code | Hours Rounded | Rounded Hours | Approved | Roles | Role | Employee | Employee Id
    | Department | Billable Rate | Billable Amount | Cost Rate | Cost Amount | Currency
    | External Reference URL | External Reference | Projektcode | Stundensatz"""
"""Headings of Harvest that have no field in an entry."""

_HARVESTS = {"client", "project", "task", "notes", "hours"}


# A heading known in every kind of file is preferred to one that only sheets have.
_SHEETS_RANK = 100


@cache
def _sheet_fields() -> dict[str, tuple[str, int]]:
    return {
        word_key(word): (field, rank)
        for field, words in _SHEET.items()
        for rank, word in enumerate(variants(words), _SHEETS_RANK)
    }


def is_sheet(header: Sequence[str], skipped: Collection[int] = ()) -> bool:
    """Return whether *header* belongs to a sheet of days: it has days and lengths but no starts.

    The columns at *skipped* are ignored.
    """
    read = [heading for place, heading in enumerate(header) if place not in skipped]
    standard = set(map(field_of, read))
    if standard & {START, START_DATE, START_TIME}:
        return False
    fields = {sheet_field(heading)[0] for heading in read}
    return START_DATE in fields and bool((fields | standard) & {DURATION, HOURS, SECONDS})


def is_dated(header: Sequence[str]) -> bool:
    """Return whether *header* has a column for days, as a sheet has, and one for start times."""
    standard = set(map(field_of, header))
    return (
        START in standard
        and standard.isdisjoint((START_DATE, START_TIME))
        and day_place(header) is not None
    )


def is_harvests(header: Sequence[str]) -> bool:
    """Return whether *header* belongs to a sheet of days written by Harvest."""
    keys = {word_key(heading) for heading in header}
    return (is_sheet(header) or is_dated(header)) and keys >= _HARVESTS


def is_toggls(header: Sequence[str]) -> bool:
    """Return whether *header* belongs to Toggl's detailed report."""
    keys = {word_key(heading) for heading in header}
    known = {"description", "startdate", "starttime", "duration"}
    return known <= keys and bool(keys & {"stopdate", "enddate"}) and "durationdecimal" not in keys


def day_place(header: Sequence[str]) -> int | None:
    """Return the position of the only heading in *header* that names a day, such as ``Date``."""
    found = [place for place, heading in enumerate(header) if sheet_field(heading)[0] == START_DATE]
    return found[0] if len(found) == 1 else None


def sheet_field(heading: str) -> tuple[str | None, int]:
    """Return the field that *heading* names in a sheet of days, or None, and its rank."""
    return _sheet_fields().get(word_key(heading), (None, 0))


def is_not_kept_of_sheet(heading: str) -> bool:
    """Return whether *heading* is one of Harvest's that have no field in an entry."""
    return word_key(heading) in keys_of(_SHEET_NOT_KEPT)
