"""Resolve the names that a person types for clients, projects, tasks, tags and workspaces.

A name is looked for in steps, and the first step that finds anything decides: as it is written,
without regard to case and spacing, as the beginning of the name or of one of its words and, in a
filter, anywhere in it. Two finds in the same step are never guessed between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Literal
from unicodedata import category, normalize

from clockify_cli.domain.entry import Item, Kind
from clockify_cli.domain.terminal_text import width
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
LEAST_BEGINNING = 3
LEAST_PART = 4
"""So many letters make a beginning, and a part, of a name resemble it."""
BEGINNING, WORD, PART = 3, 4, 5
"""What `resemblance` gives where one name is only a piece of the other."""

_EXACT, _FOLDED, _PREFIX, _SUBSTRING, _NO = range(5)
_HEX = frozenset("0123456789abcdef")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a name may mean.

    *local_id* never changes (32 hex digits, or whatever a workspace is known by here);
    *server_id* is None until Clockify has it. *parent* is the name of a project's client or of a
    task's project, *above* that of the client of a task's project.
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
        """The id to show: Clockify's where there is one, else ours."""
        return self.server_id or self.local_id

    @property
    def label(self) -> str:
        """``Client / Project / Task``, as far as there are such."""
        return " / ".join(self._names)

    @property
    def path(self) -> str:
        """``Client/Project/Task``: what can be typed for it."""
        return "/".join(self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.above, self.parent, self.name) if name)


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


class AmbiguousName(Ambiguous):
    """*text* fits each of *candidates*, which are of one kind."""

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
    """The refusal to guess between *found* (two or more of one kind), each with its whole id."""
    shown = sorted(found, key=lambda item: (item.archived, fold(item.label), item.key))[:LISTED]
    columns = max(width(item.label) for item in shown)
    lines = [
        f"{item.label}{' ' * (columns - width(item.label))}    {item.key}{_archived(item)}"
        for item in shown
    ]
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
    """That nothing in *items* is called *text*, with the nearest names there are.

    *kind* says what was looked for where *items* may be empty.
    """
    noun = kind or (items[0].kind if items else None)
    suggestions = _nearest(text, items)
    if suggestions:
        labels = ", ".join(f"{item.label}{_archived(item)}" for item in suggestions)
        hint = f"Similar names: {labels}."
    else:
        hint = f"`clockify {noun}s` lists all {noun}s." if noun else ""
    return NotFound(f'no {noun or "name"} is called "{quoted(text)}"', hint)


def near(text: str, names: Iterable[str], *, limit: int = NEAREST) -> list[str]:
    """Those of *names* that *text* may well be a slip of, the nearest first.

    The same except for case, spacing and punctuation, or one slip away (two from 8 letters on; a
    swap of neighbours is one). Under 4 letters, a slip is as likely another name.
    """
    wanted = _letters(text)
    allowed = _slips_allowed(wanted)
    ranked = []
    for name in names:
        slips = distance(wanted, _letters(name), allowed)
        if slips <= allowed:
            ranked.append((slips, name))
    return [name for _, name in sorted(ranked)[:limit]]


