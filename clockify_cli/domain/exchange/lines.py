"""Checks that apply to every line of every format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from unicodedata import category
from zoneinfo import ZoneInfo

from clockify_cli.domain.entry import BREAK, DEFAULTS, REGULAR, TYPES
from clockify_cli.domain.exchange.cells import split_names
from clockify_cli.domain.exchange.rows import BadCell, ImportedEntry, WrongLine
from clockify_cli.domain.exchange.vocabulary import read_yes, type_of_word
from clockify_cli.domain.names import NameKind, check_name, is_id
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.zones import typed_text
from clockify_cli.errors import UsageError

LONG = timedelta(hours=24)
MOST_DESCRIPTION = 3000
MOST_TAGS = 50


def doubtful_lines(
    rows: Iterable[ImportedEntry], now: datetime, zone: ZoneInfo
) -> tuple[WrongLine, ...]:
    """Return the *rows* that need confirmation: later than *now* (aware UTC), or over 24 hours.

    Messages give times in *zone*.
    """
    doubts = []
    for row in rows:
        if row.end > now:
            end = typed_text(row.end, zone)
            doubts.append(WrongLine(row.line, f"it ends in the future, at {end}"))
        elif row.end - row.start > LONG:
            hours = (row.end - row.start) // timedelta(hours=1)
            doubts.append(WrongLine(row.line, f"it lasts {hours} hours"))
    return tuple(doubts)


def clashing_lines(rows: Iterable[ImportedEntry], unit: str) -> tuple[tuple[int, WrongLine], ...]:
    """Return the *rows* that differ from an earlier row with the same id, and that row's line.

    *unit* is what the numbers count.
    """
    seen: dict[str, ImportedEntry] = {}
    clashes = []
    for row in rows:
        for id_ in row.original:
            first = seen.setdefault(id_, row)
            if first is not row and first._replace(line=row.line, original=row.original) != row:
                why = f"it has the id of {unit} {first.line}, and says something else"
                clashes.append((first.line, WrongLine(row.line, why)))
                break
    return tuple(clashes)


def check_span(start: datetime, end: datetime, zone: ZoneInfo) -> None:
    """Raise BadCell if the end is before the start; both are aware UTC, shown in *zone*.

    Start and end may be equal: a timer stopped in the second in which it began has no length.
    """
    if end < start:
        times = f"{typed_text(end, zone)} and {typed_text(start, zone)}"
        raise BadCell(f"it ends before it starts ({times})")


def plain(text: str, name: str) -> str | bool | float:
    """Return *text* as the plain field *name*, its default if empty; BadCell if it is not one."""
    default: str | bool | float = DEFAULTS[name]
    if isinstance(default, str):
        return description(text, name)
    if not text.strip():
        return default
    said = read_yes(text) if isinstance(default, bool) else _number(text, type(default))
    if said is None:
        raise BadCell(f'"{quoted(text)}" is not a value for {name}')
    return said


def _number(text: str, kind: type[float]) -> float | None:
    try:
        return kind(text)
    except ValueError:
        return None


def description(text: str, name: str = "description") -> str:
    """Return *text* as a description, with spaces for line breaks and tabs; BadCell, with the
    field's *name*, for other controls."""
    if text.isprintable() and len(text) <= MOST_DESCRIPTION:
        return text.strip()
    spaced = " ".join(text.splitlines()).replace("\t", " ").strip()
    if any(category(char) in ("Cc", "Cs") for char in spaced):
        raise BadCell(f'the {name} has a control character: "{quoted(spaced)}"')
    if len(spaced) > MOST_DESCRIPTION:
        raise BadCell(f"the {name} has {len(spaced)} characters, over {MOST_DESCRIPTION}")
    return spaced


def name(text: str, kind: NameKind) -> str:
    """Return *text* as a name, empty for none; BadCell for an invalid name."""
    if not text.strip():
        return ""
    try:
        return check_name(text, kind)
    except UsageError as error:
        raise BadCell(error.message) from None


def tag_cell(text: str, *, quoted_names: bool) -> tuple[str, ...]:
    """Return the tags in a cell, separated by commas; a tag that contains a comma is in quotes.

    Without *quoted_names*, or if the quotes are unbalanced, quotes are ordinary characters.
    """
    if quoted_names:
        with suppress(ValueError):
            return tags(split_names(text))
    return tags(name for name in map(str.strip, text.split(",")) if name)


def tags(names: Iterable[str]) -> tuple[str, ...]:
    """Return *names* as tags, without repeats, in order."""
    checked = dict.fromkeys(name(one, "tag") for one in names)
    checked.pop("", None)
    if len(checked) > MOST_TAGS:
        raise BadCell(f"it has {len(checked)} tags, over {MOST_TAGS}")
    return tuple(checked)


def check_task(task: str, project: str) -> None:
    """Raise BadCell for a task without its project."""
    if task and not project:
        raise BadCell(f'the task "{quoted(task)}" has no project')


def yes_or_no(text: str, field: str) -> bool | None:
    """Parse ``Yes``, ``true``, ``Ja`` and the like; None for an empty cell.

    BadCell, which names the *field*, for any other text.
    """
    if not text.strip():
        return None
    said = read_yes(text)
    if said is None:
        raise BadCell(f'"{quoted(text)}" is neither yes nor no ({field})')
    return said


def is_break(text: str) -> bool:
    """Return whether *text* says that the entry is a break; BadCell if it is not yes or no."""
    return type_of_word(text) == BREAK or bool(yes_or_no(text, "break"))


def entry_type(text: str) -> str:
    """Return Clockify's name for the entry type *text*, REGULAR if empty."""
    if not text.strip():
        return REGULAR
    found = type_of_word(text)
    if found is None:
        raise BadCell(f'"{quoted(text)}" is not an entry type ({", ".join(TYPES)})')
    return found


_OUR_LENGTHS = (24, 32)
_FOREIGN = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)


def known_id(text: str, start: datetime) -> str:
    """Return *text* as the id of an entry; another program's id becomes a hash in our form.

    Two programs may use the same ids, but hardly for entries with the same *start*.
    """
    if not text or len(text) in _OUR_LENGTHS:
        return text
    bare = text.strip()
    if not bare or len(bare) in _OUR_LENGTHS or not _FOREIGN.fullmatch(bare):
        return bare
    from hashlib import sha256

    return sha256(f"{bare} {start.isoformat()}".encode()).hexdigest()[:32]


def ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty *texts* in lower case; BadCell for one that is not an id."""
    given = []
    for text in filter(None, texts):
        bare = text.strip().lower()
        if bare and not is_id(bare):
            raise BadCell(f'"{quoted(bare)}" is not an id')
        if bare and bare not in given:
            given.append(bare)
    return tuple(given)
