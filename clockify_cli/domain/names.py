"""Resolve the names that a person types for clients, projects, tasks, tags and workspaces.

Matching goes in steps, and the first step that finds anything decides: the exact name, the name
without regard to case and spacing, the beginning of the name or of one of its words and, in a
filter, any part of it. Several matches in the same step are never guessed between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Literal
from unicodedata import category, normalize

from clockify_cli.domain.entry import EXCLUDING, NONE, Item, Kind
from clockify_cli.domain.terminal_text import left, quoted, width
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.values import dataclass

NameKind = Literal["client", "project", "task", "tag", "workspace"]

NAME_LIMIT = 250
LISTED = 10
NEAREST = 5
LEAST_BEGINNING = 3
LEAST_PART = 4
"""A part of a name counts as similar from this many letters on."""
BEGINNING, WORD, PART = 3, 4, 5
"""The ranks of `resemblance` if one name is only a piece of the other."""

_EXACT, _FOLDED, _PREFIX, _SUBSTRING, _NO = range(5)
_HEX = "0123456789abcdefABCDEF"
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a typed name may mean.

    *local_id* never changes (32 hex digits, or the local key of a workspace); *server_id* is None
    until Clockify has it. *parent* is the name of a project's client or of a task's project,
    *above* that of the client of a task's project.
    """

    kind: NameKind
    local_id: str
    server_id: str | None
    name: str
    parent: str | None = None
    archived: bool = False
    above: str | None = None

    @property
    def key(self) -> str:
        """The id to show: Clockify's if it has one, else the local one."""
        return self.server_id or self.local_id

    @property
    def label(self) -> str:
        """``Client / Project / Task``, without missing parts."""
        return " / ".join(self._names)

    @property
    def path(self) -> str:
        """``Client/Project/Task``: what one can type for it."""
        return "/".join(self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.above, self.parent, self.name) if name)


def resolve(text: str, items: Sequence[Candidate], *, substring: bool = False) -> Candidate:
    """Return the one of *items* (all of one kind) that *text* means.

    *text* is a name, ``CLIENT/PROJECT``, ``PROJECT/TASK`` or an id; an exact match, including
    spaces and slashes, comes first. *substring* is for filters: then a text that is part of only
    one name matches too. Raises Ambiguous for several matches, NotFound for none and UsageError for
    an empty text. The result may be archived; callers decide about that.
    """
    wanted = text.strip()
    if not wanted:
        raise UsageError("the name is empty", "Give a name or an id.")
    found = _by_id(wanted, items) or _called(text, items) or _best(wanted, items, substring)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, found)
    raise not_found(text, items)


class AmbiguousName(Ambiguous):
    """The name *text* matches each of *candidates*, which are of one kind."""

    def __init__(
        self,
        message: str,
        hint: str,
        *,
        details: tuple[str, ...],
        text: str,
        candidates: Sequence[Candidate],
    ) -> None:
        super().__init__(message, hint, details=details)
        self.text = text
        self.candidates = tuple(candidates)


def ambiguous(text: str, found: Sequence[Candidate]) -> AmbiguousName:
    """Return the refusal to guess between *found* (two or more), listing their full ids."""
    shown = sorted(found, key=lambda item: (item.archived, fold(item.label), item.key))[:LISTED]
    columns = max(width(item.label) for item in shown)
    lines = [f"{left(item.label, columns)}    {item.key}{_archived(item)}" for item in shown]
    if len(found) > LISTED:
        lines.append(f"and {len(found) - LISTED} more")
    return AmbiguousName(
        f'"{quoted(text)}" matches {_count(len(found), found[0].kind)}',
        _hint_to_narrow(found[0].kind),
        details=tuple(lines),
        text=text,
        candidates=found,
    )


