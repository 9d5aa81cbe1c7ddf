"""Candidates for shell completion, without Typer.

``clockify __complete COUNT WORDS…`` prints one candidate per line, with a tab and a help text if
there is one, or ``:file`` if the shell is to complete files. COUNT words are complete; the next
one, empty if missing, is being typed.

``completion_table.json`` is made from the commands by ``completions/generate.py``. It has the
``program``'s options, the help of each of the ``families`` (``projects``), and for each of the
``commands`` (``projects list``) its ``help``, ``options`` and the kind of its ``words``. An option
has the kind of its value (empty: none; ``text``: nothing to complete; with commas: the values) and
its help. After a colon a kind says how it is used: ``project:filter`` may be excluded or ``none``,
``project:archived`` and ``project:any`` are archived ones or all, ``project:pair`` are two names
and ``project:rename`` is a name and the new one.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    Option = Sequence[str]
    Candidate = tuple[str, str]

TABLE = os.path.join(os.path.dirname(__file__), "completion_table.json")
FILE = ":file"
RANGES = ("today", "yesterday", "workday", "week", "month", "quarter", "year", "last", "7d", "all")
AFTER_LAST = ("workday", "week", "month", "quarter", "year")
ENTRIES = ("current", "last", "@1", "@2", "@3")
CATALOGUE = frozenset({"project", "client", "task", "tag"})
NAMES = CATALOGUE | {"description", "favorite", "workspace", "bill"}
EXCLUDING = ("!", "not:")
DIMENSIONS = (
    "project", "client", "task", "tag", "day", "week", "month", "description", "billable", "type",
    "user",
)  # fmt: skip


def complete(args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print what can follow *args* (COUNT and words); always return 0, as errors have no reader."""
    count = int(args[0]) if args and args[0].isdecimal() else 0
    words = [word for word in args[1 : count + 1] if word != "="]
    typed = args[count + 1] if len(args) > count + 1 else ""
    found = candidates(words, "" if typed == "=" else typed, environ)
    lines = (f"{value}\t{text}" if text else value for value, text in found)
    try:
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
        sys.stdout.flush()
    except (OSError, AttributeError):
        return 1
    return 0


class _Table:
    """The commands, as far as completion needs them."""

    def __init__(self) -> None:
        with open(TABLE, encoding="utf-8") as file:
            table = json.load(file)
        self.program: dict[str, Option] = table["program"]
        self.families: dict[str, str] = table["families"]
        self.commands: dict[str, Mapping[str, Any]] = table["commands"]

    def options(self, path: str) -> dict[str, Option]:
        """Return the options of the command *path*, and the program's."""
        own = self.commands[path]["options"] if path in self.commands else {}
        return {**own, **self.program}

    def further(self, path: str, word: str) -> str:
        """Return the command *path* extended by *word*, if that is a command."""
        if not path:
            return word
        second = f"{path} {word}"
        return second if path in self.families and second in self.commands else path

    def names(self) -> list[Candidate]:
        """Return every first word, with its help."""
        firsts = dict.fromkeys(path.partition(" ")[0] for path in self.commands)
        return [
            (first, self.families.get(first) or self.commands[first]["help"]) for first in firsts
        ]

    def seconds(self, family: str) -> list[Candidate]:
        """Return the second words of *family*, with their help."""
        return [
            (path.partition(" ")[2], row["help"])
            for path, row in self.commands.items()
            if path.startswith(f"{family} ")
        ]


def candidates(words: Sequence[str], typed: str, environ: Mapping[str, str]) -> list[Candidate]:
    """Return the completions of *typed* after *words*."""
    table = _Table()
    path, waiting, profile, own = _read(table, words)
    profile = profile or environ.get("CLOCKIFY_PROFILE") or "default"
    if waiting:
        return offered(waiting, typed, environ, profile)
    options = table.options(path)
    name, equals, value = typed.partition("=")
    if equals and name in options and options[name][0]:
        found = offered(options[name][0], value, environ, profile)
        return [(f"{name}={value}", text) for value, text in found]
    if typed.startswith("-"):
        return _beginning(typed, [(name, text) for name, (_, text) in options.items()])
    if not path:
        return _beginning(typed, table.names())
    if path in table.families:
        return _beginning(typed, table.seconds(path))
    kind = table.commands[path]["words"] if path in table.commands else ""
    return _words(kind, own, typed, environ, profile)


def _words(
    kind: str, own: Sequence[str], typed: str, environ: Mapping[str, str], profile: str
) -> list[Candidate]:
    """Return the completions of a word of *kind* after the command's *own* words."""
    base, _, use = kind.partition(":")
    if kind == "range":
        return _beginning(typed, [(value, "") for value in _ranges(own[-1] if own else "")])
    if use == "rename" and own:
        # Most new names are corrections of the old one.
        old = own[0].rpartition("/")[2]
        return _beginning(typed, [(old, "")]) if len(own) == 1 else []
    if use == "pair" and own:
        found = offered(kind, typed, environ, profile) if len(own) == 1 else []
        return [each for each in found if each[0] != own[0]]
    if base in NAMES and own:
        # The earlier words were typed separately, and so is the rest.
        begun = " ".join((*own, ""))
        found = offered(kind, begun + typed, environ, profile)
        return [(value[len(begun) :], text) for value, text in found if value != begun]
    return offered(kind, typed, environ, profile)


