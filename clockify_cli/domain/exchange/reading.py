"""Read the entries of a file of any supported kind from its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from clockify_cli.domain.entry import counted
from clockify_cli.domain.exchange import vocabulary as words
from clockify_cli.domain.exchange.columns import Columns, Labels, find_columns, not_understood
from clockify_cli.domain.exchange.dialects import day_place, is_harvests, is_toggls
from clockify_cli.domain.exchange.encoding import decode
from clockify_cli.domain.exchange.entry_reader import EntryReader, StillRuns
from clockify_cli.domain.exchange.lines import clashing_lines, doubtful_lines
from clockify_cli.domain.exchange.moments import Moments
from clockify_cli.domain.exchange.objects import JSON_HINT, looks_like_json, parsed, read_objects
from clockify_cli.domain.exchange.people import Person, Said, choose_person, find_people
from clockify_cli.domain.exchange.rows import (
    TRACKERS,
    BadCell,
    DateOrder,
    ImportedEntry,
    ImportFile,
    Source,
    WrongLine,
    numbered,
    refuse_lines,
)
from clockify_cli.domain.exchange.sorting import SECONDS
from clockify_cli.domain.exchange.survey import Survey, are_clocks, are_days, said_by, survey
from clockify_cli.domain.exchange.table import (
    OURS,
    OWN_LOG,
    Table,
    read_table,
    with_whole_names,
    without_duplicates,
)
from clockify_cli.domain.exchange.trackers import (
    JSON_READERS,
    Tracked,
    looks_like_timeclock,
    read_timeclock,
    tracker_of,
)
from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

_FIX = "Correct the file and import it again."
_NO_ORDER = (
    "--dates is for dates such as 24/11/2026; in this file they are written 2026-11-24 09:00."
)
_TYPELESS = (
    "The output of `log` does not say which entries are breaks or time off: all count as regular"
    " work. `clockify export` says it."
)
_NEEDED = (words.START_DATE, words.START_TIME, words.END_DATE, words.END_TIME)
_TIMES = (words.START, words.END, *_NEEDED)
_STARTS = (words.START, words.START_DATE, words.START_TIME)
_LENGTHS = (words.DURATION, words.HOURS, words.SECONDS)
_SAID = {
    "description": ("description",),
    "client": ("client", "client id", "project id"),
    "project": ("project", "project id"),
    "task": ("task", "task id"),
    "tags": ("tags", "tag ids", words.TAG_PAIRS),
    "billable": ("billable",),
    "type": ("type", "break"),
    **{name: (name,) for name in words.OTHERS},
}
"""The fields of an entry, and for each the columns that can give it."""
_SHOWN = 8
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """The options for reading a file, from the person and the workspace.

    *source* is ``clockify`` for its detailed report, one of `TRACKERS`, or None to detect the kind.
    *dates* is the order of day, month and year if the file leaves it open. *columns* are
    ``FIELD=HEADING``. *person* is whose rows are read. *labels* are the workspace's words for
    project and task.
    """

    source: str | None = None
    dates: DateOrder | None = None
    columns: tuple[str, ...] = ()
    person: str | None = None
    labels: Labels | None = None


AS_FOUND = HowToRead()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file as a table: its *kind*, the meaning of its columns, and *notes* on how it was read."""

    table: Table
    kind: Source
    columns: Columns
    notes: tuple[str, ...]

    @property
    def unit(self) -> str:
        """What its row numbers count."""
        return "entry" if self.kind in ("json", *JSON_READERS) else "line"

    @property
    def name(self) -> str:
        """The name of the file in messages."""
        return "the report" if self.kind == "clockify" else "the file"


def read_import(
    data: bytes, how: HowToRead, context: TimeContext, tell: Tell = lambda _: None
) -> ImportFile:
    """Return the entries in *data* after checking all lines; UsageError lists the wrong ones.

    Times without an offset are in the context's zone. *tell* is called from time to time with the
    fraction of the file that has been read, from 0 to 1.
    """
    file = _open(data, how)
    seen = survey(file.table, file.columns, how.dates)
    _refuse_columns(file, seen)
    people = find_people(seen.people)
    somebody = dict.fromkeys(person for person in people.values() if person.is_somebody)
    person = choose_person(list(somebody), how.person, file.name)
    reader = EntryReader(
        file.table,
        file.columns,
        Moments(context.zone, seen.order),
        context.zone,
        plain_tags=file.columns.clocks,
        may_run=file.kind == "json",
        foreign=file.kind == "csv" and not OURS.issubset(file.columns.header),
    )
    rows, wrong = _rows(file, seen, reader, _chooser(file, people, person), tell)
    idle = (_NO_ORDER,) if how.dates is not None and not seen.ordered else ()
    if wrong:
        raise refuse_lines(wrong, file.unit, "\n".join((_FIX, *idle)))
    return ImportFile(
        rows=tuple(rows),
        source=file.kind,
        unit=file.unit,
        doubtful=doubtful_lines(rows, context.now, context.zone),
        clashing=clashing_lines(rows, file.unit),
        notes=(
            *file.notes,
            *_notes(file, seen, reader),
            *_passed_people(file, seen, people, person),
            *idle,
        ),
        person=person,
        said=_said(file.columns, rows) | ({SECONDS} if seen.seconds else set()),
        running=next(iter(reader.running.values())) if len(reader.running) == 1 else None,
    )


