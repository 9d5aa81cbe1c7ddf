"""Turn the cells of a row into an entry; equal cells are parsed only once."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from clockify_cli.domain.entry import BREAK, REGULAR
from clockify_cli.domain.exchange import lines
from clockify_cli.domain.exchange.cells import unguard
from clockify_cli.domain.exchange.columns import Columns
from clockify_cli.domain.exchange.moments import ONE_DAY, Length, Moments, read_length, read_seconds
from clockify_cli.domain.exchange.objects import tag_pairs, written_list
from clockify_cli.domain.exchange.rows import (
    NO_IDS,
    BadCell,
    CustomValue,
    ImportedEntry,
    ItemIds,
    RunningRow,
)
from clockify_cli.domain.exchange.survey import has_rest, unfit
from clockify_cli.domain.exchange.table import Table
from clockify_cli.domain.exchange.vocabulary import (
    CUSTOM,
    DURATION,
    END,
    END_DATE,
    END_TIME,
    HOURS,
    NOTHINGS,
    OTHERS,
    SECONDS,
    START,
    START_DATE,
    START_TIME,
    TAG_PAIRS,
    is_nobodys,
)
from clockify_cli.domain.names import NameKind, is_id
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.zones import typed_text

MORNING = "09:00"
"""The start of the first entry of a day, in a file without times of day."""
_BETWEEN_IDS = str.maketrans(dict.fromkeys(",[]'\"", " "))
_NAME_AND_ID = re.compile(r"(.*\S) \(([0-9a-f]{24})\)", re.ASCII)
_WORK = (
    *("client", "project", "task", "tags", "billable", "type", "break"),
    *("client id", "project id", "task id", "tag ids", TAG_PAIRS, CUSTOM),
    *OTHERS,
)
"""The fields that are often equal in many rows of a file."""


class _Work(NamedTuple):
    """The fields of a row other than its times and description."""

    client: str
    project: str
    task: str
    tags: tuple[str, ...]
    billable: bool | None
    type: str
    ids: ItemIds
    custom: tuple[CustomValue, ...]
    others: tuple[tuple[str, str | bool | float], ...]
    homeless: bool


class StillRuns(BadCell):
    """The entry of a row has no end, because its timer was running when the file was written."""


class EntryReader:
    """Makes an entry from each row of a table, and notes oddities.

    *off* are the lines whose duration differs from their times, *empty* those without length,
    *homeless* those whose client was dropped because they have no project. *foreign*: a table of
    another program, where words such as ``null`` mean no name, noted in *nothings*, and a cell may
    hold a list. *plain_tags*: quotes in a list of tags are ordinary characters. *may_run*: a row
    without end and duration is a running timer; *running* has those by their
    lines.
    """

    def __init__(
        self,
        table: Table,
        columns: Columns,
        moments: Moments,
        zone: ZoneInfo,
        *,
        plain_tags: bool,
        may_run: bool = False,
        foreign: bool = False,
    ) -> None:
        self._columns = columns
        self._places: Mapping[str, int] = columns.places
        self._moments = moments
        self._zone = zone
        self._width = len(columns.header)
        self._rest = has_rest(columns)
        self._text: Callable[[str], str] = unguard if table.guarded else str
        self._plain_tags = plain_tags
        self._joined = _is_label(columns)
        self._description = columns.places.get("description")
        self._ids_at = (columns.places.get("id"), columns.places.get("local id"))
        self._has_ids = self._ids_at != (None, None)
        self._starts_at = columns.places.get(START)
        self._ends_at = columns.places.get(END)
        self._day_at = columns.places.get(START_DATE, -1)
        self._clock_at = columns.places.get(START_TIME, -1)
        self._end_day_at = columns.places.get(END_DATE)
        self._end_clock_at = columns.places.get(END_TIME)
        self._may_lack_end = END not in columns and END_TIME not in columns
        self._work_of = _picked([columns.places[one] for one in _WORK if one in columns])
        self._known: dict[object, _Work] = {}
        self._checked: dict[tuple[str, str], str] = {}
        self._lengths = [columns.places[one] for one in (DURATION, HOURS) if one in columns]
        self._seconds = columns.places.get(SECONDS)
        self._bare_hours = columns.clocks or columns.days
        self._free: dict[datetime, datetime] = {}
        self._equal: dict[object, int] = {}
        self._is_log = {"id", "start", "end", "state"} <= set(columns.header)
        self._may_run = may_run or self._is_log
        self.running: dict[int, RunningRow] = {}
        self.off: list[int] = []
        self.empty: list[int] = []
        self.homeless: list[int] = []
        self._foreign = foreign
        self.nothings: dict[str, None] = {}

    def read(self, line: int, cells: Sequence[str]) -> ImportedEntry:
        """Return the entry in *cells*; BadCell says why it cannot be read, StillRuns that it
        has not ended."""
        if len(cells) != self._width:
            cells = self._fitting(cells)
        start, end = self._span(line, cells)
        # Files have few distinct combinations of fields and many rows.
        key = self._work_of(cells)
        work = self._known.get(key)
        if work is None or self._rest:
            work = self._known[key] = self._work(cells)
        if work.homeless:
            self.homeless.append(line)
        said = "" if self._description is None else self._text(cells[self._description])
        read = ImportedEntry(
            line,
            start,
            end,
            lines.description(said),
            work.client,
            work.project,
            work.task,
            work.tags,
            work.billable,
            work.type,
            self._original(cells, start) if self._has_ids else (),
            work.ids,
            work.custom,
            work.others,
        )
        return self._laid_out(read, cells) if self._columns.days else read

    def _fitting(self, cells: Sequence[str]) -> Sequence[str]:
        if wrong := unfit(self._columns, cells):
            raise BadCell(wrong)
        return [*cells, ""] if len(cells) < self._width else cells

    def _work(self, cells: Sequence[str]) -> _Work:
        client, project, task = self._names(cells)
        ids = self._ids(cells)
        tags, tag_ids = self._tags(cells)
        if tag_ids or ids is not NO_IDS:
            ids = ids._replace(tags=tag_ids or ("",) * len(tags))
        if not ids.project:
            lines.check_task(task, project)
        return _Work(
            client,
            project,
            task,
            tags,
            lines.yes_or_no(self._cell(cells, "billable"), "billable"),
            self._type(cells),
            ids,
            self._custom(cells),
            tuple(
                (name, lines.plain(self._text(self._cell(cells, name)), name))
                for name in OTHERS
                if name in self._places
            ),
            homeless=bool(client and not project and not ids.project),
        )

    def _cell(self, cells: Sequence[str], field: str) -> str:
        place = self._places.get(field)
        return "" if place is None else cells[place]

    def _laid_out(self, read: ImportedEntry, cells: Sequence[str]) -> ImportedEntry:
        """Give *read* an id based on its day: its time of day depends on the rows before it."""
        from hashlib import sha256

        day = self._morning(cells).astimezone(self._zone).date().isoformat()
        seconds = (read.end - read.start).total_seconds()
        content = (day, seconds, *read[3:])
        self._equal[content] = count = self._equal.get(content, 0) + 1
        if read.original:
            return read
        return read._replace(original=(sha256(repr((*content, count)).encode()).hexdigest()[:32],))

    def _morning(self, cells: Sequence[str]) -> datetime:
        """Return nine o'clock on the day of a row."""
        return self._moments.only(
            self._moments.at(cells[self._day_at].strip() or _lacking(START_DATE), MORNING)
        )

    def _after_the_last(self, line: int, cells: Sequence[str]) -> tuple[datetime, datetime]:
        """Return the times of the next entry of that day, in a file without times of day."""
        morning = self._morning(cells)
        length = self._length(cells)
        if length is None:
            raise BadCell(self._no_length(cells))
        self._check_lengths(cells)
        start = self._free.get(morning, morning)
        self._free[morning] = end = start + timedelta(seconds=length.seconds)
        if end == start:
            self.empty.append(line)
        return start, end

    def _why_endless(self, cells: Sequence[str]) -> str:
        if self._may_lack_end and any(cells[place].strip() for place in self._lengths):
            return self._no_length(cells)
        return "it has no end: a running timer is not imported"

    def _check_lengths(self, cells: Sequence[str]) -> None:
        """Raise BadCell if several durations of a row, which determine its end, disagree."""
        said = {cell: None for place in self._lengths if (cell := cells[place].strip())}
        read = [read_length(cell, bare_hours=self._bare_hours) for cell in said]
        known = [length for length in read if length is not None]
        if len(known) < len(said) or not all(one.agrees(known[0]) for one in known):
            times = " and ".join(f'"{quoted(cell)}"' for cell in said)
            raise BadCell(f"its durations do not agree: {times}")

    def _no_length(self, cells: Sequence[str]) -> str:
        said = next((cell for place in self._lengths if (cell := cells[place].strip())), "")
        if said:
            return f'"{quoted(said)}" is not a length of time such as 1.5 or 1:30'
        return "it does not say how long it took"

    def _span(self, line: int, cells: Sequence[str]) -> tuple[datetime, datetime]:
        if self._columns.days:
            return self._after_the_last(line, cells)
        start, end = self._start(cells), self._end(cells)
        if end is None and self._is_running(cells):
            begun = self._moments.only(start)
            ids = self._original(cells, begun) if self._has_ids else ()
            self.running[line] = RunningRow(ids, self._command(begun, cells))
            raise StillRuns("its timer is running")
        length = self._length(cells)
        if end is None:
            if length is None or not self._may_lack_end:
                raise BadCell(self._why_endless(cells))
            self._check_lengths(cells)
            begun = self._moments.only(start)
            return begun, begun + timedelta(seconds=length.seconds)
        if start.tzinfo is None or end.tzinfo is None:
            start, end = self._moments.settle(start, end, length)
        if end <= start:
            lines.check_span(start, end, self._zone)
            self.empty.append(line)
        if not self._fits(cells, length, (end - start).total_seconds()):
            self.off.append(line)
        return start, end

    def _fits(self, cells: Sequence[str], length: Length | None, seconds: float) -> bool:
        """Return whether the duration of a row can be *seconds*, unless it has none; a number that
        is not read as a *length* may count seconds."""
        if length is not None:
            return length.fits(seconds)
        said = next((cell for place in self._lengths if (cell := cells[place].strip())), "")
        read = read_seconds(said)
        return not said or (read is not None and read.fits(seconds))

    def _is_running(self, cells: Sequence[str]) -> bool:
        """Return whether a row without an end also says no duration, or a negative one."""
        # Our own log counts a running timer up to now.
        lengths = [] if self._is_log else self._lengths
        said = [cell for place in lengths if (cell := cells[place].strip())]
        may_be = self._may_run and bool(self._lengths or not self._may_lack_end)
        return may_be and all(cell.startswith("-") for cell in said)

    def _command(self, start: datetime, cells: Sequence[str]) -> str:
        """Return the command that starts the timer of a row."""
        work = self._work(cells)
        project = "/".join(filter(None, (work.client, work.project))) if work.project else ""
        tags = () if any(work.ids.tags) and work.tags == work.ids.tags else work.tags
        said = [("-d", lines.description(self._text(self._cell(cells, "description"))))]
        said += [("-p", project), ("-k", work.task), *(("-g", tag) for tag in tags)]
        words = [
            "clockify start",
            *(f"{option} {shlex.quote(text)}" for option, text in said if text),
        ]
        words += ["-b"] * bool(work.billable) + ["--break"] * (work.type == BREAK)
        return " ".join([*words, f"--at {typed_text(start, self._zone)}"])

    def _start(self, cells: Sequence[str]) -> datetime:
        if self._starts_at is not None:
            return self._moments.instant(cells[self._starts_at].strip() or _lacking(START))
        return self._moments.at(
            cells[self._day_at].strip() or _lacking(START_DATE),
            cells[self._clock_at].strip() or _lacking(START_TIME),
        )

    def _end(self, cells: Sequence[str]) -> datetime | None:
        """Return when the entry ended; None if the row does not say. A time without a day that is
        before the start is on the next day."""
        if self._ends_at is not None:
            cell = cells[self._ends_at].strip()
            return self._moments.instant(cell) if cell else None
        clock = "" if self._end_clock_at is None else cells[self._end_clock_at].strip()
        if not clock:
            return None
        if self._end_day_at is not None:
            return self._moments.at(cells[self._end_day_at].strip() or _lacking(END_DATE), clock)
        start = self._start(cells)
        end = self._moments.at(cells[self._day_at].strip() or _lacking(START_DATE), clock)
        return end if end.replace(tzinfo=None) >= start.replace(tzinfo=None) else end + ONE_DAY

    def _length(self, cells: Sequence[str]) -> Length | None:
        for place in self._lengths:
            if cell := cells[place]:
                found = read_length(cell, bare_hours=self._bare_hours)
                if found is not None:
                    return found
        return None if self._seconds is None else read_seconds(cells[self._seconds])

    def _names(self, cells: Sequence[str]) -> tuple[str, str, str]:
        """Return the client, project and task."""
        project = self._name(cells, "project")
        client = self._name(cells, "client")
        if self._joined and project:
            before, slash, after = project.partition(" / ")
            client, project = (before, after) if slash else ("", project)
        return client, project, self._name(cells, "task")

    def _name(self, cells: Sequence[str], kind: NameKind) -> str:
        key = (kind, self._cell(cells, kind))
        if key not in self._checked:
            text = "" if self._is_nothing(key[1].strip()) else self._text(key[1])
            self._checked[key] = lines.name(text, kind)
        return self._checked[key]

    def _is_nothing(self, text: str) -> bool:
        """Return whether *text* is written for no name; the words of programs are noted."""
        if self._foreign and text in NOTHINGS:
            self.nothings[text] = None
            return True
        return is_nobodys(text)

    def _custom(self, cells: Sequence[str]) -> tuple[CustomValue, ...]:
        cell = self._cell(cells, CUSTOM)
        try:
            found = json.loads(cell) if cell else ()
            return tuple(CustomValue(id_, name, json.dumps(value)) for id_, name, value in found)
        except (ValueError, TypeError):
            raise BadCell(f'"{quoted(cell)}" is not a list of custom fields') from None

    def _type(self, cells: Sequence[str]) -> str:
        found = lines.entry_type(self._cell(cells, "type"))
        if found == REGULAR and lines.is_break(self._cell(cells, "break")):
            return BREAK
        return found

    def _original(self, cells: Sequence[str], start: datetime) -> tuple[str, ...]:
        theirs, own = self._ids_at
        given = () if theirs is None else (lines.known_id(cells[theirs], start),)
        return lines.ids(given if own is None else (*given, cells[own]))

    def _ids(self, cells: Sequence[str]) -> ItemIds:
        client, project, task = (self._id(cells, kind) for kind in ("client", "project", "task"))
        return ItemIds(client, project, task) if client or project or task else NO_IDS

    def _id(self, cells: Sequence[str], kind: str) -> str:
        given = self._cell(cells, f"{kind} id").strip().lower()
        named = self._cell(cells, kind).strip().lower()
        return given or (named if len(named) == 24 and is_id(named) else "")

    def _tags(self, cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the tags, and their ids if the file has them."""
        if self._rest:
            return _split_ids(cells[self._width - 1 :])
        listed = self._text(self._cell(cells, "tags"))
        may_be_list = self._foreign and listed.startswith("[")
        if may_be_list and (found := written_list(listed)) is not None:
            names, given = tag_pairs(found)
            checked = lines.tags(names)
            return checked, given if len(checked) == len(given) else ()
        if (self._plain_tags or listed.strip() != "-") and self._is_nothing(listed.strip()):
            listed = ""
        names = lines.tag_cell(listed, quoted_names=not self._plain_tags)
        pairs = self._cell(cells, TAG_PAIRS).split()
        if pairs and len(pairs) == len(names):
            return names, tuple("" if id_ == "-" else id_.lower() for id_ in pairs)
        ids = self._cell(cells, "tag ids").translate(_BETWEEN_IDS).split()
        if ids and not names:
            return tuple(ids), tuple(id_.lower() for id_ in ids)
        return names, ()


def _lacking(field: str) -> NoReturn:
    raise BadCell(f"it has no {field}")


def _picked(places: Sequence[int]) -> Callable[[Sequence[str]], object]:
    """Return a function that picks the cells at *places*."""
    return itemgetter(*places) if places else lambda _: None


def _is_label(columns: Columns) -> bool:
    """Return whether projects are written ``Client / Project``, as `log` does."""
    place = columns.places.get("project")
    return (
        place is not None
        and columns.header[place] == "project"
        and {"id", "start"} <= columns.places.keys()
        and columns.places.keys().isdisjoint(("client", "client id", "project id"))
    )


def _split_ids(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split tags written ``name (id)`` into names and ids."""
    names, ids = [], []
    for cell in filter(None, map(str.strip, cells)):
        match = _NAME_AND_ID.fullmatch(cell)
        names.append(lines.name(match[1] if match else cell, "tag"))
        ids.append(match[2] if match else "")
    return tuple(names), tuple(ids) if any(ids) else ()