def not_found(text: str, items: Sequence[Candidate], kind: NameKind | None = None) -> NotFound:
    """Return the error that nothing in *items* is called *text*, with the nearest names.

    *kind* says what was looked for, in case *items* is empty.
    """
    noun = kind or (items[0].kind if items else None)
    hint = ""
    if suggestions := _nearest(text, items):
        import shlex

        typed = " or ".join(f"{shlex.quote(item.path)}{_archived(item)}" for item in suggestions)
        hint = f"Did you mean {typed}? "
    if noun:
        hint += f"`clockify {noun}s` lists all {noun}s."
    return NotFound(f'no {noun or "item"} named "{quoted(text)}"', hint.rstrip())


def near(text: str, names: Iterable[str], *, limit: int = NEAREST) -> list[str]:
    """Return those of *names* of which *text* may be a misspelling, nearest first.

    These are equal except for case, spacing and punctuation, or one slip away (two from 8 letters
    on; a swap of neighbours is one slip). Under 4 letters a slip is as likely another name.
    """
    wanted = _letters(text)
    allowed = _slips_allowed(wanted)
    ranked = []
    for name in names:
        slips = distance(wanted, _letters(name), allowed)
        if slips <= allowed:
            ranked.append((slips, name))
    return [name for _, name in sorted(ranked)[:limit]]


# Called for each of thousands of names, and again for the nearest of them.
@lru_cache(1 << 16)
def resemblance(text: str, name: str) -> int | None:
    """Return how much a new name *text* resembles *name*, or None; the only rule for all names.

    Rank 0 is equal except for case, accents, spaces, punctuation and a plural ending; 1 and 2 are
    that many slips; 3: one begins with the other (from 3 letters on); 4: one is a word of the
    other; 5: one is a part of the other (from 4 letters on).
    """
    one, other = _bare(text), _bare(name)
    if not _plurals(one).isdisjoint(_plurals(other)):
        return 0
    allowed = _slips_allowed(one)
    if (slips := distance(one, other, allowed)) <= allowed:
        return slips
    short, long = sorted((one, other), key=len)
    if len(short) >= LEAST_BEGINNING and long.startswith(short):
        return BEGINNING
    if one in map(_bare, _words(fold(name))) or other in map(_bare, _words(fold(text))):
        return WORD
    return PART if len(short) >= LEAST_PART and short in long else None


@lru_cache(1 << 16)
def _bare(text: str) -> str:
    """Return the letters and digits of *text* without regard to case and accents."""
    folded = fold(text)
    return "".join(filter(str.isalnum, normalize("NFKD", folded))) or folded


def _plurals(letters: str) -> set[str]:
    """Return *letters* and the singulars that they may be the plural of."""
    forms = {letters}
    if len(letters) > LEAST_BEGINNING:
        forms |= {letters.removesuffix("s"), letters.removesuffix("es")}
        if letters.endswith("ies"):
            forms.add(f"{letters[:-3]}y")
    return forms


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


def _slips_allowed(letters: str) -> int:
    """Return how many typing errors a similar name may have; none in names under 4 letters."""
    return 0 if len(letters) < 4 else 1 if len(letters) < 8 else 2


class _Lookup:
    """The items of one kind by id, and by owner and name, exact and folded."""

    def __init__(self) -> None:
        self.by_id: dict[str, Item] = {}
        self.exact: dict[tuple[str | None, str], list[Item]] = {}
        self.folded: dict[tuple[str | None, str], list[Item]] = {}

    def add(self, item: Item) -> None:
        for id_ in filter(None, (item.local_id, item.server_id)):
            self.by_id.setdefault(id_, item)
        owner = owner_of(item)
        self.exact.setdefault((owner, item.name), []).append(item)
        self.folded.setdefault((owner, fold(item.name)), []).append(item)


