"""The column widths of every table, and what is cut first.

Ids, numbers, times and lengths are never cut. Of the rest, descriptive columns are cut before
names: first texts, then tags and marks, then the names of projects. As long as anything else can be
cut, names stay readable and distinct.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from clockify_cli.domain.terminal_text import cut, cut_label, width
from clockify_cli.values import dataclass

Gives = Literal["text", "marks", "names", "never"]
"""What a column contains, which decides when it is cut."""
Cut = Callable[[str, int, str], str]
"""Cuts a text to a number of columns, with a mark for the missing part."""

WIDEST_GAPS = {"text": 80, "marks": 40, "names": 40}
"""The most columns that one unusually long text may widen its column by."""

_ORDER: tuple[Gives, ...] = ("text", "marks", "names")
_LEAST_TEXT = 12
_LEAST_NAMES = 16
_LEAST_BESIDE = 12


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of a table is drawn; *style* is one of `tables.STYLES`.

    *gap*: columns before the next one. *least*: narrower text is useless. *droppable*: shown whole,
    or not at all if that leaves the others too little. *below*: on its own line if it would get
    less than its *least*. *whole*: never cut; the rest continues below. *cut*: how it is shortened,
    if not in the usual way for what it *gives*.
    """

    gives: Gives = "never"
    style: str = ""
    to_right: bool = False
    gap: int = 2
    least: int = _LEAST_TEXT
    droppable: bool = False
    below: bool = False
    whole: bool = False
    cut: Cut | None = None

    def shortened(self, text: str, columns: int, mark: str) -> str:
        """Cut *text* to at most *columns*; *mark* replaces the missing part."""
        if self.cut is not None:
            return self.cut(text, columns, mark)
        return (cut_label if self.gives == "names" else cut)(text, columns, mark=mark)


@dataclass(frozen=True, slots=True)
class Need:
    """The *columns* that a column needs, and the *least* that it keeps while others can be cut.

    *least* is computed only if something has to be cut.
    """

    columns: int
    gives: Gives = "never"
    least: Callable[[], int] = int


@dataclass(frozen=True, slots=True)
class Layout:
    """The *columns* of a table with their *widths*; a column of width 0 is not shown.

    *needs* are what the widths were computed from, *indent* the columns before the first.
    """

    columns: Sequence[Column]
    needs: Sequence[Need]
    widths: list[int]
    indent: int = 0

    @property
    def total(self) -> int:
        """The width of the whole table."""
        return self.indent + sum(self.widths) + _gaps(self.columns, self.widths)

    def folds(self, at: int) -> bool:
        """Return whether wider text continues on the next line instead of being cut.

        Names do if cutting would make them indistinct, or if their column has its full width and
        only a few names are much wider than most.
        """
        need = self.needs[at]
        names = need.gives == "names"
        return self.columns[at].whole or (
            names and (self.widths[at] >= need.columns or self.is_tight(at))
        )

    def is_tight(self, at: int) -> bool:
        """Return whether that column is narrower than its useful minimum."""
        need, have = self.needs[at], self.widths[at]
        return have < need.columns and have < need.least()


def most(counts: Mapping[int, int], gap: int) -> int:
    """Return the widest of the widths in *counts*, but at most *gap* more than the median.

    *counts* maps each width to how often it occurs.
    """
    if not counts:
        return 0
    before, half = 0, sum(counts.values()) // 2
    for columns in sorted(counts):
        before += counts[columns]
        if before > half:
            break
    return min(max(counts), columns + gap)


def telling(labels: Iterable[str], columns: int, mark: str) -> int:
    """Return the fewest columns (at most *columns*) at which cut *labels* stay distinct."""
    different = set(labels)
    low, high = min(1, columns), columns
    while low < high:
        middle = (low + high) // 2
        if len({cut_label(label, middle, mark=mark) for label in different}) == len(different):
            high = middle
        else:
            low = middle + 1
    return high


def cut_typed(text: str, columns: int, mark: str) -> str:
    """Cut *text* like `cut_label`, but keep a type of time at its end."""
    name, opening, type_ = text.rpartition(" (")
    room = columns - width(opening + type_)
    if not name or not type_.endswith(")") or room < width(mark) + 1:
        return cut_label(text, columns, mark=mark)
    return cut_label(name, room, mark=mark) + opening + type_