def _said(columns: Columns, rows: Sequence[ImportedEntry]) -> frozenset[str]:
    """Return the fields that a column gives; billable only if every row gives it."""
    said = {field for field, names in _SAID.items() if any(name in columns for name in names)}
    if any(row.billable is None for row in rows):
        said.discard("billable")
    return frozenset(said)


def _open(data: bytes, how: HowToRead) -> _Opened:
    text, encoding, note = decode(data)
    file = _opened(text, data, encoding, how)
    notes = (*((note,) if note else ()), *file.notes)
    if file.table.header == OWN_LOG:
        notes += (_TYPELESS,)
    if file.kind in TRACKERS:
        notes = (f"Read as {TRACKERS[file.kind]}.", *notes)
    if file.columns.days:
        notes += (
            "The file has no times of day: the entries of each day are laid out from 09:00 on, one"
            " after the other.",
        )
    return replace(file, notes=notes)


def _opened(text: str, data: bytes, encoding: str, how: HowToRead) -> _Opened:
    if how.source in JSON_READERS and not looks_like_json(text):
        raise UsageError(f"the file is not {TRACKERS[how.source or '']}: it is not JSON")
    if how.source in (None, *JSON_READERS) and looks_like_json(text):
        return _open_json(parsed(text), how)
    if how.source == "timeclock" or (how.source is None and looks_like_timeclock(text)):
        return _tracked(read_timeclock(text), "timeclock", how)
    del text
    return _open_table(data, encoding, how)


def _open_json(document: object, how: HowToRead) -> _Opened:
    tracker = how.source or tracker_of(document)
    if tracker is not None:
        return _tracked(JSON_READERS[tracker](document), cast(Source, tracker), how)
    table, count = read_objects(document)
    columns = _by_days(table, find_columns(table.header, how.columns, how.labels))
    columns = columns if columns.days else columns.whole()
    if table.header and not columns.timed and not table.faults:
        raise UsageError(
            "the JSON holds no time entries: no field says when they start",
            f"{JSON_HINT} `--column start=FIELD` says which field it is.",
            details=(f"its fields: {', '.join(columns.header)[:400]}",),
        )
    held = len(table.faults) + sum(1 for _ in table.rows())
    notes: tuple[str, ...] = ()
    if count > held:
        notes = (f"The report counts {counted(count, 'entry')}; the file holds {held}.",)
    return _Opened(without_duplicates(table, columns), "json", columns, notes)


def _tracked(found: Tracked, kind: Source, how: HowToRead) -> _Opened:
    columns = find_columns(found.table.header, how.columns, how.labels)
    return _Opened(found.table, kind, columns, found.notes)


def _open_table(data: bytes, encoding: str, how: HowToRead) -> _Opened:
    table = with_whole_names(read_table(data, encoding, _finds_times(how)))
    notes: tuple[str, ...] = ()
    if table.above:
        notes = (f"Skipped {counted(len(table.above), 'line')} above the headings.",)
    columns = find_columns(table.header, how.columns, how.labels)
    _refuse_entries_above(table, _on_days(table, columns))
    columns = _by_days(table, columns)
    kind, columns = _kind(columns, how.source)
    return _Opened(without_duplicates(table, columns), kind, columns, notes)


def _refuse_entries_above(table: Table, columns: Columns) -> None:
    """Raise UsageError if a row above the headings has times, as in a file that was sorted."""
    starts = [columns.places[one] for one in _STARTS if one in columns]
    places = [columns.places[one] for one in (*_TIMES, *_LENGTHS) if one in columns]
    for line, cells in table.above:
        figures = {place for place, cell in enumerate(cells) if cell.strip()[:1].isdigit()}
        # A title may have a date where starts are, a sum has lengths.
        if figures.intersection(starts) and len(figures.intersection(places)) > 1:
            raise UsageError(
                f"line {line} looks like an entry, and is above the headings",
                "Move the headings to the top of the file.",
            )


def _by_days(table: Table, columns: Columns) -> Columns:
    """Return *columns* with their days: of times of day, or of entries without any."""
    columns = _on_days(table, columns)
    return columns.of_days() if _may_be_days(columns) and are_days(table, columns) else columns


