"""A first pass over a file, to learn what must be known before any row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from clockify_cli.domain.entry import REGULAR, counted
from clockify_cli.domain.exchange.columns import Columns
from clockify_cli.domain.exchange.moments import (
    Moments,
    dated_day,
    day_of,
    find_order,
    is_clock,
    read_length,
)
from clockify_cli.domain.exchange.people import Said
from clockify_cli.domain.exchange.rows import BadCell, DateOrder
from clockify_cli.domain.exchange.table import Table
from clockify_cli.domain.exchange.vocabulary import (
    CREATED,
    DURATION,
    EMAIL,
    END,
    END_DATE,
    END_TIME,
    HOURS,
    LOCAL_ID,
    START,
    START_DATE,
    START_TIME,
    USER,
    USER_ID,
    is_sum,
    type_of_word,
)
from clockify_cli.domain.time.zones import load_zone
from clockify_cli.values import dataclass, field

PEOPLE = (USER, EMAIL, USER_ID)
_TIMES = (START, START_DATE, START_TIME, END, END_DATE, END_TIME)
_FIGURE = re.compile(
    r"[^\w]{0,3}(?:[A-Z]{3}\s)?[\d:.,' \u00a0\u202f]{1,30}(?:h|min|[A-Z]{3})?[^\w]{0,3}"
)
# This many entries over midnight are enough to find the order of dates, if they can.
_ENOUGH = 100


@dataclass(slots=True)
class Survey:
    """What the first reading of the file found.

    *sums* are the lines with sums, *headings* those that repeat the headings. *filled* are the
    positions of watched columns that are not empty, *typed* those of columns whose cells all name
    an entry type, not only the regular one; *mistyped* is the position of a type column in which no
    cell names a type. *count* is the number of rows, *people* the number of rows of each person.
    *order* is the order of day, month and year, and *ordered* whether any date has it. *seconds*:
    some times are written with seconds.
    """

    sums: set[int] = field(default_factory=set)
    headings: set[int] = field(default_factory=set)
    mistyped: int | None = None
    filled: set[int] = field(default_factory=set)
    typed: set[int] = field(default_factory=set)
    count: int = 0
    people: dict[Said, int] = field(default_factory=dict)
    order: DateOrder = "ymd"
    ordered: bool = False
    seconds: bool = False


def survey(table: Table, columns: Columns, order: DateOrder | None) -> Survey:
    """Read *table* once. UsageError if the *order* of its dates stays ambiguous."""
    found = Survey()
    watched = _Watched(columns)
    said = said_by(columns)
    dates = _Dates(columns)
    width = len(columns.header)
    looks_summed = _sum_finder(columns)
    timed = _times_of(columns)
    first = columns.header[0] if columns.header else ""
    for line, cells in table.rows():
        found.count += 1
        if cells and cells[0].strip() == first and _heads(cells, columns.header):
            found.headings.add(line)
        elif looks_summed(cells):
            found.sums.add(line)
        elif len(cells) == width or not unfit(columns, cells):
            watched.look(cells)
            dates.look(cells)
            found.seconds = found.seconds or any(map(_WITH_SECONDS.search, timed(cells)))
            if said is not None:
                person = said(cells)
                found.people[person] = found.people.get(person, 0) + 1
    found.filled, found.typed = watched.filled, watched.typed()
    found.mistyped = watched.mistyped()
    found.order = order or dates.order()
    found.ordered = dates.are_ordered
    return found


# As in 09:30:00, 09.30.00 or 20261124T093000Z.
_WITH_SECONDS = re.compile(r"\d([:.])\d\d\1\d\d(?!\d)|T\d{6}", re.ASCII)


def _times_of(columns: Columns) -> Callable[[Sequence[str]], Iterator[str]]:
    """Return a function that gives the times of day in a row."""
    places = [columns.places[one] for one in (START, START_TIME, END, END_TIME) if one in columns]
    return lambda cells: (cells[place] for place in places)


def _heads(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether *cells* repeat *header*, as in files that were concatenated."""
    said = [" ".join(cell.split()) for cell in cells[: len(header)]]
    return said == list(header) and not any(cells[len(header) :])


_DAY = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}", re.ASCII)


def are_days(table: Table, columns: Columns) -> bool:
    """Return whether the start column of *table* contains days without any time of day."""
    place = columns.places.get(START_DATE, columns.places.get(START, 0))
    found = False
    for _, cells in table.rows():
        cell = cells[place] if place < len(cells) else ""
        if _DAY.fullmatch(day_of(cell)):
            found = True
        elif any(map(str.isdigit, cell)):
            return False
    return found


def are_clocks(table: Table, place: int) -> bool:
    """Return whether all non-empty cells at *place* are times of day without a day."""
    found = False
    for _, cells in table.rows():
        cell = cells[place] if place < len(cells) else ""
        if any(map(str.isdigit, cell)) and not (found := is_clock(cell)):
            return False
    return found


def has_rest(columns: Columns) -> bool:
    """Return whether the last heading (``tags...``) stands for all remaining cells of a row."""
    return columns.header[-1:] != () and columns.header[-1].endswith("...")


def unfit(columns: Columns, cells: Sequence[str]) -> str:
    """Return why *cells* do not fit *columns*; empty if they do.

    Extra empty cells at the end are accepted.
    """
    width = len(columns.header)
    rest = has_rest(columns)
    if len(cells) < width - rest or (not rest and any(cells[width:])):
        return f"it has {counted(len(cells), 'cell')}, and the header has {width}"
    return ""