class NameIndex:
    """The names of a workspace: what a text means, what it resembles, what belongs to what.

    *load* returns the items of a kind, including archived ones; it is called when first needed.
    """

    def __init__(self, load: Callable[[Kind], Iterable[Item]]) -> None:
        self._load = load
        self._known: dict[Kind, dict[str, Item]] = {}
        self._found: dict[Kind, _Lookup] = {}

    def items(self, kind: Kind) -> list[Item]:
        """Return all items of *kind*."""
        return list(self._of(kind).values())

    def add(self, item: Item) -> None:
        """Add *item* to the index."""
        is_new = item.local_id not in self._of(item.kind)
        self._of(item.kind)[item.local_id] = item
        if is_new and item.kind in self._found:
            self._found[item.kind].add(item)
        else:
            self._found.pop(item.kind, None)

    def get(self, kind: Kind, local_id: str | None) -> Item | None:
        """Return the item of *kind* with *local_id*, or None."""
        return self._of(kind).get(local_id) if local_id is not None else None

    def by_id(self, kind: Kind, id_: str) -> Item | None:
        """Return the item of *kind* with the id *id_*, Clockify's or local, or None."""
        return self._lookup(kind).by_id.get(id_.lower()) if is_id(id_) else None

    def owned_by(self, kind: Kind, owner: str | None) -> list[Item]:
        """Return the projects of the client or the tasks of the project *owner* (a local id)."""
        return [item for item in self.items(kind) if owner_of(item) == owner]

    def candidate(self, item: Item) -> Candidate:
        """Return *item* with the names of what it belongs to."""
        return candidate_of(item, self._owner)

    def find(self, kind: Kind, text: str, *, substring: bool = True) -> Item:
        """Return the item of *kind* that *text* means, archived or not; raises as `resolve`."""
        candidates = list(map(self.candidate, self.items(kind)))
        if not candidates:
            raise not_found(text, candidates, kind)
        return self._of(kind)[resolve(text, candidates, substring=substring).local_id]

    def find_active(
        self, kind: Kind, text: str, among: Sequence[Item] | None = None
    ) -> Item | None:
        """Return the item of *kind* (or of *among*) that *text* means for an entry; None for
        `none`.

        Raises Ambiguous, and NotFound for an archived item.
        """
        items = self.items(kind) if among is None else among
        active = [item for item in items if not item.archived]
        exact = [item for item in active if item.name == text]
        if len(exact) == 1:
            return exact[0]
        for group in (active, items) if len(active) < len(items) else (items,):
            try:
                chosen = resolve(text, list(map(self.candidate, group)))
            except NotFound:
                continue
            if chosen.archived:
                raise is_archived(chosen)
            return self._of(kind)[chosen.local_id]
        return None

    def called(self, kind: Kind, name: str, owner: str | None = None) -> list[Item]:
        """Return the items of *owner* (a local id) called *name*: exactly, else when folded."""
        found = self._lookup(kind)
        return list(found.exact.get((owner, name)) or found.folded.get((owner, fold(name))) or ())

    def several(self, kind: Kind, text: str) -> list[str]:
        """Split *text* at commas into names, unless one item has exactly this name."""
        if "," not in text or self.called(kind, text.strip()):
            return [text]
        return [part.strip() for part in text.split(",") if part.strip()] or [text]

    def resembling(self, text: str, among: Sequence[Item]) -> list[Candidate]:
        """Return those of *among* (of one owner) that *text*, a new name, resembles; best first."""
        found = [(self.candidate(item), resemblance(text, item.name)) for item in among]
        return _nearest_of(found)

    def resembling_client(self, text: str) -> list[Candidate]:
        """Return the clients and projects that *text*, the new client of a new project, resembles.

        A project with that name suggests that a task of it was meant.
        """
        found = [
            (self.candidate(each), resemblance(text, each.name)) for each in self.items("client")
        ]
        for item in self.items("project"):
            rank = resemblance(text, item.name)
            found.append((self.candidate(item), rank if rank in (0, 1, 2) else None))
        return _nearest_of(found)

    def resembling_project(self, text: str) -> list[Candidate]:
        """Return the projects and clients that a new project *text* without a client resembles.

        It may be meant for a client if it is called like one, or ``Client:Project``.
        """
        typed = [part for part in {text, text.partition(":")[0]} if part.strip()]
        meant = {each.local_id: _likeness(typed, each.name) for each in self.items("client")}
        found = [(self.candidate(each), meant[each.local_id]) for each in self.items("client")]
        for item in self.items("project"):
            candidate = self.candidate(item)
            rank = _least(text, candidate.name, candidate.label)
            found.append((candidate, meant.get(item.client or "") if rank is None else rank))
        return _nearest_of(found)

    def _owner(self, item: Item) -> Item | None:
        owner: Kind = "client" if item.kind == "project" else "project"
        return self.get(owner, owner_of(item))

    def _lookup(self, kind: Kind) -> _Lookup:
        if kind not in self._found:
            self._found[kind] = _Lookup()
            for item in self.items(kind):
                self._found[kind].add(item)
        return self._found[kind]

    def _of(self, kind: Kind) -> dict[str, Item]:
        if kind not in self._known:
            self._known[kind] = {item.local_id: item for item in self._load(kind)}
        return self._known[kind]


