"""From the bytes of a file to its entries, whichever kind of file it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from clockify_cli.domain.counting import counted
from clockify_cli.domain.exchange import vocabulary as words
from clockify_cli.domain.exchange.columns import Columns, Labels, find_columns, not_understood
from clockify_cli.domain.exchange.encoding import decode
from clockify_cli.domain.exchange.entry_reader import EntryReader
from clockify_cli.domain.exchange.lines import clashing_lines, doubtful_lines
from clockify_cli.domain.exchange.moments import Moments
from clockify_cli.domain.exchange.objects import looks_like_json, read_objects
from clockify_cli.domain.exchange.people import Person, Said, choose_person, find_people
from clockify_cli.domain.exchange.rows import (
    BadCell,
    DateOrder,
    ImportedEntry,
    ImportFile,
    Source,
    WrongLine,
    refuse_lines,
)
from clockify_cli.domain.exchange.survey import Survey, said_by, survey
from clockify_cli.domain.exchange.table import Table, read_table
from clockify_cli.domain.time.context import TimeContext
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

_FIX = "Fix them and import the file again."
_NO_ORDER = (
    "--dates is for Clockify's detailed report; in this file dates are written 2026-11-24 09:00."
)
_NEEDED = (words.START_DATE, words.START_TIME, words.END_DATE, words.END_TIME)
_LENGTHS = (words.DURATION, words.HOURS, words.SECONDS)
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What a person, and the workspace, say of a file.

    *source* is ``clockify`` for its detailed report, or None to recognise the file. *dates* is the
    order of day, month and year where the file leaves it open. *columns* are ``FIELD=HEADING``.
    *person* is whose rows are taken. *labels* is what the workspace calls project and task.
    """

    source: str | None = None
    dates: DateOrder | None = None
    columns: tuple[str, ...] = ()
    person: str | None = None
    labels: Labels | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file as a table: its *kind*, which column says what, and *notes* on how it was read."""

    table: Table
    kind: Source
    columns: Columns
    notes: tuple[str, ...]

    @property
    def unit(self) -> str:
        """What the numbers of its rows count."""
        return "entry" if self.kind == "json" else "line"

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the report" if self.kind == "clockify" else "the file"


def read_import(data: bytes, how: HowToRead, context: TimeContext) -> ImportFile:
    """The entries in *data*, all of its lines checked; UsageError names those that are wrong.

    Times without an offset are of the context's zone.
    """
    file = _open(data, how)
    seen = survey(file.table, file.columns, how.dates)
    _refuse_columns(file, seen)
    people = find_people(seen.people)
    told = dict.fromkeys(person for person in people.values() if person.is_somebody)
    person = choose_person(list(told), how.person, file.name)
    reader = EntryReader(
        file.table,
        file.columns,
        Moments(context.zone, seen.order),
        context.zone,
        plain_tags=file.columns.clocks,
    )
    rows, wrong = _rows(file, seen, reader, _chooser(file, people, person))
    idle = (_NO_ORDER,) if how.dates is not None and not file.columns.clocks else ()
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
    )


def _open(data: bytes, how: HowToRead) -> _Opened:
    text, encoding, note = decode(data)
    notes: tuple[str, ...] = (note,) if note else ()
    if how.source is None and looks_like_json(text):
        table, count = read_objects(text)
        columns = table.columns(how.columns, how.labels).whole()
        held = len(table.faults) + sum(1 for _ in table.rows())
        if count > held:
            notes += (f"The report counts {counted(count, 'entry')}; the file holds {held}.",)
        return _Opened(table, "json", columns, notes)
    del text
    table = read_table(data, encoding, _finds_times(how))
    if table.above:
        notes += (f"Passed over {counted(table.above, 'line')} above the headings.",)
    columns = table.columns(how.columns, how.labels)
    kind, columns = _kind(columns, how.source)
    return _Opened(table, kind, columns, notes)


def _finds_times(how: HowToRead) -> Callable[[tuple[str, ...]], bool]:
    """What tells whether a row is a header: it says which column is the start."""

    def timed(header: tuple[str, ...]) -> bool:
        try:
            return find_columns(header, how.columns, how.labels).timed
        except UsageError:
            # What is wrong with the columns is said of the header that is taken in the end.
            return False

    return timed


def _kind(columns: Columns, source: str | None) -> tuple[Source, Columns]:
    """Which kind of file has *columns*, and those with lone days or times as whole moments."""
    has_length = any(one in columns for one in _LENGTHS)
    if source not in (None, "clockify"):
        raise UsageError(
            f'there is no import from "{source}"', "`--from clockify`, or leave it out."
        )
    if source == "clockify" or columns.clocks:
        needed = _NEEDED[:2] if has_length else _NEEDED
        missing = [one for one in needed if one not in columns]
        if columns.clocks and words.END_TIME in columns:
            missing = []
        if missing:
            raise _no_report(columns, missing)
        return ("clockify" if source or _is_reports(columns) else "csv"), columns
    columns = columns.whole()
    if words.START in columns and (words.END in columns or has_length):
        return "csv", columns
    raise UsageError(
        "the file is of no known kind: its first line names no columns start and end",
        "`clockify export` shows what can be imported; so can Clockify's detailed report."
        " --column start=HEADING says what a column is.",
        details=(f"its first line: {', '.join(columns.header)[:80].lower()}",),
    )


def _no_report(columns: Columns, missing: Sequence[str]) -> UsageError:
    return UsageError(
        f"no detailed report of Clockify: it has no column {', '.join(missing)}",
        "Export Reports > Detailed as CSV, or say what a column is:"
        f" --column {missing[0].replace(' ', '-')}=HEADING.",
        details=(f"its columns: {', '.join(columns.header)[:400]}",),
    )


def _is_reports(columns: Columns) -> bool:
    """Whether *columns* are of Clockify's report: others do not write ``Duration (h)``."""
    place = columns.places.get(words.DURATION)
    return place is None or "(" in columns.header[place]