def _on_days(table: Table, columns: Columns) -> Columns:
    """Return *columns* with times of day that belong to the day in another column of *table*."""
    day = day_place(columns.header)
    if day is None or words.START_DATE in columns or day in columns.skipped:
        return columns
    start = columns.places.get(words.START)
    if start is None and words.START_TIME not in columns:
        return columns
    return columns if start is not None and not are_clocks(table, start) else columns.on_days(day)


def _may_be_days(columns: Columns) -> bool:
    """Return whether *columns* may be day and length of each entry, without times of day."""
    ends = (words.START_TIME, words.END, words.END_TIME)
    return (
        (words.START in columns) != (words.START_DATE in columns)
        and any(one in columns for one in _LENGTHS)
        and not any(one in columns for one in ends)
    )


def _finds_times(how: HowToRead) -> Callable[[tuple[str, ...]], bool]:
    """Return a function that recognizes a header row by a column for the start."""

    def timed(header: tuple[str, ...]) -> bool:
        try:
            return find_columns(header, how.columns, how.labels).timed
        except UsageError:
            # Errors in the columns are reported for the header that is finally chosen.
            return False

    return timed


def _kind(columns: Columns, source: str | None) -> tuple[Source, Columns]:
    """Return the kind of file that has *columns*, and the columns adjusted to it."""
    has_length = any(one in columns for one in _LENGTHS)
    if source not in (None, "clockify", "toggl", "harvest"):
        raise UsageError(
            f'there is no import from "{source}"', "Give --from clockify, or leave it out."
        )
    is_its = is_harvests(columns.header)
    if source in (None, "harvest") and (columns.days or (columns.clocks and is_its)):
        return ("harvest" if source or is_its else "csv"), columns
    if source == "harvest":
        raise UsageError(
            "the file is not Harvest's time report: it has no column for days or for hours",
            "In Harvest: Reports > Detailed time > Export > CSV.",
            details=(f"its columns: {', '.join(columns.header)[:400]}",),
        )
    if source in ("clockify", "toggl") or columns.clocks:
        needed = _NEEDED[:2] if has_length else _NEEDED
        missing = [one for one in needed if one not in columns]
        if columns.clocks and words.END_TIME in columns:
            missing = []
        if missing:
            raise _no_report(columns, missing, "Toggl" if source == "toggl" else "Clockify")
        return _kind_of_report(columns, source), columns
    columns = columns.whole()
    if words.START in columns and (words.END in columns or has_length):
        return "csv", columns
    if not columns.timed and (has_length or words.is_sum(columns.header[-1])):
        raise UsageError(
            "the file has totals but no entries, like Clockify's summary and weekly reports",
            "In Clockify, export Reports > Detailed as CSV.",
            details=(f"its columns: {', '.join(columns.header)[:400]}",),
        )
    if words.START in columns:
        raise UsageError(
            "the file has no column for the end or the duration of its entries",
            "`--column end=HEADING` or `--column duration=HEADING` says which column it is.",
            details=(f"its columns: {', '.join(columns.header)[:400]}",),
        )
    raise UsageError(
        "the file is not recognized: its first line has no columns start and end",
        "`clockify export` shows what can be imported, as can Clockify's detailed report. "
        "--column start=HEADING says what a column is.",
        details=(f"its first line: {', '.join(columns.header)[:80].lower()}",),
    )


def _kind_of_report(columns: Columns, source: str | None) -> Source:
    if source == "toggl" or (source is None and is_toggls(columns.header)):
        return "toggl"
    return "clockify" if source or _is_reports(columns) else "csv"


def _no_report(columns: Columns, missing: Sequence[str], program: str) -> UsageError:
    return UsageError(
        f"the file is not a detailed report of {program}: it has no column {', '.join(missing)}",
        "Export Reports > Detailed as CSV, or say what a column is:"
        f" --column {missing[0].replace(' ', '-')}=HEADING.",
        details=(f"its columns: {', '.join(columns.header)[:400]}",),
    )


def _is_reports(columns: Columns) -> bool:
    """Return whether *columns* are those of Clockify's report: only it writes ``Duration (h)``."""
    place = columns.places.get(words.DURATION)
    return place is None or "(" in columns.header[place]


