"""Map the columns of a file to fields, by their headings and by the user's choices."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence

from clockify_cli.domain.exchange.dialects import (
    is_dated,
    is_not_kept_of_sheet,
    is_sheet,
    sheet_field,
)
from clockify_cli.domain.exchange.vocabulary import (
    CREATED,
    DURATION,
    EMAIL,
    END,
    END_DATE,
    END_TIME,
    HEADINGS,
    HOURS,
    MADE,
    SKIP,
    STANDARD,
    START,
    START_DATE,
    START_TIME,
    USER,
    USER_ID,
    field_of_heading,
    is_kept_nowhere,
    is_ordinary,
    is_silent,
    word_key,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

SHOWN = 10
INSTEAD = {
    USER: (USER, EMAIL, USER_ID),
    "project": ("project", "project id"),
    "client": ("client", "client id", "project id"),
    "task": ("task", "task id"),
    "tags": ("tags", "tag ids"),
}
"""For each field, the fields of which one is enough; a project's id also implies its client."""

Labels = Mapping[str, str]
"""The workspace's own words for project, client, task and tags."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The positions of the columns of a file with the headings *header*.

    *places* maps fields to positions. The others are positions of columns: *unknown* are not
    understood, *nowhere* have no field in an entry, *skipped* were excluded by the person,
    *homeless* are tasks and clients without a project column, *duplicates* are groups for the same
    field, the best first. *days*: the file has the day and length of each entry, and no time of
    day.
    """

    header: tuple[str, ...]
    places: Mapping[str, int]
    unknown: tuple[int, ...] = ()
    nowhere: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    homeless: tuple[int, ...] = ()
    duplicates: tuple[tuple[int, ...], ...] = ()
    days: bool = False

    def __contains__(self, field: str) -> bool:
        return field in self.places

    @property
    def clocks(self) -> bool:
        """Whether day and time of day have separate columns."""
        return {START_DATE, START_TIME} <= self.places.keys()

    @property
    def timed(self) -> bool:
        """Whether the file says when its entries began."""
        return any(one in self.places for one in (START, START_DATE, START_TIME))

    def name(self, place: int) -> str:
        """Return the heading at *place*, or its number if it has none."""
        return self.header[place] or f"column {place + 1}"

    def names(self, places: Iterable[int]) -> list[str]:
        """Return the headings at *places*, without repeats."""
        return list(dict.fromkeys(map(self.name, places)))

    def whole(self) -> Columns:
        """Return these columns with a single date or time column taken as the whole moment."""
        if START in self.places or (START_DATE in self.places) == (START_TIME in self.places):
            return self
        places = dict(self.places)
        for whole, parts in ((START, (START_DATE, START_TIME)), (END, (END_DATE, END_TIME))):
            found = [places.pop(part) for part in parts if part in places]
            if len(found) == 1:
                places.setdefault(whole, found[0])
        return replace(self, places=places)

    def of_days(self) -> Columns:
        """Return these columns with the start taken as only a day."""
        place = self.places.get(START_DATE, self.places.get(START, 0))
        places = {field: at for field, at in self.places.items() if field != START}
        return replace(self, places={**places, START_DATE: place}, days=True)

    def on_days(self, day: int) -> Columns:
        """Return these columns with start and end as times of the day in the column *day*."""
        clocks = {START: START_TIME, END: END_TIME}
        places = {clocks.get(field, field): place for field, place in self.places.items()}
        unknown, nowhere = (
            tuple(place for place in given if place != day)
            for given in (self.unknown, self.nowhere)
        )
        places[START_DATE] = day
        return replace(self, places=places, unknown=unknown, nowhere=nowhere)

    def without(self, *fields: str) -> Columns:
        """Return these columns without those of *fields*."""
        places = {field: place for field, place in self.places.items() if field not in fields}
        return replace(self, places=places)

    def missing(self) -> list[str]:
        """Return the standard fields that have no column."""
        homeless = ("client", "task") if self.homeless else ()
        return [
            field
            for field in STANDARD
            if field not in homeless
            and not any(one in self.places for one in INSTEAD.get(field, (field,)))
        ]

    @property
    def unused(self) -> tuple[int, ...]:
        """The positions of columns that are understood but not kept."""
        return (*self.nowhere, *(self.places[one] for one in (CREATED,) if one in self.places))

    @property
    def unnamed(self) -> tuple[int, ...]:
        """The positions of columns without a heading."""
        return tuple(place for place, heading in enumerate(self.header) if not heading)