def owner_of(item: Item) -> str | None:
    """Return the local id of a project's client or a task's project."""
    return item.client if item.kind == "project" else item.project


def candidate_of(item: Item, owner_in: Callable[[Item], Item | None]) -> Candidate:
    """Return *item* with the names of what it belongs to, each found by *owner_in*."""
    owner = owner_in(item)
    above = owner_in(owner) if owner is not None else None
    return Candidate(
        item.kind,
        item.local_id,
        item.server_id,
        item.name,
        owner.name if owner else None,
        item.archived,
        above.name if above else None,
    )


def is_archived(chosen: Candidate) -> NotFound:
    """Return the error that *chosen* is archived (or a finished task) and takes no new entries."""
    return NotFound(
        f'{chosen.kind} "{quoted(chosen.label)}" is archived',
        f"`clockify {chosen.kind}s list` shows the active ones.",
        code="archived",
    )


def _least(text: str, *names: str) -> int | None:
    """Return the smallest `resemblance` of *text* to one of *names*."""
    ranks = [rank for name in names if (rank := resemblance(text, name)) is not None]
    return min(ranks, default=None)


def _likeness(typed: Sequence[str], client: str) -> int | None:
    """Return how near one of *typed* is to the name *client*, which may begin with it."""
    ranks = [
        rank
        for text in typed
        if (rank := resemblance(text, client)) is not None
        and (rank < BEGINNING or _bare(client).startswith(_bare(text)))
    ]
    return min(ranks, default=None)


def _nearest_of(found: Iterable[tuple[Candidate, int | None]]) -> list[Candidate]:
    ranked = [
        (item.archived, rank, fold(item.label), item.key, item)
        for item, rank in found
        if rank is not None
    ]
    return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1])[:NEAREST]]