def _refuse_columns(file: _Opened, seen: Survey) -> None:
    """Raise UsageError if a heading is not understood that may be a missing column."""
    columns = file.columns
    if words.USER not in columns and not all(map(any, seen.people)):
        # Rows that name nobody may be somebody's by a column that is not understood.
        columns = columns.without(words.EMAIL, words.USER_ID)
    unknown = _unknown(file, seen)
    if seen.mistyped is not None:
        unknown = [seen.mistyped, *unknown]
        if not columns.missing():
            raise not_understood(columns, unknown)
        columns = columns.without("type")
    # The fields of a tracker's JSON are fixed, so an unknown one is never a missing column.
    if unknown and columns.missing() and file.kind not in JSON_READERS:
        raise not_understood(columns, unknown, seen.typed)
    typed = [place for place in unknown if place in seen.typed and "type" not in columns]
    if typed:
        raise not_understood(columns, typed, seen.typed)
    skipped = [place for place in columns.skipped if place in seen.typed]
    if skipped:
        raise UsageError(
            f'"{columns.name(skipped[0])}" says which entries are breaks or time off',
            "Without it they would become regular work: leave out that --column skip=….",
            code="columns",
        )


def _unknown(file: _Opened, seen: Survey) -> list[int]:
    """Return the columns that are not understood; columns without a heading, and in JSON, only if
    they are not empty."""
    columns = file.columns
    return sorted(
        place
        for place in (*columns.unknown, *columns.unnamed)
        if place in seen.filled or (file.unit != "entry" and columns.header[place])
    )


Taken = Callable[[list[str]], bool] | None
_REPORTED = 1000
"""Progress is reported after this many rows."""


def _chooser(file: _Opened, people: dict[Said, Person], person: Person | None) -> Taken:
    """Return a function that decides whether a row belongs to *person*; None if every row does."""
    said = said_by(file.columns)
    if said is None or person is None or len(set(people.values())) < 2:
        return None
    # A row with the wrong number of cells belongs to nobody; its error is reported.
    own = {one for one, somebody in people.items() if somebody == person}

    def taken(cells: list[str]) -> bool:
        try:
            return said(cells) in own
        except IndexError:
            return True

    return taken


def _rows(
    file: _Opened, seen: Survey, reader: EntryReader, taken: Taken, tell: Tell
) -> tuple[list[ImportedEntry], list[WrongLine]]:
    wrong = [WrongLine(line, str(fault)) for line, fault in file.table.faults]
    if not file.columns.timed:
        wrong += [WrongLine(line, 'it has no "timeInterval"') for line, _ in file.table.rows()]
        return [], wrong
    rows = []
    passed = seen.sums | seen.headings
    for number, (line, cells) in enumerate(file.table.rows()):
        if not number % _REPORTED:
            tell(number / seen.count)
        if line in passed or not (taken is None or taken(cells)):
            continue
        try:
            rows.append(reader.read(line, cells))
        except StillRuns:
            continue
        except BadCell as error:
            wrong.append(WrongLine(line, str(error)))
    return rows, wrong


def _notes(file: _Opened, seen: Survey, reader: EntryReader) -> Iterable[str]:
    """Return notes on what was interpreted differently from the file or left out."""
    columns, unit = file.columns, file.unit
    if reader.running:
        yield f"Left out the running timer: {numbered(list(reader.running), unit)}."
    if seen.sums:
        yield f"Skipped {numbered(sorted(seen.sums), unit)}: sums, not entries."
    if seen.headings:
        yield f"Skipped {numbered(sorted(seen.headings), unit)}: the headings once more."
    lost = [place for place in columns.unused if place in seen.filled]
    left = {*_unknown(file, seen), *columns.skipped, *lost, *columns.homeless}
    if not_taken := columns.names(sorted(left)):
        noun = "field" if unit == "entry" else "column"
        names = ", ".join(f'"{name}"' for name in not_taken)
        yield f"Not imported: the {noun}{'s' if len(not_taken) > 1 else ''} {names}."
    if columns.homeless:
        yield "A task or client needs a project, and the file has no column for it."
    yield from _row_notes(reader, unit)


def _row_notes(reader: EntryReader, unit: str) -> Iterable[str]:
    """Return notes on rows that were taken, but not as they are written."""
    if reader.homeless:
        yield f"Without a project, so without its client: {numbered(reader.homeless, unit)}."
    if reader.nothings:
        listed = ", ".join(f'"{word}"' for word in reader.nothings)
        yield f"Read as no name: {listed}."
    if reader.off:
        yield f"Used the start and end where the duration differs: {numbered(reader.off, unit)}."
    if reader.empty:
        yield f"Starts and ends at the same time: {numbered(reader.empty, unit)}."


def _passed_people(
    file: _Opened, seen: Survey, people: dict[Said, Person], person: Person | None
) -> Iterable[str]:
    """Return a note that rows of other people were skipped, and whose."""
    others: dict[str, int] = {}
    for said, count in seen.people.items():
        if person is not None and people[said] != person:
            others[people[said].label] = others.get(people[said].label, 0) + count
    if others:
        names = ", ".join(list(others)[:_SHOWN])
        yield f"Skipped {counted(sum(others.values()), file.unit)} of other people: {names}."