def _sum_finder(columns: Columns) -> Callable[[Sequence[str]], bool]:
    """Return a function that recognizes a line of sums: no time, and only a word like Total."""
    times = [columns.places[one] for one in _TIMES if one in columns]

    def is_sums(cells: Sequence[str]) -> bool:
        for place in times:
            cell = cells[place] if place < len(cells) else ""
            if cell[:1].isdigit() or not (not cell or cell.isspace() or is_sum(cell)):
                return False
        texts = [cell for cell in map(str.strip, cells) if cell and not _FIGURE.fullmatch(cell)]
        return not texts or (len(texts) <= 2 and any(map(is_sum, (texts[0], *texts[0].split()))))

    return is_sums


def said_by(columns: Columns) -> Callable[[Sequence[str]], Said] | None:
    """Return a function for a row's name, address and id; None if no column identifies a person."""
    places = [columns.places.get(one) for one in PEOPLE]
    if not any(place is not None for place in places):
        return None
    name, email, id_ = places

    def said(cells: Sequence[str]) -> Said:
        return (
            "" if name is None else cells[name],
            "" if email is None else cells[email],
            "" if id_ is None else cells[id_],
        )

    return said


class _Watched:
    """Checks whether ignored columns contain anything, and whether they name types."""

    def __init__(self, columns: Columns) -> None:
        self._empty = [*columns.unknown, *columns.unused, *columns.unnamed]
        self._types: dict[int, set[str]] = {
            place: set() for place in (*columns.unknown, *columns.skipped)
        }
        # In Clockify's report, Type may be the workspace's own word for something else.
        self._type = columns.places.get("type") if columns.clocks else None
        if self._type is not None:
            self._types[self._type] = set()
        self.filled: set[int] = set()

    def look(self, cells: Sequence[str]) -> None:
        for place in self._empty:
            if place not in self.filled and cells[place] and not cells[place].isspace():
                self.filled.add(place)
        for place, words in self._types.items():
            if len(words) <= 20:
                words.add(cells[place].strip())

    def typed(self) -> set[int]:
        """Return the positions of columns that name types, not only the regular one."""
        found = set()
        for place, words in self._types.items():
            if place == self._type:
                continue
            types = {type_of_word(word) for word in words if word}
            if types - {REGULAR} and None not in types:
                found.add(place)
        return found

    def mistyped(self) -> int | None:
        """Return the position of the type column if none of its cells names a type."""
        words = self._types.get(-1 if self._type is None else self._type, set()) - {""}
        return None if not words or any(map(type_of_word, words)) else self._type


class _Dates:
    """The dates of a file, from which the order of day and month is derived."""

    def __init__(self, columns: Columns) -> None:
        self._places = [columns.places[one] for one in (START_DATE, END_DATE) if one in columns]
        self._wholes = [columns.places[one] for one in (START, END) if one in columns]
        self._created = columns.places.get(CREATED)
        self._columns = columns
        self._dates: set[str] = set()
        self._made: set[str] = set()
        self._overnight: list[Sequence[str]] = []
        needed = (START_TIME, END_DATE, END_TIME)
        self._has_lengths = (DURATION in columns or HOURS in columns) and all(
            one in columns for one in needed
        )

    @property
    def are_ordered(self) -> bool:
        """Whether days have columns of their own, or are written as spreadsheets do."""
        return bool(self._places or self._dates)

    def look(self, cells: Sequence[str]) -> None:
        for place in self._wholes:
            cell = cells[place]
            if cell[4:5] != "-" and (day := dated_day(cell)):
                self._dates.add(day)
        if self._created is not None and self.are_ordered:
            self._made.add(cells[self._created])
        if not self._places:
            return
        days = [cells[place] for place in self._places]
        self._dates.update(days)
        if days[0] != days[-1] and self._has_lengths and len(self._overnight) < _ENOUGH:
            self._overnight.append(cells)

    def order(self) -> DateOrder:
        """Return the only order that fits all dates; if two fit, other facts in the file decide."""
        if not self.are_ordered:
            return "ymd"
        if self._columns.clocks and LOCAL_ID in self._columns:
            # Only `export --format clockify` writes such a column, with the month first.
            return "mdy"
        made = (day_of(text).partition(" ")[0] for text in self._made)
        return find_order(self._dates, (made, self._by_lengths()))

    def _by_lengths(self) -> Iterator[str]:
        """Yield a date in the order in which entries over midnight match their durations."""
        if not self._has_lengths:
            return
        fitting = [order for order in ("dmy", "mdy") if self._all_fit(order)]
        if fitting in (["dmy"], ["mdy"]):
            yield "31/12/2026" if fitting == ["dmy"] else "12/31/2026"

    def _all_fit(self, order: DateOrder) -> bool:
        moments = Moments(load_zone("UTC"), order)
        places = self._columns.places
        lengths = [
            read_length(cells[places[DURATION if DURATION in places else HOURS]])
            for cells in self._overnight
        ]
        times = [places[one] for one in (START_DATE, START_TIME, END_DATE, END_TIME)]
        spans = (_span(moments, [cells[place] for place in times]) for cells in self._overnight)
        return bool(self._overnight) and all(
            length is not None and span is not None and abs(span - length.seconds) <= 2 * 3600
            for length, span in zip(lengths, spans, strict=True)
        )


def _span(moments: Moments, times: Sequence[str]) -> float | None:
    """Return the seconds between start and end; None if they cannot be read."""
    day, clock, end_day, end_clock = times
    try:
        return (moments.at(end_day, end_clock) - moments.at(day, clock)).total_seconds()
    except BadCell:
        return None