# Asked of each of thousands of names, and again for the nearest of them.
@lru_cache(1 << 16)
def resemblance(text: str, name: str) -> int | None:
    """How far a new name *text* is from *name*, if it resembles that: the one rule for all names.

    0: equal except for case, accents, spaces, punctuation and a plural ending; 1, 2: so many slips;
    3: one begins with the other (from 3 letters on); 4: one is a word of the other; 5: a part of
    it (from 4 letters on).
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
    """The letters and digits of *text* without regard to case and accents."""
    folded = fold(text)
    return "".join(filter(str.isalnum, normalize("NFKD", folded))) or folded


def _plurals(letters: str) -> set[str]:
    """*letters* and what they may be the plural of."""
    forms = {letters}
    if len(letters) > LEAST_BEGINNING:
        forms |= {letters.removesuffix("s"), letters.removesuffix("es")}
        if letters.endswith("ies"):
            forms.add(f"{letters[:-3]}y")
    return forms


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


def _slips_allowed(letters: str) -> int:
    """How many slips still make the same name: under 4 letters, one is as likely another name."""
    return 0 if len(letters) < 4 else 1 if len(letters) < 8 else 2


class _Lookup:
    """The items of one kind by their ids, and by their owner and name, as written and folded."""

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

    *load* gives the items of a kind, archived ones too, when they are first needed.
    """

    def __init__(self, load: Callable[[Kind], Iterable[Item]]) -> None:
        self._load = load
        self._known: dict[Kind, dict[str, Item]] = {}
        self._found: dict[Kind, _Lookup] = {}

    def items(self, kind: Kind) -> list[Item]:
        """All of *kind*."""
        return list(self._of(kind).values())

    def add(self, item: Item) -> None:
        """*item* is there from now on."""
        is_new = item.local_id not in self._of(item.kind)
        self._of(item.kind)[item.local_id] = item
        if is_new and item.kind in self._found:
            self._found[item.kind].add(item)
        else:
            self._found.pop(item.kind, None)

    def get(self, kind: Kind, local_id: str | None) -> Item | None:
        """The one of *kind* with *local_id*."""
        return self._of(kind).get(local_id) if local_id is not None else None

    def by_id(self, kind: Kind, id_: str) -> Item | None:
        """The one of *kind* that has *id_*, Clockify's or ours."""
        return self._lookup(kind).by_id.get(id_.lower()) if is_id(id_) else None

    def owned_by(self, kind: Kind, owner: str | None) -> list[Item]:
        """The projects of the client, or the tasks of the project, with the local id *owner*."""
        return [item for item in self.items(kind) if owner_of(item) == owner]

    def candidate(self, item: Item) -> Candidate:
        """*item* with the names of what it belongs to."""
        owner = self._owner(item)
        above = self._owner(owner) if owner is not None else None
        return Candidate(
            item.kind,
            item.local_id,
            item.server_id,
            item.name,
            owner.name if owner else None,
            item.archived,
            above.name if above else None,
        )

    def find(self, kind: Kind, text: str, *, substring: bool = True) -> Item:
        """The one of *kind* that *text* means, archived or not; raises as `resolve`."""
        candidates = list(map(self.candidate, self.items(kind)))
        if not candidates:
            raise not_found(text, candidates, kind)
        return self._of(kind)[resolve(text, candidates, substring=substring).local_id]

    def find_active(
        self, kind: Kind, text: str, among: Sequence[Item] | None = None
    ) -> Item | None:
        """The one of *kind*, or of those *among*, that *text* means for an entry; None for none.

        Raises Ambiguous, and NotFound for one that is archived.
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
        """Those of *owner* (a local id) called *name*: to the letter, else as `fold` reads it."""
        found = self._lookup(kind)
        return list(found.exact.get((owner, name)) or found.folded.get((owner, fold(name))) or ())

    def several(self, kind: Kind, text: str) -> list[str]:
        """*text* as the names that it lists with commas, unless one is called just so."""
        if "," not in text or self.called(kind, text.strip()):
            return [text]
        return [part.strip() for part in text.split(",") if part.strip()] or [text]

    def resembling(self, text: str, among: Sequence[Item]) -> list[Candidate]:
        """What a new name *text* resembles of *among*, which have one owner; the nearest first."""
        found = [(self.candidate(item), resemblance(text, item.name)) for item in among]
        return _nearest_of(found)

    def resembling_client(self, text: str) -> list[Candidate]:
        """What the new client *text* of a new project resembles: clients, and projects.

        A project that is called so has perhaps a task that was meant.
        """
        found = [
            (self.candidate(each), resemblance(text, each.name)) for each in self.items("client")
        ]
        for item in self.items("project"):
            rank = resemblance(text, item.name)
            found.append((self.candidate(item), rank if rank in (0, 1, 2) else None))
        return _nearest_of(found)

    def resembling_project(self, text: str) -> list[Candidate]:
        """What a new project called *text*, of no client, resembles: projects, and clients.

        It may be meant for a client: it is called like one, or ``Client:Project``.
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
    """The local id of the client of a project, of the project of a task."""
    return item.client if item.kind == "project" else item.project