def _refuse_columns(file: _Opened, seen: Survey) -> None:
    """UsageError while a heading is not understood that may be a column which is missing."""
    columns = file.columns
    unknown = _unknown(file, seen)
    if unknown and columns.missing():
        raise not_understood(columns, unknown)
    typed = [place for place in unknown if place in seen.typed and "type" not in columns]
    if typed:
        raise not_understood(columns, typed)
    skipped = [place for place in columns.skipped if place in seen.typed]
    if skipped:
        raise UsageError(
            f'"{columns.name(skipped[0])}" says which entries are breaks or time off',
            "Without it they would become regular work: leave out that --column skip=….",
            code="columns",
        )


def _unknown(file: _Opened, seen: Survey) -> list[int]:
    """The columns that are not understood; those without a heading, and of JSON, if they hold
    anything."""
    columns = file.columns
    return sorted(
        place
        for place in (*columns.unknown, *columns.unnamed)
        if place in seen.filled or (file.kind != "json" and columns.header[place])
    )


Taken = Callable[[list[str]], bool]


def _chooser(file: _Opened, people: dict[Said, Person], person: Person | None) -> Taken:
    """What tells whether a row is of *person*."""
    said = said_by(file.columns)
    if said is None or person is None or len(set(people.values())) < 2:
        return lambda _: True
    # A row whose cells do not fit is of nobody: what is wrong with it is said.
    own = {one for one, somebody in people.items() if somebody == person}

    def taken(cells: list[str]) -> bool:
        try:
            return said(cells) in own
        except IndexError:
            return True

    return taken


def _rows(
    file: _Opened, seen: Survey, reader: EntryReader, taken: Taken
) -> tuple[list[ImportedEntry], list[WrongLine]]:
    wrong = [WrongLine(line, str(fault)) for line, fault in file.table.faults]
    if not file.columns.timed:
        wrong += [WrongLine(line, 'it has no "timeInterval"') for line, _ in file.table.rows()]
        return [], wrong
    rows = []
    for line, cells in file.table.rows():
        if line in seen.sums or not taken(cells):
            continue
        try:
            rows.append(reader.read(line, cells))
        except BadCell as error:
            wrong.append(WrongLine(line, str(error)))
    return rows, wrong


def _notes(file: _Opened, seen: Survey, reader: EntryReader) -> Iterable[str]:
    """What was read otherwise than it stands in the file, and what of it was not taken."""
    columns, unit = file.columns, file.unit
    if seen.sums:
        yield f"Passed over {_lines(sorted(seen.sums), unit)}: sums, not entries."
    lost = [place for place in columns.unused if place in seen.filled]
    left = {*_unknown(file, seen), *columns.skipped, *lost, *columns.homeless}
    if not_taken := columns.names(sorted(left)):
        noun = "field" if unit == "entry" else "column"
        names = ", ".join(f'"{name}"' for name in not_taken)
        yield f"Not imported: the {noun}{'s' if len(not_taken) > 1 else ''} {names}."
    if columns.homeless:
        yield "A task or client needs a project, and the file has no column for it."
    if reader.homeless:
        yield f"Without a project, so without its client: {_lines(reader.homeless, unit)}."
    if reader.off:
        yield f"Start and end were taken where the duration differs: {_lines(reader.off, unit)}."
    if reader.empty:
        yield f"Starts and ends at the same time: {_lines(reader.empty, unit)}."


def _passed_people(
    file: _Opened, seen: Survey, people: dict[Said, Person], person: Person | None
) -> Iterable[str]:
    """That rows of others were passed over, and whose."""
    others: dict[str, int] = {}
    for said, count in seen.people.items():
        if person is not None and people[said] != person:
            others[people[said].label] = others.get(people[said].label, 0) + count
    if others:
        names = ", ".join(list(others)[:_SHOWN])
        yield f"Passed over {counted(sum(others.values()), file.unit)} of others: {names}."


def _lines(numbers: Sequence[int], unit: str) -> str:
    """``line 3``, ``lines 3, 7 and 12 more``."""
    if len(numbers) == 1:
        return f"{unit} {numbers[0]}"
    plural = "entries" if unit == "entry" else f"{unit}s"
    shown = [str(number) for number in numbers[:_SHOWN]]
    if more := len(numbers) - len(shown):
        return f"{plural} {', '.join(shown)} and {more} more"
    return f"{plural} {', '.join(shown[:-1])} and {shown[-1]}"