def _read(table: _Table, words: Sequence[str]) -> tuple[str, str, str, list[str]]:
    """Return the command so far, the kind of the next value, the profile and the own words.

    The own words are those that are neither options nor their values.
    """
    path, waiting, last, profile = "", "", "", ""
    own: list[str] = []
    for word in words:
        options = table.options(path)
        if waiting:
            profile = word if last == "--profile" else profile
            waiting = ""
        elif word in options:
            waiting, last = options[word][0], word
        elif not word.startswith("-"):
            path, earlier = table.further(path, word), path
            own = [*own, word] if path == earlier else []
    return path, waiting, profile, own


def _ranges(before: str) -> Sequence[str]:
    """Return the words of a RANGE that can follow its word *before*."""
    if before.casefold() == "last":
        return AFTER_LAST
    if before.endswith(".."):
        return [word for word in RANGES if word != "all"]
    return () if before else RANGES


def offered(kind: str, typed: str, environ: Mapping[str, str], profile: str) -> list[Candidate]:
    """Return the values of *kind* that begin with *typed*; kinds with commas list their values."""
    if kind == "file":
        return [(FILE, "")]
    if kind.endswith(":filter"):
        return _filtering(kind.removesuffix(":filter"), typed, environ, profile)
    if kind.partition(":")[0] in NAMES:
        return _names(kind, typed, environ, profile)
    if kind == "entry":
        return _entries(typed, environ, profile)
    if kind == "dimensions":
        before, comma, rest = typed.rpartition(",")
        free = [each for each in DIMENSIONS if each not in before.lower().split(",")]
        return [
            (before + comma + each, "") for each, _ in _beginning(rest, [(f, "") for f in free])
        ]
    listed: Iterable[str] = ()
    if kind == "zone":
        from zoneinfo import available_timezones

        listed = sorted(available_timezones())
    if "," in kind:
        listed = filter(None, kind.split(","))
    return _beginning(typed, [(value, "") for value in listed])


def _filtering(kind: str, typed: str, environ: Mapping[str, str], profile: str) -> list[Candidate]:
    """Return the values of *kind* for a FILTER, including exclusions and ``none``."""
    sign = next((sign for sign in EXCLUDING if typed.casefold().startswith(sign)), "")
    found = offered(kind, typed[len(sign) :], environ, profile)
    if typed[len(sign) :] and kind in CATALOGUE:
        found += _beginning(typed[len(sign) :], [("none", f"without a {kind}")])
    return [(f"{typed[: len(sign)]}{value}", text) for value, text in found]


def _names(kind: str, typed: str, environ: Mapping[str, str], profile: str) -> list[Candidate]:
    from clockify_cli.domain.terminal_text import clean_line

    found: dict[str, str] = {}
    for name, owner in _stored(kind, environ, profile):
        # A name that is ambiguous on its own is still a useful beginning.
        found[name] = "several" if name in found else owner
        if owner and typed:
            found[f"{owner}/{name}"] = ""
    # Names that a shell cannot show unchanged are not offered.
    clean = [(name, clean_line(text)) for name, text in found.items() if clean_line(name) == name]
    return _beginning(typed, clean)


def _entries(typed: str, environ: Mapping[str, str], profile: str) -> list[Candidate]:
    """Return entries by keyword, number or tail of their id, with their descriptions."""
    from clockify_cli.domain.terminal_text import clean_line

    stored = _stored("entry", environ, profile)
    known = dict(stored)
    found = [(word, known.pop(word, "")) for word in ENTRIES]
    return _beginning(typed, [(name, clean_line(text)) for name, text in (*found, *known.items())])


def _stored(kind: str, environ: Mapping[str, str], profile: str) -> list[Candidate]:
    """Return the names of *kind* in the active workspace, with what each belongs to."""
    from clockify_cli import environment
    from clockify_cli.plain_settings import NotPlain, PlainSettings, working_folder
    from clockify_cli.store.glance import Unsure
    from clockify_cli.store.timesheet.completion import offered_names

    path = environment.database(environ)
    try:
        return offered_names(path, kind, PlainSettings(environ, profile, working_folder()))
    except (NotPlain, Unsure):
        from clockify_cli.actions.clockify.identity import workspace_known

        workspace = workspace_known(environ, profile, working_folder())
        return offered_names(path, kind, workspace) if workspace else []


def _beginning(typed: str, found: Iterable[Candidate]) -> list[Candidate]:
    folded = typed.casefold()
    return [(value, text) for value, text in found if value.casefold().startswith(folded)]