def find_columns(
    header: Sequence[str], said: Sequence[str] = (), labels: Labels | None = None
) -> Columns:
    """Map the columns under *header*. *said* are ``FIELD=HEADING``, as a person typed them.

    UsageError if *said* names an unknown field or heading, or names one twice.
    """
    chosen, skipped = _chosen(header, said)
    taken = set(chosen.values()) | set(skipped)
    found: dict[str, list[tuple[int, int]]] = {}
    unknown, nowhere = [], []
    # A start that the person has named is more than a day.
    sheet = is_sheet(header, skipped) and chosen.keys().isdisjoint((START, START_DATE))
    dated = sheet or is_dated(header)
    for place, heading in enumerate(header):
        if place in taken:
            continue
        field, rank = _field_of(heading, labels or {}, sheet=sheet, dated=dated)
        lost = is_kept_nowhere(heading) or (dated and is_not_kept_of_sheet(heading))
        if field is not None and field not in chosen:
            found.setdefault(field, []).append((rank, place))
        elif field is not None or not (_is_known(heading) or lost):
            unknown.append(place)
        elif lost:
            nowhere.append(place)
    places = dict(chosen)
    duplicates = []
    for field, ranked in found.items():
        best, place = min(ranked)
        _refuse_twins(header, field, [other for rank, other in ranked if rank == best])
        places[field] = place
        others = [other for rank, other in sorted(ranked) if rank != best]
        nowhere += others
        if others:
            duplicates.append((place, *others))
    _pass_whole_times(places, chosen, unknown)
    _take_notes(header, places, unknown)
    _doubt_people(header, places, skipped, unknown)
    _doubt_namesakes(header, unknown, nowhere)
    _doubt_ordinary_words(header, places, skipped, unknown, nowhere)
    return Columns(
        tuple(header),
        places,
        tuple(unknown),
        tuple(nowhere),
        tuple(skipped),
        _homeless(places),
        tuple(duplicates),
    )


def _is_known(heading: str) -> bool:
    return not heading or is_silent(heading) or is_kept_nowhere(heading)


def _field_of(heading: str, labels: Labels, *, sheet: bool, dated: bool) -> tuple[str | None, int]:
    key = word_key(heading)
    for field, label in labels.items():
        if key and key == word_key(label):
            return field, -1
    own, rank = sheet_field(heading) if dated else (None, 0)
    if own is not None and (sheet or own != START_DATE):
        return own, rank
    return field_of_heading().get(key, (None, 0))


def _chosen(header: Sequence[str], said: Sequence[str]) -> tuple[dict[str, int], list[int]]:
    """Return the positions of the fields that *said* names, and those it skips."""
    chosen: dict[str, int] = {}
    skipped: list[int] = []
    for text in said:
        name, equals, heading = text.partition("=")
        field = _named_field(name) if equals else None
        if field is None:
            raise UsageError(
                f'"{quoted(text)}" does not say what a column is',
                f"Write --column FIELD=HEADING, with FIELD one of {', '.join(_CHOICES)}.",
            )
        places = _places_of(header, heading)
        if field == SKIP:
            skipped += places
        elif field in chosen or len(places) > 1 or places[0] in chosen.values():
            raise UsageError(
                f'"{quoted(text)}" names a column or a field for the second time',
                "Give each field one column; a column is also named by its number: "
                f"--column {_option_name(field)}=3.",
            )
        else:
            chosen[field] = places[0]
    return chosen, skipped


def _named_field(name: str) -> str | None:
    key = word_key(name)
    known = {word_key(field): field for field in (*HEADINGS, SKIP) if field not in MADE}
    return known.get(key) or {"tag": "tags", "person": USER}.get(key)


_CHOICES = (
    *(*STANDARD, EMAIL, "type", "start-date", "start-time", "end-date", "end-time"),
    *("duration", START, END, SKIP),
)
"""What ``--column`` may name."""


def _option_name(field: str) -> str:
    return field.replace(" ", "-")


def _places_of(header: Sequence[str], heading: str) -> list[int]:
    """Return the positions of *heading*: exact, else ignoring case, else as a number from 1."""
    wanted = " ".join(heading.split())
    found = [place for place, one in enumerate(header) if one == wanted]
    key = word_key(wanted)
    found = found or [place for place, one in enumerate(header) if key and word_key(one) == key]
    if not found and wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= len(header):
        found = [int(wanted) - 1]
    if not found:
        raise UsageError(
            f'the file has no column "{quoted(heading)}"',
            "Name one of its columns.",
            details=(f"its columns: {', '.join(header)[:400]}",),
        )
    return found


def _refuse_twins(header: Sequence[str], field: str, places: Sequence[int]) -> None:
    """Raise UsageError if two columns with the same heading both map to *field*."""
    if len(places) > 1:
        option = _option_name(field)
        raise UsageError(
            f'the file has {len(places)} columns "{header[places[0]]}"',
            f"`--column {option}={places[0] + 1}` names a column by its number.",
            details=(f"columns {', '.join(str(place + 1) for place in places)}",),
            code="columns",
        )


