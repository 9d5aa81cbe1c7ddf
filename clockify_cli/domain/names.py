"""Names that a person types for a client, project, task, tag or workspace.

A name is looked for in steps, and the first step that finds anything decides: as it is written,
without regard to case and spacing, as the beginning of the name or of one of its words and, in a
filter, anywhere in it. Two finds in the same step are never guessed between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from unicodedata import category, normalize

from clockify_cli.domain.columns import width
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.values import dataclass

NameKind = Literal["client", "project", "task", "tag", "workspace"]

NONE = "none"
"""The word that clears a field, and in a filter stands for what has none."""

EXCLUDING = ("!", "not:")
"""What stands in a filter before a name that it excludes."""

NAME_LIMIT = 250
LISTED = 10
NEAREST = 5

_EXACT, _FOLDED, _PREFIX, _SUBSTRING, _NO = range(5)
_HEX = frozenset("0123456789abcdef")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a name may mean.

    *local_id* never changes (32 hex digits, or whatever a workspace is known by here);
    *server_id* is None until Clockify has it. *parent* is the name of a project's client or of a
    task's project.
    """

    kind: NameKind
    local_id: str
    server_id: str | None
    name: str
    parent: str | None = None
    archived: bool = False

    @property
    def key(self) -> str:
        """The id to show: Clockify's where there is one, else ours."""
        return self.server_id or self.local_id

    @property
    def label(self) -> str:
        """``Parent / Name``, or the name alone."""
        return f"{self.parent} / {self.name}" if self.parent else self.name


def resolve(text: str, items: Sequence[Candidate], *, substring: bool = False) -> Candidate:
    """The one of *items* (all of one kind) that *text* means.

    *text* is a name, ``CLIENT/PROJECT``, ``PROJECT/TASK`` or an id; what is called just so, spaces
    and slash included, comes first. *substring* is for filters:
    there, a text within exactly one name will do. Raises Ambiguous for several, NotFound for
    none and UsageError for no text at all. The find may be archived: that is for the caller.
    """
    wanted = text.strip()
    if not wanted:
        raise UsageError("an empty name", "Give a name or an id.")
    found = _by_id(wanted, items) or _called(text, items) or _best(wanted, items, substring)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, found)
    raise not_found(text, items)


def ambiguous(text: str, found: Sequence[Candidate]) -> Ambiguous:
    """The refusal to guess between *found* (two or more of one kind), each with its whole id."""
    shown = sorted(found, key=lambda item: (item.archived, fold(item.label), item.key))[:LISTED]
    columns = max(width(item.label) for item in shown)
    lines = [
        f"{item.label}{' ' * (columns - width(item.label))}    {item.key}{_archived(item)}"
        for item in shown
    ]
    if len(found) > LISTED:
        lines.append(f"and {len(found) - LISTED} more")
    return Ambiguous(
        f'"{quoted(text)}" fits {_count(len(found), found[0].kind)}',
        _hint_to_narrow(found[0].kind),
        details=tuple(lines),
    )


def not_found(text: str, items: Sequence[Candidate], kind: NameKind | None = None) -> NotFound:
    """That nothing in *items* is called *text*, with the nearest names there are.

    *kind* says what was looked for where *items* may be empty.
    """
    noun = kind or (items[0].kind if items else None)
    suggestions = _nearest(text, items)
    if suggestions:
        labels = ", ".join(f"{item.label}{_archived(item)}" for item in suggestions)
        hint = f"The nearest: {labels}."
    else:
        hint = f"`clockify {noun}s` lists them all." if noun else ""
    return NotFound(f'no {noun or "name"} is called "{quoted(text)}"', hint)


def near(text: str, names: Iterable[str], *, limit: int = NEAREST) -> list[str]:
    """Those of *names* that *text* may well be a slip of, the nearest first.

    The same apart from case, spacing and punctuation, or one slip away (two from 8 letters on; a
    swap of neighbours is one). Under 4 letters, a slip is as likely another name.
    """
    wanted = _letters(text)
    allowed = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
    ranked = []
    for name in names:
        slips = distance(wanted, _letters(name), allowed)
        if slips <= allowed:
            ranked.append((slips, name))
    return [name for _, name in sorted(ranked)[:limit]]