def is_archived(chosen: Candidate) -> NotFound:
    """That *chosen* is archived, or a task that is done, so that nothing new can be said of it."""
    return NotFound(
        f'{chosen.kind} "{quoted(chosen.label)}" is archived',
        f"`clockify {chosen.kind}s list` shows the active ones.",
        code="archived",
    )


def _least(text: str, *names: str) -> int | None:
    """The least `resemblance` of *text* to one of *names*."""
    ranks = [rank for name in names if (rank := resemblance(text, name)) is not None]
    return min(ranks, default=None)


def _likeness(typed: Sequence[str], client: str) -> int | None:
    """How near one of *typed* is to the name *client*; a project may well begin with that."""
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
    """*text* as a name that may be given to something new: NFC, without outer spaces.

    Raises UsageError for an empty one, one over 250 characters, and one with control characters,
    line breaks or bytes that are not text.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"the name of the {kind} is not valid UTF-8 text", "Use UTF-8.")
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
            f'the name of a {kind} contains a control character or a line break: "{quoted(name)}"',
            "Remove that character.",
        )
    return name


def check_new_name(text: str, kind: NameKind) -> str:
    """As `check_name`; UsageError too for a name that `read_otherwise` knows."""
    name = check_name(text, kind)
    if why := read_otherwise(name):
        raise UsageError(
            not_to_be_called(name, kind, why),
            "Choose another name. Use the id for a name like this that Clockify already has.",
        )
    return name


def not_to_be_called(name: str, kind: NameKind, why: str) -> str:
    """That no *kind* can be called *name*, and *why* (see `read_otherwise`)."""
    return f'"{quoted(name)}" cannot be the name of a {kind}: {why}'


def read_otherwise(name: str) -> str:
    """What an option or a filter takes *name* for, if not for a name; else empty."""
    if name == NONE:
        return f'the word {NONE} means "without"'
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
    """As `split_name`, for something new: UsageError if one side of the slash is empty."""
    parent, name = split_name(text)
    if parent is None and "/" in name:
        written = "CLIENT/PROJECT" if kind == "project" else "PROJECT/TASK"
        raise UsageError(
            f'a name is missing next to the slash in "{quoted(name)}"', f"Write {written}."
        )
    return parent, name


def fold(text: str) -> str:
    """*text* for comparing: NFC, without regard to case, spaces single, none beside a slash."""
    folded = normalize("NFC", normalize("NFC", text).casefold())
    return "/".join(" ".join(part.split()) for part in folded.split("/"))


def is_id(text: str) -> bool:
    """Whether *text* has the form of a Clockify id (24 hex digits) or of one of ours (32)."""
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
        step = self.parent.step(item.parent)
        if item.above is not None:
            step = min(step, self.parent.step(f"{item.above}/{item.parent}"))
        return max(step, self.name.step(item.name))


def _nearest(text: str, items: Sequence[Candidate]) -> list[Candidate]:
    """Those of *items* that *text* resembles, else those with the fewest slips between them."""
    wanted = _letters(text)
    allowed = max(1, len(wanted) // 3)
    ranked = []
    for item in items:
        like = _least(text, item.name, item.label)
        slips = min(distance(wanted, _letters(form), allowed) for form in (item.name, item.label))
        if like is not None or slips <= allowed:
            rank = (0, like) if like is not None else (1, slips)
            ranked.append((item.archived, rank, fold(item.label), item.key, item))
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
    return f"Give more of the name, {narrower}or the id."