def _pass_whole_times(
    places: dict[str, int], chosen: Mapping[str, int], unknown: list[int]
) -> None:
    """Move columns for whole times to *unknown* where day and time of day have their own.

    In Clockify's report a heading such as ``From`` is a custom field.
    """
    if not {START_DATE, START_TIME} <= places.keys() or START in chosen:
        return
    ends = places.keys() & {END_TIME, DURATION, HOURS}
    for field in (START, *((END,) if ends else ())):
        if field in places and field not in chosen:
            unknown.append(places.pop(field))


def _take_notes(header: Sequence[str], places: dict[str, int], unknown: list[int]) -> None:
    """Take the only column of notes for the description that is missing.

    In Clockify's report it would be a custom field.
    """
    if "description" in places or {START_DATE, START_TIME} <= places.keys():
        return
    notes = [place for place in unknown if sheet_field(header[place])[0] == "description"]
    if len(notes) == 1:
        places["description"] = notes[0]
        unknown.remove(notes[0])


def _doubt_people(
    header: Sequence[str], places: dict[str, int], passed: Sequence[int], unknown: list[int]
) -> None:
    """Add unknown details of a user to *unknown* if nothing else says whose time it is."""
    if any(one in places for one in INSTEAD[USER]):
        return
    taken = {*places.values(), *passed, *unknown}
    unknown += [
        place
        for place, heading in enumerate(header)
        if place not in taken and word_key(heading).startswith("user.")
    ]


def _doubt_namesakes(header: Sequence[str], unknown: list[int], nowhere: list[int]) -> None:
    """Move repeated headings from *nowhere* to *unknown*: one of them may be a renamed field."""
    keys = [word_key(header[place]) for place in nowhere]
    for place, key in zip(list(nowhere), keys, strict=True):
        if keys.count(key) > 1:
            nowhere.remove(place)
            unknown.append(place)


def _doubt_ordinary_words(
    header: Sequence[str],
    places: dict[str, int],
    passed: Sequence[int],
    unknown: list[int],
    nowhere: list[int],
) -> None:
    """Handle headings such as ``State``, which are ignored only as field names of an API.

    In a detailed report such a heading may be the workspace's own word for its tasks.
    """
    clocks = {START_DATE, START_TIME} <= places.keys()
    taken = {*places.values(), *passed}
    for place, heading in enumerate(header):
        if place not in taken and is_ordinary(heading):
            if clocks:
                unknown.append(place)
            elif heading != heading.lower():
                nowhere.append(place)


def _homeless(places: dict[str, int]) -> tuple[int, ...]:
    """Remove client and task from the *places* of a report that has no project, and return them."""
    if not {START_DATE, START_TIME} <= places.keys() or {"project", "project id"} & places.keys():
        return ()
    return tuple(places.pop(field) for field in ("client", "task") if field in places)


def not_understood(
    columns: Columns, places: Sequence[int], types: Collection[int] = ()
) -> UsageError:
    """Return the error that the columns at *places* are not understood, with the missing ones.

    Those of *types* say which entries are breaks or time off, and cannot be left out.
    """
    names = columns.names(places)
    missing = [STANDARD[field] for field in columns.missing()]
    listed = ", ".join(f'"{name}"' for name in names[:SHOWN])
    verb = "is" if len(names) == 1 else "are"
    return UsageError(
        f"{listed} {verb} not understood, and there is no column for {_or_list(missing)}"
        if missing
        else f"{listed} {verb} not understood",
        "\n".join(_ways_on(columns, places, types)),
        details=(f"its columns: {', '.join(filter(None, columns.header))[:400]}",),
        code="columns",
    )


def _ways_on(columns: Columns, places: Sequence[int], types: Collection[int]) -> Iterable[str]:
    """Yield the lines of a hint for the columns at *places*, which are not understood; those of
    *types* come first."""
    for place in places:
        if place in types and "type" not in columns:
            yield f"`--column type={_typed(columns, place)}` says what this column is."
            return
    # Of the parts of a nested object, its name is more likely the missing one than its id.
    named = [place for place in places if not columns.header[place].lower().endswith(".id")]
    place = [*named, *places][0]
    choice, *others = dict.fromkeys(_typed(columns, one) for one in (place, *places))
    field = next(iter(columns.missing()), "" if "type" in columns else "type")
    headings = dict.fromkeys(_typed(columns, one) for one in places)
    skipped = " ".join(f"--column {SKIP}={heading}" for heading in headings)
    if field and (others or len(columns.missing()) > 1):
        holds = f'"{columns.name(place)}" holds the {STANDARD.get(field, field)}'
        yield f"`--column {_option_name(field)}={choice}` if {holds}."
    elif field:
        yield f"`--column {_option_name(field)}={choice}` says what this column is."
    yield f"`{skipped}` leaves {'all of them' if others else 'it'} out."


def _typed(columns: Columns, place: int) -> str:
    """Return the heading at *place* as it is typed in a shell; its number if it has none."""
    return shlex.quote(columns.header[place] or str(place + 1))


def _or_list(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