def check_name(text: str, kind: NameKind) -> str:
    """*text* as a name that may be given to something new: NFC, without outer spaces.

    Raises UsageError for an empty one, one over 250 characters, and one with control characters,
    line breaks or bytes that are no text.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"the name of a {kind} holds bytes that are no text", "Type it in UTF-8.")
    name = normalize("NFC", text.strip())
    if not name:
        raise UsageError(f"the name of a {kind} is empty", "Give a name.")
    if len(name) > NAME_LIMIT:
        raise UsageError(
            f"the name of a {kind} has {len(name)} characters: {quoted(name)}",
            f"At most {NAME_LIMIT}.",
        )
    if any(category(char) in ("Cc", "Zl", "Zp") for char in name):
        raise UsageError(
            f'the name of a {kind} holds a control character or a line break: "{quoted(name)}"',
            "Leave it out.",
        )
    return name


def check_new_name(text: str, kind: NameKind) -> str:
    """As `check_name`; UsageError too for a name that `read_otherwise` knows."""
    name = check_name(text, kind)
    if why := read_otherwise(name):
        raise UsageError(
            not_to_be_called(name, kind, why),
            "Choose another name. What Clockify calls so already is meant by its id.",
        )
    return name


def not_to_be_called(name: str, kind: NameKind, why: str) -> str:
    """That no *kind* can be called *name*, and *why* (see `read_otherwise`)."""
    return f'no {kind} can be called "{quoted(name)}": {why}'


def read_otherwise(name: str) -> str:
    """What an option or a filter takes *name* for, if not for a name; else empty."""
    if name == NONE:
        return f"{NONE} stands for having none"
    if name.startswith(EXCLUDING):
        return f"{' or '.join(EXCLUDING)} before a name excludes it in a filter"
    if name == "-" or (name[0] == "@" and not name[1:].removeprefix("-").strip("0123456789")):
        return "it reads as an option or as the number of an entry"
    return ""


def split_name(text: str) -> tuple[str | None, str]:
    """``Acme/Website`` as its parent and its name, both trimmed; no parent without a slash."""
    parent, slash, name = text.partition("/")
    if slash and parent.strip() and name.strip():
        return parent.strip(), name.strip()
    return None, text.strip()


def split_new(text: str, kind: NameKind) -> tuple[str | None, str]:
    """As `split_name`, for something new: UsageError where one side of the slash is empty."""
    parent, name = split_name(text)
    if parent is None and "/" in name:
        written = "CLIENT/PROJECT" if kind == "project" else "PROJECT/TASK"
        raise UsageError(
            f'a name is missing beside the slash in "{quoted(name)}"', f"Write {written}."
        )
    return parent, name


def fold(text: str) -> str:
    """*text* for comparing: NFC, without regard to case, spaces single, none beside a slash."""
    folded = normalize("NFC", normalize("NFC", text).casefold())
    return "/".join(" ".join(part.split()) for part in folded.split("/"))


def is_id(text: str) -> bool:
    """Whether *text* has the shape of a Clockify id (24 hex digits) or of one of ours (32)."""
    return len(text) in (24, 32) and _HEX.issuperset(text.lower())


def quoted(text: str) -> str:
    """*text* cut to 80 characters, to be quoted in a message."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def distance(one: str, other: str, limit: int) -> int:
    """How many slips lie between the two: letters left out, added, changed or swapped.

    Anything over *limit* is given as ``limit + 1``, and is soon known.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, char in enumerate(one, 1):
        older, before = before, row
        row = [index]
        for column, against in enumerate(other, 1):
            cost = before[column - 1] + (char != against)
            cost = min(cost, before[column] + 1, row[column - 1] + 1)
            if index > 1 and column > 1 and (char, one[index - 2]) == (other[column - 2], against):
                cost = min(cost, older[column - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _by_id(text: str, items: Sequence[Candidate]) -> list[Candidate]:
    if not is_id(text):
        return []
    wanted = text.lower()
    return [item for item in items if wanted in (item.server_id, item.local_id)]


def _called(text: str, items: Sequence[Candidate]) -> list[Candidate]:
    """The only one of *items* that is called *text* to the letter."""
    exact = [item for item in items if item.name == text]
    return exact if len(exact) == 1 else []


def _best(text: str, items: Sequence[Candidate], substring: bool) -> list[Candidate]:
    reach = _SUBSTRING if substring else _PREFIX
    readings = [_Reading(None, _Wanted(text, fold(text)))]
    for index, char in enumerate(text):
        parent, name = text[:index].strip(), text[index + 1 :].strip()
        if char == "/" and parent and name:
            readings.append(_Reading(_Wanted(parent, fold(parent)), _Wanted(name, fold(name))))
    steps = [min(reading.step(item) for reading in readings) for item in items]
    first = min(steps, default=_NO)
    if first > reach:
        return []
    return [item for item, step in zip(items, steps, strict=True) if step == first]


@dataclass(frozen=True, slots=True)
class _Wanted:
    text: str
    folded: str

    def step(self, name: str) -> int:
        """The first step in which *name* is found."""
        if name == self.text:
            return _EXACT
        folded = fold(name)
        if folded == self.folded:
            return _FOLDED
        at = folded.find(self.folded)
        if at < 0:
            return _NO
        while at >= 0:
            if at == 0 or not folded[at - 1].isalnum():
                return _PREFIX
            at = folded.find(self.folded, at + 1)
        return _SUBSTRING


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the text: a name alone, or with what it belongs to."""

    parent: _Wanted | None
    name: _Wanted

    def step(self, item: Candidate) -> int:
        if self.parent is None:
            return self.name.step(item.name)
        if item.parent is None:
            return _NO
        return max(self.parent.step(item.parent), self.name.step(item.name))


def _nearest(text: str, items: Sequence[Candidate]) -> list[Candidate]:
    wanted = _letters(text)
    allowed = max(1, len(wanted) // 3)
    ranked = []
    for item in items:
        forms = (_letters(item.name), _letters(item.label))
        slips = min(distance(wanted, form, allowed) for form in forms)
        if slips > allowed and wanted and any(wanted in form for form in forms):
            slips = allowed
        if slips <= allowed:
            ranked.append((item.archived, slips, fold(item.label), item.key, item))
    return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1])[:NEAREST]]


def _letters(text: str) -> str:
    folded = fold(text)
    return "".join(filter(str.isalnum, folded)) or folded


def _archived(item: Candidate) -> str:
    return " (archived)" if item.archived else ""


def _count(number: int, kind: NameKind) -> str:
    return f"{_COUNTS[number] if number < len(_COUNTS) else number} {kind}s"


def _hint_to_narrow(kind: NameKind) -> str:
    narrower = {"project": "CLIENT/PROJECT, ", "task": "PROJECT/TASK, "}.get(kind, "")
    return f"Say more of the name, {narrower}or the id."