def check_name(text: str, kind: NameKind) -> str:
    """Return *text* as a name for something new: NFC, without outer spaces.

    Raises UsageError for an empty one, one over 250 characters, and one with control characters,
    line breaks or bytes that are not text.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"the name of the {kind} is not valid UTF-8 text", "Use UTF-8.")
    name = normalize("NFC", text.strip())
    if not name:
        raise UsageError(
            f"the name of the {kind} is empty",
            f"`clockify {kind}s` lists the names of all {kind}s.",
        )
    if len(name) > NAME_LIMIT:
        raise UsageError(
            f'the name of the {kind} has {len(name)} characters: "{quoted(name)}"',
            f"Shorten it to {NAME_LIMIT} characters.",
        )
    if any(category(char) in ("Cc", "Zl", "Zp") for char in name):
        raise UsageError(
            f'the name of the {kind} contains a control character or line break: "{quoted(name)}"',
            "Remove that character.",
        )
    return name


def check_new_name(text: str, kind: NameKind) -> str:
    """Like `check_name`; UsageError also for a name with another meaning (`read_otherwise`)."""
    name = check_name(text, kind)
    if why := read_otherwise(name):
        raise UsageError(
            not_to_be_called(name, kind, why),
            "Choose another name. Use the id for a name like this that Clockify already has.",
        )
    return name


def not_to_be_called(name: str, kind: NameKind, why: str) -> str:
    """Return the error message that no *kind* can be called *name*, and *why*."""
    return f'"{quoted(name)}" cannot be the name of a {kind}: {why}'


def read_otherwise(name: str) -> str:
    """Return what an option or filter takes *name* for instead of a name; else empty."""
    if name == NONE:
        return f'the word {NONE} means "without"'
    if name.startswith(EXCLUDING):
        return f"{' or '.join(EXCLUDING)} at the start excludes a name in a filter"
    if name == "-" or (name[0] == "@" and not name[1:].removeprefix("-").strip("0123456789")):
        return "it would be read as an option or as the number of an entry"
    return ""


def split_name(text: str) -> tuple[str | None, str]:
    """Split ``Acme/Website`` into parent and name, both trimmed; without a slash, no parent."""
    parent, slash, name = text.partition("/")
    if slash and parent.strip() and name.strip():
        return parent.strip(), name.strip()
    return None, text.strip()


def split_new(text: str, kind: NameKind) -> tuple[str | None, str]:
    """Like `split_name`, for something new: UsageError if one side of the slash is empty."""
    parent, name = split_name(text)
    if parent is None and "/" in name:
        written = "CLIENT/PROJECT" if kind == "project" else "PROJECT/TASK"
        raise UsageError(
            f'a name is missing next to the slash in "{quoted(name)}"', f"Write {written}."
        )
    return parent, name


def fold(text: str) -> str:
    """Return *text* for comparison: NFC, case-folded, single spaces, none beside a slash."""
    folded = normalize("NFC", normalize("NFC", text).casefold())
    return "/".join(" ".join(part.split()) for part in folded.split("/"))


def is_id(text: str) -> bool:
    """Return whether *text* looks like a Clockify id (24 hex digits) or a local one (32)."""
    return len(text) in (24, 32) and not text.strip(_HEX)


def distance(one: str, other: str, limit: int) -> int:
    """Return the number of slips between the two: letters left out, added, changed or swapped.

    Anything over *limit* is returned as ``limit + 1``, which stops the search early.
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
    """Return the item called exactly *text*, if there is only one."""
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
        """Return the first step in which *name* matches."""
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
    """One way to read the text: only a name, or a name with its parent."""

    parent: _Wanted | None
    name: _Wanted

    def step(self, item: Candidate) -> int:
        if self.parent is None:
            return self.name.step(item.name)
        if item.parent is None:
            return _NO
        step = self.parent.step(item.parent)
        if item.above is not None:
            step = min(step, self.parent.step(f"{item.above}/{item.parent}"))
        return max(step, self.name.step(item.name))


def _nearest(text: str, items: Sequence[Candidate]) -> list[Candidate]:
    """Return the items that *text* resembles, then those with the fewest slips."""
    wanted = _letters(text)
    allowed = max(1, len(wanted) // 3)

    def rank(item: Candidate) -> int | None:
        like = _least(text, item.name, item.label)
        if like is not None:
            return like
        slips = min(distance(wanted, _letters(form), allowed) for form in (item.name, item.label))
        return PART + 1 + slips if slips <= allowed else None

    return _nearest_of((item, rank(item)) for item in items)


def _letters(text: str) -> str:
    folded = fold(text)
    return "".join(filter(str.isalnum, folded)) or folded


def _archived(item: Candidate) -> str:
    return " (archived)" if item.archived else ""


def _count(number: int, kind: NameKind) -> str:
    return f"{_COUNTS[number] if number < len(_COUNTS) else number} {kind}s"


def _hint_to_narrow(kind: NameKind) -> str:
    narrower = {"project": "CLIENT/PROJECT, ", "task": "PROJECT/TASK, "}.get(kind, "")
    return f"Give more of the name, {narrower}or the id."