def need_of(column: Column, texts: Sequence[str], mark: str) -> Need:
    """Return what *column* needs for *texts*, which are clean and on one line each."""
    return need_of_counts(column, Counter(map(width, texts)), texts, mark)


def need_of_counts(
    column: Column, counts: Mapping[int, int], labels: Iterable[str], mark: str
) -> Need:
    """Like `need_of`; *counts* maps widths to how often they occur, *labels* are the texts."""
    if column.gives == "never":
        return Need(max(counts, default=0))
    columns = most(counts, WIDEST_GAPS[column.gives])
    if column.gives == "names":
        return Need(columns, "names", lambda: telling(labels, columns, mark))
    return Need(columns, column.gives, lambda: min(columns, column.least))


def given(needs: Sequence[Need], room: int) -> list[int]:
    """Return the columns for each of *needs*, cut as far as possible to fit *room* together."""
    widths = [need.columns for need in needs]
    if sum(widths) <= room:
        return widths
    least = [need.least() for need in needs]
    for floors in _floors(needs, least):
        for gives in _ORDER:
            giving = [at for at, need in enumerate(needs) if need.gives == gives]
            _shrink(widths, giving, floors, sum(widths) - room)
    return widths


def _floors(needs: Sequence[Need], least: Sequence[int]) -> Iterable[Sequence[int]]:
    """Yield the columns that each of *needs* keeps, in rounds; each round is tighter.

    Names that differ in a letter or two still have to be readable: texts are cut to their useful
    minimum before names become shorter than that.
    """
    readable = [
        max(floor, min(need.columns, _LEAST_NAMES)) if need.gives == "names" else floor
        for need, floor in zip(needs, least, strict=True)
    ]
    yield readable
    yield [
        min(floor, _LEAST_TEXT) if need.gives == "text" else floor
        for need, floor in zip(needs, readable, strict=True)
    ]
    yield least
    # A wide letter takes two columns.
    yield [2] * len(needs)


def _shrink(widths: list[int], giving: Sequence[int], floors: Sequence[int], excess: int) -> None:
    """Take *excess* from the *giving* columns, the widest first, down to their floors."""
    for _ in range(excess):
        open_ = [at for at in giving if widths[at] > floors[at]]
        if not open_:
            return
        widths[max(open_, key=lambda at: widths[at])] -= 1


def in_room(
    columns: Sequence[Column], needs: Sequence[Need], room: int, *, indent: int = 0
) -> Layout:
    """Lay out *columns* in *room* columns; a column that needs nothing is not shown."""
    gaps = _gaps(columns, [need.columns for need in needs])
    return Layout(columns, needs, given(needs, room - indent - gaps), indent)


def lay_out(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int, mark: str
) -> Layout:
    """Lay out *rows* of clean texts in *room* columns; a column without text is not shown."""
    texts = zip(*rows, strict=True)
    needs = [need_of(column, of, mark) for column, of in zip(columns, texts, strict=True)]
    for at, column in enumerate(columns):
        if column.droppable and not _leaves_enough(columns, needs, at, room):
            needs[at] = Need(0)
    layout = in_room(columns, needs, room)
    for at, column in enumerate(columns):
        if column.below and layout.is_tight(at):
            needs[at] = Need(0)
            layout = in_room(columns, needs, room)
    return layout


def _gaps(columns: Sequence[Column], widths: Sequence[int]) -> int:
    gaps = [column.gap for column, columns_ in zip(columns, widths, strict=True) if columns_]
    return sum(gaps[:-1])


def _leaves_enough(columns: Sequence[Column], needs: Sequence[Need], at: int, room: int) -> bool:
    """Return whether the column *at*, shown whole, leaves enough for the others."""
    others = [0 if n == at else need.columns for n, need in enumerate(needs)]
    needed = sum(others) + _gaps(columns, others)
    return room - needs[at].columns - columns[at].gap >= min(needed, _LEAST_BESIDE)
