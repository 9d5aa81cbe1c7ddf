"""Find out whose time a file contains, from every column that identifies a person."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence

from clockify_cli.domain.names import fold, is_id
from clockify_cli.domain.terminal_text import quoted, shortened
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.values import dataclass, replace

Said = tuple[str, str, str]
"""The name, e-mail address and id of a person, as written in a row."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose time a file contains; unknown parts are empty.

    *id* is Clockify's. *label* is shown to people, who can type it to choose this person.
    """

    name: str = ""
    email: str = ""
    id: str = ""
    label: str = ""

    @property
    def is_somebody(self) -> bool:
        """Whether anything is known about this person."""
        return bool(self.name or self.email or self.id)

    def is_same(self, *, name: str, email: str, id_: str) -> bool:
        """Return whether this person has *id_*, else that address, else that name."""
        if self.id:
            return self.id == id_.lower()
        if self.email:
            return self.email.casefold() == email.casefold()
        return fold(self.name) == fold(name)

    def answers_to(self, text: str) -> bool:
        """Return whether *text* is the name, address, id or label of this person."""
        wanted = fold(text)
        return bool(wanted) and wanted in map(fold, (self.name, self.email, self.id, self.label))

    def begins_with(self, text: str) -> bool:
        """Return whether *text* begins the name, one of its words, or the address."""
        wanted = fold(text)
        starts = (fold(self.name), *fold(self.name).split(), fold(self.email))
        return bool(wanted) and any(start.startswith(wanted) for start in starts)


def find_people(said: Iterable[Said]) -> dict[Said, Person]:
    """Return the person that each of *said* means.

    The same id is the same person, else the same address ignoring case, else the same name unless
    two people have it. If the file names only one person, rows that name nobody are theirs.
    """
    rows = {one: _clean(one) for one in said}
    ids = _groups((person.email.casefold(), person.id) for person in rows.values())
    emails = _groups(
        (fold(person.name), _first_key(person, ids)) for person in rows.values() if person.name
    )
    keys = {one: _last_key(person, ids, emails) for one, person in rows.items()}
    people: dict[str, Person] = {}
    for one, person in rows.items():
        before = people.get(keys[one], Person())
        people[keys[one]] = Person(
            before.name or person.name, before.email or person.email, before.id or person.id
        )
    nobody = people.pop("", None)
    if nobody is not None and len(people) == 1:
        keys = {one: key or next(iter(people)) for one, key in keys.items()}
    elif nobody is not None:
        people[""] = nobody
    labelled = _labelled(people)
    return {one: labelled[key] for one, key in keys.items()}


def _clean(said: Said) -> Person:
    name, email, id_ = (" ".join(text.split()) for text in said)
    if is_id(name) and not id_:
        name, id_ = "", name
    if "@" in name and not email:
        name, email = "", name
    return Person(name, email, id_.lower())


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each first value to its second if there is only one; empty values do not count."""
    found: dict[str, set[str]] = {}
    for first, second in pairs:
        if first and second:
            found.setdefault(first, set()).add(second)
    return {first: next(iter(others)) for first, others in found.items() if len(others) == 1}


def _first_key(person: Person, ids: Mapping[str, str]) -> str:
    """Return the id of *person*, given or found by address, else the address."""
    email = person.email.casefold()
    return person.id or ids.get(email, email)


def _last_key(person: Person, ids: Mapping[str, str], emails: Mapping[str, str]) -> str:
    """Return what identifies *person*; empty if nothing is known."""
    first = _first_key(person, ids)
    name = fold(person.name)
    return first or emails.get(name) or (f"name {name}" if name else "")


def _labelled(people: Mapping[str, Person]) -> dict[str, Person]:
    names = [fold(person.name) for person in people.values()]
    return {
        key: replace(person, label=_label(person, names.count(fold(person.name)) == 1))
        for key, person in people.items()
    }


def _label(person: Person, alone: bool) -> str:
    """Return the name with its address; only the address or id if others share the name."""
    unique = person.email or person.id
    if not person.name or (not alone and unique):
        return unique or "nobody named"
    return f"{person.name} <{person.email}>" if person.email else person.name


def choose_person(people: Sequence[Person], wanted: str | None, what: str) -> Person | None:
    """Return the one of *people* that *wanted* names; without *wanted* the only one, None for none.

    *what* is what messages call the file. UsageError for several people without *wanted*, NotFound
    if nobody matches, Ambiguous if two do.
    """
    if wanted is not None:
        return _wanted(people, wanted, what)
    if len(people) > 1:
        raise UsageError(
            f"{what} holds the time of {len(people)} people",
            f"`--person {_typed(people[0])}` imports only that person's time.",
            details=_listed(people),
            code="people",
        )
    return people[0] if people else None


def _wanted(people: Sequence[Person], wanted: str, what: str) -> Person:
    found = [person for person in people if person.answers_to(wanted)]
    found = found or [person for person in people if person.begins_with(wanted)]
    if len(found) == 1:
        return found[0]
    if not people:
        raise UsageError(f"{what} does not say whose time it holds", "Leave out --person.")
    if found:
        raise Ambiguous(
            f'"{quoted(wanted)}" matches {len(found)} people',
            f"Give the address or the id: `--person {_typed(found[0])}`.",
            details=_listed(found),
        )
    raise NotFound(
        f'nobody in {what} is named "{quoted(wanted)}"',
        f"Name one of them: `--person {_typed(people[0])}`.",
        details=_listed(people),
    )


def _typed(person: Person) -> str:
    unique = person.label == (person.email or person.id)
    return shlex.quote(person.label if unique else person.name)


def _listed(people: Sequence[Person]) -> tuple[str, ...]:
    return shortened(person.label for person in people)
